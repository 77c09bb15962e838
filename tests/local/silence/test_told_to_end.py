"""A command that waits for something silent ends within ten seconds when it is told to, children included."""

import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import yaml

from .conftest import MakeSilent

_ENDS_WITHIN = 10.0
_PULUMI = 'case "$*" in *version*) echo v3.259.0; exit ;; esac\n'


@dataclass(frozen=True)
class Stage:
    """What a command finds.

    Args:
        silent: makes a program that is silent once it is asked.
        port: of a server that takes connections and answers none.
        folder: of a project, and the command's own.
    """

    silent: MakeSilent
    port: int
    folder: Path

    def project(self) -> None:
        """Make the folder a project in git."""
        (self.folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        (self.folder / "Pulumi.dev.yaml").write_text("config: {}\n")
        (self.folder / "__main__.py").write_text("")
        for command in ("init --quiet", "add --all", "commit --quiet --message all"):
            identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
            subprocess.run(["git", *identity, *command.split()], cwd=self.folder, check=True)

    def kubeconfig(self, user: Mapping[str, object] | None = None) -> str:
        """Write a kubeconfig for the silent server; by default with a token."""
        document = {
            "current-context": "aks",
            "contexts": [{"name": "aks", "context": {"cluster": "aks", "user": "me"}}],
            "clusters": [{"name": "aks", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
            "users": [{"name": "me", "user": user or {"token": "t"}}],
        }
        file = self.folder / "kubeconfig"
        file.write_text(yaml.safe_dump(document))
        return str(file)


def _engine(stage: Stage) -> None:
    stage.project()
    stage.silent("pulumi", before=_PULUMI + ": > asked")


def _preview(stage: Stage) -> list[str]:
    _engine(stage)
    return ["preview", "-s", "dev"]


def _up(stage: Stage) -> list[str]:
    _engine(stage)
    return ["up", "-s", "dev", "--yes"]


def _destroy(stage: Stage) -> list[str]:
    _engine(stage)
    return ["destroy", "-s", "dev", "--yes"]


def _review(stage: Stage) -> list[str]:
    stage.project()
    # Engines of a review run in folders of their own.
    stage.silent("pulumi", before=f"{_PULUMI}: > '{stage.folder}/asked'")
    return ["review", "--base", "HEAD", "-s", "dev"]


def _tools(stage: Stage) -> list[str]:
    answer = 'case "$*" in *GOVERSION*) echo go1.99.0; exit ;; esac\n'
    stage.silent("go", before=f"{answer}: > '{stage.folder}/asked'")
    return ["tools"]


def _diff(stage: Stage) -> list[str]:
    stage.silent("git", before=": > asked")
    return ["diff", "main:policies", "head:policies"]


def _reach(stage: Stage) -> list[str]:
    return ["reach", "--live", "--kubeconfig", stage.kubeconfig()]


def _sign_in(stage: Stage) -> list[str]:
    program = stage.silent("kubelogin", before=f": > '{stage.folder}/asked'")
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": str(program)}
    user = {"exec": {**plugin, "interactiveMode": "Never"}}
    return ["reach", "--live", "--kubeconfig", stage.kubeconfig(user)]


def _verify(stage: Stage) -> list[str]:
    return ["verify", "demo", "--kubeconfig", stage.kubeconfig()]


def _engine_status(stage: Stage) -> list[str]:
    return ["engine", "status", "-g", "shop", "-n", "aks"]


def _local_stop(stage: Stage) -> list[str]:
    return ["local", "stop"]


COMMANDS: Mapping[str, Callable[[Stage], list[str]]] = {
    "preview": _preview,
    "up": _up,
    "destroy": _destroy,
    "review": _review,
    "tools": _tools,
    "diff": _diff,
    "reach-live": _reach,
    "sign-in": _sign_in,
    "verify": _verify,
    "engine-status": _engine_status,
    "local-stop": _local_stop,
}


@pytest.fixture
def stage(silent: MakeSilent, silent_server: socket.socket, tmp_path: Path) -> Stage:
    folder = tmp_path / "folder"
    folder.mkdir()
    return Stage(silent, silent_server.getsockname()[1], folder)


_CASES = [(name, number) for name in COMMANDS for number in (signal.SIGTERM, signal.SIGINT)]


@pytest.mark.parametrize(
    ("command", "number"),
    [
        pytest.param(COMMANDS[name], number, id=f"{name}-{number.name}")
        for name, number in (*_CASES, ("preview", signal.SIGHUP))
    ],
)
def test_it_ends(
    command: Callable[[Stage], list[str]],
    number: signal.Signals,
    stage: Stage,
    silent_server: socket.socket,
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        **os.environ,
        "AKSNETPOL_CACHE": str(tmp_path / "cache"),
        "AKSNETPOL_HOME": str(home),
        "ARM_METADATA_HOSTNAME": f"127.0.0.1:{stage.port}",
        "ARM_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_HOME": str(tmp_path / "pulumi"),
    }
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as another that starts the local session
        running = subprocess.Popen(
            [sys.executable, "-c", "from aksnetpol.__main__ import main; main()", *command(stage)],
            cwd=stage.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A shell starts its background jobs with interrupts ignored, and their children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        _wait_until_asked(running, stage, silent_server)
        children = psutil.Process(running.pid).children(recursive=True)
        began = time.monotonic()
        running.send_signal(number)
        said, _ = running.communicate(timeout=60)
    assert time.monotonic() - began < _ENDS_WITHIN, said
    assert running.returncode == 130, said
    assert "Interrupted" in said
    assert "Traceback" not in said
    _, alive = psutil.wait_procs(children, timeout=3)
    assert not alive, [one.cmdline() for one in alive]


def _wait_until_asked(running: "subprocess.Popen[str]", stage: Stage, server: socket.socket) -> None:
    """Return when the command waits: a program has been started, a server connected to, or a lock met."""
    ends = time.monotonic() + 60
    while not (_connected(server) or (stage.folder / "asked").exists() or _meets_the_lock(running)):
        assert running.poll() is None, running.communicate()[0]
        assert time.monotonic() < ends
        time.sleep(0.1)
    time.sleep(0.5)  # it is asked, and now waited for


def _connected(server: socket.socket) -> bool:
    return bool(select.select([server], [], [], 0)[0])


def _meets_the_lock(running: "subprocess.Popen[str]") -> bool:
    return any(Path(file.path).name == ".lock" for file in psutil.Process(running.pid).open_files())
