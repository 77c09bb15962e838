"""Policies proved by real packets, through the command line."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config

from aksnetpol.local.node.enforcement import Enforcement, means
from aksnetpol.toolchain.provide import find
from aksnetpol.toolchain.tools import tool

from .conftest import Project

pytestmark = [
    pytest.mark.engine,
    pytest.mark.control_plane,
    pytest.mark.kernel,
    pytest.mark.skipif(means().enforcement is Enforcement.MODEL, reason=means().remark or "no packets here"),
]


@pytest.fixture(scope="module")
def live(project: Project) -> Iterator[Project]:
    """The dev stack, up, and its policies proved at the end of that."""
    done = project.json("up", "--local", "-s", "dev", "--yes", "--verify")
    assert (done["verify"]["engine"], done["verify"]["agrees"]) == ("cilium", True)
    assert {(one["source"], one["seen"]) for one in done["verify"]["probes"]} == {("demo/client", "TIMEOUT")}
    yield project
    project.json("destroy", "--local", "-s", "dev", "--yes", "--unprotect")


@pytest.fixture
def core(live: Project) -> Iterator[Any]:
    """Kubernetes' own client; Any, since its types call every field optional."""
    with config.new_client_from_config(str(live.home / "kubeconfig")) as api:
        yield client.CoreV1Api(api)


def test_the_documented_walkthrough(live: Project, core: Any) -> None:
    found = live.json("verify", "demo", "--local")
    assert found["enforcement"] == "kernel"
    assert [(one["step"], one["expected"], one["seen"]) for one in found["steps"]] == [
        ("before any policy", "open", "open"),
        ("demo-policy applied", "TIMEOUT", "TIMEOUT"),
        ("client labelled app=client", "open", "open"),
        ("clean-up", "open", "open"),
    ]
    names = [one.metadata.name for one in core.list_namespace().items]
    assert not [name for name in names if name.startswith("aksnetpol-verify")]


def test_every_rule_is_proved_also_from_pods_without_agnhost(live: Project, core: Any) -> None:
    body: Any = {
        "metadata": {"name": "shop", "labels": {"app": "client"}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    }
    core.create_namespaced_pod("demo", body)
    try:
        wait_running(core, "shop")
        found = live.json("verify", "policies", "--local")
    finally:
        core.delete_namespaced_pod("shop", "demo", grace_period_seconds=0)
    assert (found["agrees"], found["notProbed"], found["engine"]) == (True, [], "cilium")
    assert {(one["source"], one["expected"], one["seen"]) for one in found["probes"]} == {
        ("demo/shop", "allowed", "open"),
        ("demo/client", "denied", "TIMEOUT"),
    }
    left = [one.metadata.name for one in core.list_namespaced_pod("demo").items]
    assert not [name for name in left if name.startswith("aksnetpol-probe")]
    maps = [one.metadata.name for one in core.list_namespaced_config_map("demo").items]
    assert not [name for name in maps if name.startswith("aksnetpol-probe")]


def wait_running(core: Any, name: str) -> None:
    ends = time.monotonic() + 120
    while core.read_namespaced_pod(name, "demo").status.phase != "Running":
        assert time.monotonic() < ends
        time.sleep(0.2)


def test_credentials_are_merged_and_never_printed(live: Project, tmp_path: Path) -> None:
    file = tmp_path / "config"
    done = live.run("aksnetpol", "credentials", "--local", "--stack", "dev", "--file", str(file))
    assert "current context" in done.stdout
    assert "client-key-data" in file.read_text()
    assert "client-key-data" not in done.stdout + done.stderr
    with config.new_client_from_config(str(file)) as api:
        assert client.CoreV1Api(api).list_node().items


KUBECTL = find(tool("kubectl"))
needs_kubectl = pytest.mark.skipif(
    KUBECTL is None,
    reason="no kubectl 1.35 to 1.37: build one by `aksnetpol local kubectl version` (a minute)",
)


def kubectl(live: Project, *arguments: str) -> str:
    return live.aksnetpol("local", "kubectl", *arguments)


@needs_kubectl
def test_kubectl_gets_executes_and_reads_logs(live: Project) -> None:
    assert "pod/server" in kubectl(live, "get", "pods", "-n", "demo", "-o", "name").split()
    connect = ("/agnhost", "connect", "127.0.0.1:80", "--timeout=2s")
    assert kubectl(live, "exec", "-n", "demo", "server", "--", *connect) == ""
    command = ("exec", "-n", "demo", "client", "--", *connect_to_server(live))
    denied = live.run("aksnetpol", "local", "kubectl", *command, expect=1)
    assert "TIMEOUT" in denied.stderr
    assert "80" in kubectl(live, "logs", "-n", "demo", "server")


def connect_to_server(live: Project) -> tuple[str, ...]:
    address = kubectl(live, "get", "pod", "server", "-n", "demo", "-o", "jsonpath={.status.podIP}")
    return "/agnhost", "connect", f"{address}:80", "--timeout=1s"


@needs_kubectl
def test_kubectl_deletes(live: Project, core: Any) -> None:
    image = core.read_namespaced_pod("client", "demo").spec.containers[0].image
    kubectl(live, "run", "passing", "-n", "demo", "--image", image, "--", "pause")
    wait_running(core, "passing")
    kubectl(live, "delete", "pod", "passing", "-n", "demo", "--grace-period=1")
    assert "passing" not in [pod.metadata.name for pod in core.list_namespaced_pod("demo").items]


@needs_kubectl
def test_kubectl_forwards_a_port(live: Project) -> None:
    command = ["aksnetpol", "local", "kubectl", "port-forward", "-n", "demo", "pod/server", ":80"]
    forwarding = subprocess.Popen(
        command,
        cwd=live.folder,
        env=live.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert forwarding.stdout is not None
        said = forwarding.stdout.readline()
        port = int(said.partition("127.0.0.1:")[2].split()[0])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            assert connection.recv(100) == b"server", "what serve-hostname says to whoever connects"
    finally:
        forwarding.terminate()
        forwarding.wait(60)


def test_a_migration_ends_with_a_proof(project: Project) -> None:
    project.json("up", "--local", "-s", "azure", "--yes")
    try:
        where = (
            "--local",
            "-g",
            "aks-azure-rg",
            "-n",
            "aks-azure",
            "--kubeconfig",
            str(project.home / "kubeconfig"),
        )
        done = project.json("engine", "migrate", *where, "--to", "cilium", "--verify", "--yes")
        assert (done["operations"], done["verify"]["engine"], done["verify"]["agrees"]) == (1, "cilium", True)
        seen = {(one["source"], one["expected"], one["seen"]) for one in done["verify"]["probes"]}
        assert seen == {("demo/client", "denied", "TIMEOUT")}, (
            "no pod has the label that may reach the server"
        )
    finally:
        project.json("destroy", "--local", "-s", "azure", "--yes", "--unprotect")
