"""Pods' lives on local nodes, as the Kubernetes API tells them, and what reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config
from kubernetes.stream import stream

from aksnetpol.local.arm.backend import PoolSpec

from .lab import CLUSTER, IMAGE, Lab, serve, wait_for
from .specs import Json, ingress, label, policy, port

pytestmark = [pytest.mark.kernel, pytest.mark.control_plane]


@pytest.fixture(scope="module")
def pods(lab: Lab) -> Lab:
    lab.namespace("life")
    return lab


@pytest.fixture
def core(pods: Lab, folder: Path) -> Iterator[client.CoreV1Api]:
    """The unmodified Kubernetes client."""
    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text(pods.planes.kubeconfig(pods.cluster.id, admin=True))
    with config.new_client_from_config(str(kubeconfig)) as api:
        yield client.CoreV1Api(api)


def connect(core: client.CoreV1Api, target: str) -> tuple[str, int]:
    """Run the walkthrough's command in the client pod, as `kubectl exec` does."""
    answer: Any = stream(
        core.connect_get_namespaced_pod_exec,
        "client",
        "demo",
        command=["/agnhost", "connect", target, "--timeout=1s", "--protocol=tcp"],
        stdout=True,
        stderr=True,
        stdin=False,
        tty=False,
        _preload_content=False,
    )
    answer.run_forever(timeout=30)
    return (answer.read_stdout() + answer.read_stderr()).strip(), answer.returncode


def test_the_documented_walkthrough(pods: Lab, core: client.CoreV1Api) -> None:
    pods.namespace("demo")
    pods.pod("demo/server", serve(80), labels={"app": "server"})
    pods.pod("demo/client")
    pods.wait_ready("demo/server", "demo/client")
    server = f"{pods.address('demo/server')}:80"
    wait_for(lambda: connect(core, server) == ("", 0))
    rule = ingress({"podSelector": label(app="client")}, ports=(port(80),))
    pods.policy("demo", "demo-policy", policy(label(app="server"), into=[rule]))
    wait_for(lambda: connect(core, server) == ("TIMEOUT", 1))
    pods.label("demo/client", {"app": "client"})
    wait_for(lambda: connect(core, server) == ("", 0))
    pods.api.delete("/api/v1/namespaces/demo")
    wait_for(lambda: pods.api.read("/api/v1/namespaces/demo") is None)
    assert pods.agent.pod("demo", "server") is None


@pytest.mark.parametrize(
    ("name", "command", "restart", "phase", "code"),
    [
        ("done", "exit 0", "Never", "Succeeded", 0),
        ("failed", "exit 3", "Never", "Failed", 3),
        ("done-on-failure", "exit 0", "OnFailure", "Succeeded", 0),
    ],
)
def test_a_pod_that_ends(pods: Lab, name: str, command: str, restart: str, phase: str, code: int) -> None:
    pods.pod(f"life/{name}", restartPolicy=restart, containers=[container(["sh", "-c", command])])
    wait_for(lambda: pods.phase(f"life/{name}") == phase)
    (status,) = pods.read(f"life/{name}")["status"]["containerStatuses"]
    assert status["state"]["terminated"]["exitCode"] == code
    assert status["restartCount"] == 0
    wait_for(lambda: pods.run(f"life/{name}").ended)


def container(command: list[str], **fields: Any) -> Json:
    return {"name": "c", "image": IMAGE, "command": command, **fields}


def restarts(pods: Lab, path: str) -> int:
    return int(
        (pods.read(path)["status"].get("containerStatuses") or [{"restartCount": 0}])[0]["restartCount"]
    )


@pytest.mark.parametrize("restart", ["Always", "OnFailure"])
def test_a_container_is_started_again(pods: Lab, restart: str) -> None:
    path = f"life/{restart.lower()}"
    pods.pod(path, restartPolicy=restart, containers=[container(["sh", "-c", "sleep 0.2; exit 1"])])
    wait_for(lambda: restarts(pods, path) == 1)

    def waits() -> bool:
        (status,) = pods.read(path)["status"]["containerStatuses"]
        return status["state"].get("waiting", {}).get("reason") == "CrashLoopBackOff"

    wait_for(waits)
    assert pods.phase(path) == "Running"
    assert not pods.is_ready(path)
    pods.delete(path, grace=0)


def test_readiness_follows_the_probe(pods: Lab) -> None:
    probe = {"exec": {"command": ["test", "-e", "/tmp/ready"]}, "periodSeconds": 1}
    shell = ["sh", "-c", "sleep 1; touch /tmp/ready; sleep 60"]
    pods.pod("life/slow", containers=[container(shell, readinessProbe=probe)])
    wait_for(lambda: pods.phase("life/slow") == "Running")
    assert not pods.is_ready("life/slow")
    wait_for(lambda: pods.is_ready("life/slow"))
    pods.delete("life/slow", grace=0)


@pytest.mark.parametrize(
    "probe",
    [{"tcpSocket": {"port": 8080}}, {"httpGet": {"path": "/healthz", "port": 8080}}],
    ids=["tcp", "http"],
)
def test_probes_come_from_the_node_and_pass_every_policy(pods: Lab, probe: Json) -> None:
    pods.policy("life", "closed", policy({}, into=[], out=[]))
    kind = next(iter(probe)).lower()
    command = ["/agnhost", "netexec", "--http-port=8080"]
    pods.pod(f"life/{kind}", containers=[container(command, readinessProbe=probe | {"periodSeconds": 1})])
    pods.wait_ready(f"life/{kind}")
    pods.delete(f"life/{kind}", grace=0)
    pods.delete_policies("life")


def test_a_failing_liveness_probe_restarts(pods: Lab) -> None:
    probe = {"exec": {"command": ["false"]}, "periodSeconds": 1, "failureThreshold": 1}
    pods.pod("life/sick", containers=[container(["sleep", "60"], livenessProbe=probe)])
    wait_for(lambda: restarts(pods, "life/sick") == 1)
    pods.delete("life/sick", grace=0)


def test_other_images_are_simulated_and_say_so(pods: Lab) -> None:
    pods.pod("life/web", containers=[{"name": "web", "image": "nginx:1.27"}])
    pods.wait_ready("life/web")
    conditions = {one["type"]: one for one in pods.read("life/web")["status"]["conditions"]}
    assert "no process stands behind: web" in conditions["Ready"]["message"]
    # Its network is real: a debug container beside it has packets to send.
    debug = {"name": "probe", "image": IMAGE, "args": ["pause"]}
    url = "/api/v1/namespaces/life/pods/web/ephemeralcontainers"
    body: Json = {"spec": {"ephemeralContainers": [debug]}}
    pods.api.request("PATCH", url, None, body, "application/strategic-merge-patch+json")
    wait_for(lambda: bool(pods.read("life/web")["status"].get("ephemeralContainerStatuses")))
    (status,) = pods.read("life/web")["status"]["ephemeralContainerStatuses"]
    assert "running" in status["state"]
    pods.delete("life/web", grace=0)


def test_a_service_leads_to_its_pods_and_policies_see_the_target_port(pods: Lab) -> None:
    pods.pod("life/backend", serve(80), labels={"app": "backend"})
    pods.pod("life/caller")
    pods.wait_ready("life/backend", "life/caller")
    ports = [{"port": 8080, "targetPort": 80}]
    pods.api.apply(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "backend", "namespace": "life"},
            "spec": {"selector": {"app": "backend"}, "ports": ports},
        }
    )
    found = pods.api.read("/api/v1/namespaces/life/services/backend")
    assert found is not None
    address = str(found["spec"]["clusterIP"])

    def reaches(number: int) -> bool:
        return pods.connects("life/caller", (address, number, "TCP"))[0]

    wait_for(lambda: reaches(8080))
    assert not reaches(80)
    pods.policy("life", "service-port", policy(label(app="backend"), into=[ingress(ports=(port(8080),))]))
    wait_for(lambda: not reaches(8080))
    pods.policy("life", "service-port", policy(label(app="backend"), into=[ingress(ports=(port(80),))]))
    wait_for(lambda: reaches(8080))
    pods.delete_policies("life")
    pods.delete("life/backend", grace=0)
    wait_for(lambda: not reaches(8080))


def test_a_deleted_pod_is_gone_at_once(pods: Lab) -> None:
    pods.pod("life/short", serve(80))
    pods.pod("life/watcher")
    pods.wait_ready("life/short", "life/watcher")
    target = (pods.address("life/short"), 80, "TCP")
    wait_for(lambda: pods.connects("life/watcher", target)[0])
    space = pods.run("life/short").space
    assert space is not None
    pods.delete("life/short")
    wait_for(lambda: pods.api.read("/api/v1/namespaces/life/pods/short") is None)
    assert not Path(f"/proc/{space.pid}").exists()
    assert not pods.connects("life/watcher", target)[0]


def test_host_network_pods_have_their_nodes_address(pods: Lab) -> None:
    pods.pod("life/host", serve(9000), hostNetwork=True)
    pods.pod("life/near")
    pods.wait_ready("life/host", "life/near")
    status = pods.read("life/host")["status"]
    assert status["podIP"] == status["hostIP"]
    wait_for(lambda: pods.connects("life/near", (status["podIP"], 9000, "TCP"))[0])
    pods.delete("life/host", grace=0)
    wait_for(lambda: not pods.connects("life/near", (status["podIP"], 9000, "TCP"))[0])


def test_an_engine_removed_enforces_nothing_and_a_lost_node_loses_its_pods(pods: Lab) -> None:
    pods.pod("life/target", serve(80))
    pods.pod("life/source")
    pods.wait_ready("life/target", "life/source")
    target = (pods.address("life/target"), 80, "TCP")
    pods.policy("life", "closed", policy({}, into=[]))
    wait_for(lambda: not pods.connects("life/source", target)[0])
    pods.planes.reconcile(replace(pods.cluster, network_policy="none"))
    wait_for(lambda: pods.connects("life/source", target)[0])
    pods.planes.reconcile(replace(pods.cluster, network_policy="azure"))
    wait_for(lambda: not pods.connects("life/source", target)[0])
    pods.delete_policies("life")
    extra = PoolSpec("win", "User", "Windows", "Windows2022", 1, "Standard_D4s_v5", max_pods=30)
    pods.planes.reconcile(replace(pods.cluster, pools=(*CLUSTER.pools, extra)))
    probe = {"tcpSocket": {"port": 80}, "periodSeconds": 1}
    server = container(["/agnhost", *serve(80)], readinessProbe=probe)
    pods.pod("life/windows", containers=[server], nodeSelector={"kubernetes.io/os": "windows"})
    pods.wait_ready("life/windows")
    node = str(pods.read("life/windows")["spec"]["nodeName"])
    conditions = (pods.api.read(f"/api/v1/nodes/{node}") or {})["status"]["conditions"]
    assert any("Windows is simulated" in one["message"] for one in conditions)
    space = pods.run("life/windows").space
    pods.planes.reconcile(pods.cluster)
    wait_for(lambda: pods.api.read("/api/v1/namespaces/life/pods/windows") is None)
    wait_for(lambda: pods.api.read(f"/api/v1/nodes/{node}") is None)
    wait_for(lambda: space is not None and not space.alive)
    # The name and the addresses are free for another node, also when another pool has grown meanwhile.
    pods.planes.reconcile(replace(pods.cluster, pools=(*CLUSTER.pools, extra)))
    pods.planes.reconcile(replace(pods.cluster, pools=(replace(CLUSTER.pools[0], count=3), extra)))
    pods.pod("life/windows", containers=[server], nodeSelector={"kubernetes.io/os": "windows"})
    pods.wait_ready("life/windows")
    pods.planes.reconcile(pods.cluster)
