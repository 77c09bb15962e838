"""Whatever is killed comes back to the right rules; whatever ends leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from aksnetpol import toolchain
from aksnetpol.local.clusters import ControlPlanes
from aksnetpol.local.kubernetes.api import KubernetesApi
from aksnetpol.local.processes import started
from aksnetpol.local.supervisor import stop

from .lab import CLUSTER, Lab, serve, wait_for
from .specs import ingress, label, policy, port

pytestmark = [pytest.mark.kernel, pytest.mark.control_plane]
PODS = ("crash/server", "crash/friend", "crash/stranger")
# A session of its own, to be killed: holds a cluster, and says where its API is.
_SESSION = """
import json, sys, threading
from pathlib import Path
from aksnetpol import toolchain
from aksnetpol.local.arm.backend import ClusterSpec, PoolSpec
from aksnetpol.local.clusters import ControlPlanes
home, spec = Path(sys.argv[1]), json.loads(sys.argv[2])
pools = tuple(PoolSpec(**pool) for pool in spec.pop("pools"))
planes = ControlPlanes(home, lambda: toolchain.ensure_all(toolchain.CONTROL_PLANE))
planes.start(ClusterSpec(**spec, pools=pools))
print("ready", flush=True)
threading.Event().wait()
"""


def set_up(lab: Lab) -> None:
    """A server that a friend may reach and a stranger may not."""
    lab.namespace("crash")
    rule = ingress({"podSelector": label(app="friend")}, ports=(port(80),))
    lab.policy("crash", "only-friend", policy(label(app="server"), into=[rule]))
    for path in PODS:
        name = path.split("/")[1]
        lab.pod(path, *([serve(80)] if name == "server" else []), labels={"app": name})
    lab.wait_ready(*PODS)


def check(lab: Lab) -> None:
    """The rules hold."""
    target = (lab.address("crash/server"), 80, "TCP")
    wait_for(lambda: lab.connects("crash/friend", target)[0])
    assert not lab.connects("crash/stranger", target)[0]


def kill(lab: Lab, name: str) -> int:
    """Kill a process of the cluster by the name of its pid file; returns its id."""
    (file,) = lab.home.rglob(f"{name}.pid")
    pid = int(file.read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    return pid


@pytest.fixture(scope="module")
def pods(lab: Lab) -> Lab:
    set_up(lab)
    return lab


def restarts(lab: Lab, path: str) -> int:
    return int(lab.read(path)["status"]["containerStatuses"][0]["restartCount"])


def test_killed_namespaces_are_made_again(pods: Lab) -> None:
    check(pods)
    addresses = [pods.address(path) for path in PODS]
    before = [restarts(pods, path) for path in PODS]
    kill(pods, "sandbox")
    wait_for(lambda: [restarts(pods, path) for path in PODS] == [count + 1 for count in before])
    pods.wait_ready(*PODS)
    assert [pods.address(path) for path in PODS] == addresses
    check(pods)


@pytest.mark.parametrize("name", ["kube-apiserver", "etcd"])
def test_a_killed_control_plane_converges(pods: Lab, name: str) -> None:
    check(pods)
    target = (pods.address("crash/server"), 80, "TCP")
    pods.policy("crash", "also-stranger", policy(label(app="server"), into=[{}]))
    kill(pods, name)
    # Nothing is open or closed by the crash itself.
    assert pods.connects("crash/friend", target)[0]

    def answers() -> bool:
        try:
            pods.delete_policies("crash")
        except Exception:  # noqa: BLE001  whatever a client says while the server is away
            return False
        return True

    wait_for(answers)
    wait_for(lambda: pods.connects("crash/stranger", target)[0])
    rule = ingress({"podSelector": label(app="friend")}, ports=(port(80),))
    pods.policy("crash", "only-friend", policy(label(app="server"), into=[rule]))
    wait_for(lambda: not pods.connects("crash/stranger", target)[0])
    check(pods)


def test_a_killed_process_of_a_pod_is_started_again(pods: Lab) -> None:
    run, before = pods.run("crash/server"), restarts(pods, "crash/server")
    run.containers[0].kill()
    wait_for(lambda: restarts(pods, "crash/server") == before + 1)
    check(pods)


@pytest.fixture
def session(folder: Path, agnhost: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _SESSION, str(folder), json.dumps(asdict(CLUSTER))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()
    stop(folder, forget=True)


def inside(namespace: str) -> list[int]:
    """Processes whose network namespace has this name in the kernel's words."""
    found: list[int] = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and str((process / "ns/net").readlink()) == namespace:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_a_killed_session_leaves_nothing_and_comes_back_right(
    session: subprocess.Popen[str], folder: Path
) -> None:
    kubeconfig = folder / "kubeconfig"
    planes = ControlPlanes(folder, lambda: toolchain.ensure_all(toolchain.CONTROL_PLANE))
    lab = Lab(folder, planes, CLUSTER, KubernetesApi(kubeconfig.read_text()))
    set_up(lab)
    own = {int(pid) for file in folder.rglob("*.pid") for pid in [file.read_text().split()[0]]}
    networks = {str(Path(f"/proc/{pid}/ns/net").readlink()) for pid in descendants(session.pid)}
    networks -= {str(Path("/proc/self/ns/net").readlink())}
    assert len(networks) == 1 + len(PODS)

    session.kill()
    session.wait()
    # Namespaces, links and rules go with the processes, and these without anyone's help.
    wait_for(lambda: not any(inside(network) for network in networks))
    stop(folder)
    assert not any(started(pid) for pid in own)
    assert list(folder.rglob("*.pid")) == []
    assert "pod0af4" not in Path("/proc/net/dev").read_text()

    planes.start(CLUSTER)
    lab.api.close()
    # Somebody else may have taken a port meanwhile; the kubeconfig is always right.
    lab.api = KubernetesApi(kubeconfig.read_text())
    try:
        wait_for(lambda: all(restarts(lab, path) == 1 for path in PODS))
        lab.wait_ready(*PODS)
        check(lab)
    finally:
        lab.stop()
    wait_for(lambda: not any(inside(network) for network in networks))
    assert list(folder.rglob("*.pid")) == []


def descendants(pid: int) -> list[int]:
    """Every process below one."""
    tasks = Path(f"/proc/{pid}/task").iterdir()  # each thread has children of its own
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    return [found for child in map(int, children) for found in (child, *descendants(child))]


def test_probers_and_debuggers_do_not_keep_a_pod_alive(pods: Lab) -> None:
    pods.pod("crash/short")
    pods.wait_ready("crash/short")
    space = pods.run("crash/short").space
    assert space is not None
    network = str(Path(f"/proc/{space.pid}/ns/net").readlink())
    held = subprocess.Popen(space.command(["sleep", "600"]))
    time.sleep(0.1)
    pods.delete("crash/short", grace=0)
    held.wait(30)
    wait_for(lambda: not inside(network))
