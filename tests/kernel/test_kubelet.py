"""The kubelet's endpoints through the API server: the Python client, kubectl, and who is refused."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import ssl
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config
from kubernetes.stream import portforward, stream

from aksnetpol import toolchain

from .lab import IMAGE, Lab, serve, wait_for

pytestmark = [pytest.mark.kernel, pytest.mark.control_plane]
Kubectl = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def pods(lab: Lab) -> Lab:
    lab.namespace("kubelet")
    lab.pod("kubelet/server", serve(80), labels={"app": "server"})
    command = ["sh", "-c", "for n in 1 2 3; do echo line $n; done; sleep 1; echo late; sleep infinity"]
    lab.pod("kubelet/shell", containers=[{"name": "c", "image": IMAGE, "command": command}])
    lab.pod("kubelet/web", containers=[{"name": "web", "image": "nginx"}])
    lab.wait_ready("kubelet/server", "kubelet/shell", "kubelet/web")
    return lab


@pytest.fixture
def kubeconfig(pods: Lab, folder: Path) -> Path:
    file = folder / "kubeconfig"
    file.write_text(pods.planes.kubeconfig(pods.cluster.id, admin=False))
    return file


@pytest.fixture
def core(kubeconfig: Path) -> Iterator[client.CoreV1Api]:
    with config.new_client_from_config(str(kubeconfig)) as api:
        yield client.CoreV1Api(api)


@pytest.fixture
def kubectl(kubeconfig: Path) -> Kubectl:
    found = toolchain.plan(["kubectl"]).found
    if not found:
        pytest.skip("no kubectl of this version: `./run aksnetpol tools` gets it")

    def run(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        command = [str(found["kubectl"]), "-n", "kubelet", *arguments]
        environment = {**os.environ, "KUBECONFIG": str(kubeconfig), "HOME": str(kubeconfig.parent)}
        return subprocess.run(
            command, input=given, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    return run


@pytest.mark.parametrize(
    ("command", "out", "err", "code"),
    [
        ("echo out; echo err >&2", "out\n", "err\n", 0),
        ("exit 7", "", "", 7),
        ("hostname", "shell\n", "", 0),
        ("kill -9 $$", "", "", 137),
    ],
)
def test_exec_with_the_python_client(
    core: client.CoreV1Api, command: str, out: str, err: str, code: int
) -> None:
    answer: Any = stream(
        core.connect_get_namespaced_pod_exec,
        "shell",
        "kubelet",
        command=["sh", "-c", command],
        stdout=True,
        stderr=True,
        stdin=False,
        tty=False,
        _preload_content=False,
    )
    answer.run_forever(timeout=30)
    assert (answer.read_stdout(), answer.read_stderr(), answer.returncode) == (out, err, code)


def test_port_forward_with_the_python_client(core: client.CoreV1Api) -> None:
    tunnel: Any = portforward(core.connect_get_namespaced_pod_portforward, "server", "kubelet", ports="80")
    connection = tunnel.socket(80)
    connection.setblocking(True)
    connection.settimeout(30)
    assert connection.recv(100) == b"server"
    connection.close()


@pytest.mark.parametrize(
    ("arguments", "given", "out", "code"),
    [
        (["exec", "shell", "--", "sh", "-c", "echo hi; exit 5"], None, "hi\n", 5),
        (["exec", "-i", "shell", "--", "cat"], "through\n", "through\n", 0),
        (["exec", "shell", "--", "/agnhost", "connect", "localhost:80", "--timeout=1s"], None, "", 1),
        (["logs", "shell", "--tail=2"], None, None, 0),
        (["logs", "shell", "--limit-bytes=6"], None, "line 1", 0),
        (["get", "pod", "server", "-o", "name"], None, "pod/server\n", 0),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_kubectl(
    kubectl: Kubectl, arguments: list[str], given: str | None, out: str | None, code: int
) -> None:
    done = kubectl(*arguments, given=given)
    assert done.returncode == code, done.stderr
    if out is not None:
        assert done.stdout == out


def test_kubectl_has_a_terminal_of_the_right_size(kubectl: Kubectl, kubeconfig: Path) -> None:
    ours, theirs = os.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    # The size comes after the command was started.
    script = "test -t 0 && until stty size | grep -q '30 100'; do sleep 0.05; done; echo fits"
    command = [*toolchain_kubectl(), "exec", "-it", "shell", "--", "sh", "-c", script]
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig), "TERM": "xterm"}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    ) as done:
        os.close(theirs)
        assert done.wait(60) == 0
    assert os.read(ours, 1000).strip().endswith(b"fits")
    os.close(ours)


def toolchain_kubectl() -> list[str]:
    return [str(toolchain.plan(["kubectl"]).found["kubectl"]), "-n", "kubelet"]


def test_kubectl_follows_logs_to_their_end(kubectl: Kubectl, pods: Lab) -> None:
    command = ["sh", "-c", "echo first; sleep 1; echo last"]
    pods.pod(
        "kubelet/ends", restartPolicy="Never", containers=[{"name": "c", "image": IMAGE, "command": command}]
    )
    wait_for(lambda: pods.phase("kubelet/ends") == "Running")
    assert kubectl("logs", "-f", "ends").stdout == "first\nlast\n"
    assert kubectl("logs", "ends").stdout == "first\nlast\n"


def test_kubectl_forwards_ports(kubectl: Kubectl, kubeconfig: Path) -> None:
    command = [*toolchain_kubectl(), "port-forward", "pod/server", ":80"]
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as forward:
        try:
            assert forward.stdout is not None
            match = re.search(r"127\.0\.0\.1:(\d+)", forward.stdout.readline())
            assert match is not None
            for _ in range(3):
                with socket.create_connection(("127.0.0.1", int(match[1])), 30) as connection:
                    assert connection.recv(100) == b"server"
        finally:
            forward.terminate()


def test_what_is_simulated_says_so(kubectl: Kubectl) -> None:
    for arguments in (["exec", "web", "--", "ls"], ["logs", "web"]):
        done = kubectl(*arguments)
        assert done.returncode == 1
        assert "no process stands behind: web" in done.stderr


@pytest.mark.parametrize("identity", [None, "clusterAdmin", "etcd"])
def test_nobody_but_the_api_server_is_let_in(pods: Lab, identity: str | None) -> None:
    (running,) = pods.planes.running
    pki, kubelet_port = running.plane.pki, running.plane.kubelet_port
    context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
    if identity is not None:
        context.load_cert_chain(pki / f"{identity}.crt", pki / f"{identity}.key")
    try:
        with (
            socket.create_connection(("127.0.0.1", kubelet_port), 30) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as connection,
        ):
            connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            assert connection.recv(100) == b""
    except (ssl.SSLError, ConnectionError) as error:
        assert "certificate required" in str(error).lower() or isinstance(error, ConnectionError)
