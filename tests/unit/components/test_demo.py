"""demo.py: the walkthrough's namespace and pods."""

from typing import Any

import pulumi

from aksnetpol_components import DemoNamespace, NodePool


def test_the_documented_walkthrough(deploy: Any, output: Any) -> None:
    seen: dict[str, Any] = {}

    def program() -> None:
        demo = DemoNamespace("demo", {})
        seen.update(namespace=output(demo.namespace), server_ip=output(demo.server_ip))

    done = deploy(program)
    assert done.one("Namespace").inputs["metadata"] == {"name": "demo"}
    server, client = done.all("Pod")
    assert server.inputs["metadata"] == {"name": "server", "namespace": "demo", "labels": {"app": "server"}}
    (container,) = server.inputs["spec"]["containers"]
    assert container["command"] + container["args"] == [
        "/agnhost",
        "serve-hostname",
        "--tcp",
        "--http=false",
        "--port",
        "80",
    ]
    assert container["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    image, tag = container["image"].split(":")
    assert image == "registry.k8s.io/e2e-test-images/agnhost"
    assert tag[0].isdigit()
    assert client.inputs["metadata"] == {"name": "client", "namespace": "demo"}
    assert client.inputs["spec"]["containers"][0]["image"] == container["image"]
    for pod in (server, client):
        assert pod.inputs["spec"]["nodeSelector"] == {"kubernetes.io/os": "linux"}
        assert pod.options.parent == done.one("DemoNamespace").urn
        assert done.one("Namespace").urn in pod.options.dependencies
    assert (seen["namespace"].value, seen["server_ip"].value) == ("demo", "10.244.0.7")


def test_settings(deploy: Any) -> None:
    done = deploy(
        lambda: DemoNamespace(
            "demo",
            {
                "namespace": "shop",
                "server_os": "windows",
                "client_os": "linux",
                "client_labels": {"app": "client"},
                "image": "example.com/agnhost:1",
            },
        )
    )
    server, client = done.all("Pod")
    assert server.inputs["spec"]["nodeSelector"] == {"kubernetes.io/os": "windows"}
    assert client.inputs["metadata"]["labels"] == {"app": "client"}
    assert client.inputs["metadata"]["namespace"] == "shop"
    assert {pod.inputs["spec"]["containers"][0]["image"] for pod in (server, client)} == {
        "example.com/agnhost:1"
    }


def test_deleted_with_reaches_the_children(deploy: Any) -> None:
    def program() -> None:
        pool = NodePool("p", {"cluster_id": "/a/b/c/d/e/f/g/h", "name": "p", "vm_size": "v"})
        DemoNamespace("demo", {}, pulumi.ResourceOptions(deleted_with=pool))

    done = deploy(program)
    for child in (*done.all("Pod"), done.one("Namespace")):
        assert child.options.deletedWith == done.one("NodePool").urn
