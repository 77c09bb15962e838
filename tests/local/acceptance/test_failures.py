"""What goes wrong around a stack's life, on the real engine and the whole local session."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .conftest import Project
from .test_scenarios import check_up, comes_down, managed_clusters

pytestmark = [pytest.mark.engine, pytest.mark.control_plane]

UNCHANGED = {"same", "refresh"}


def test_plain_pulumi_after_local_env(project: Project) -> None:
    session = project.session()
    project.run("pulumi", "up", "-s", "dev", "--yes", "--skip-preview", env=session)
    preview = json.loads(project.run("pulumi", "preview", "-s", "dev", "--json", env=session).stdout)
    assert set(preview["changeSummary"]) <= UNCHANGED, preview["changeSummary"]
    project.run("pulumi", "destroy", "-s", "dev", "--yes", "--skip-preview", env=session)
    assert managed_clusters(session) == []


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"PULUMI_CONFIG_PASSPHRASE_FILE": "", "PULUMI_CONFIG_PASSPHRASE": ""}, id="wrong"),
        pytest.param({"PULUMI_CONFIG_PASSPHRASE_FILE": None}, id="missing"),
    ],
)
def test_passphrase(project: Project, changed: dict[str, str | None]) -> None:
    session = {**project.session(), **changed}
    given = {key: value for key, value in session.items() if value is not None}
    refused = project.run("aksnetpol", "up", "-s", "dev", "--yes", env=given, expect=2)
    assert "PULUMI_CONFIG_PASSPHRASE" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_interrupted_up_goes_on(project: Project) -> None:
    session = project.session()
    running = subprocess.Popen(
        ["aksnetpol", "up", "--local", "-s", "calico", "--yes"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell starts its background jobs with interrupts ignored, and their children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    ends = time.monotonic() + 180
    while not managed_clusters(session):
        assert time.monotonic() < ends
        assert running.poll() is None
        time.sleep(0.2)
    os.killpg(running.pid, signal.SIGINT)
    said, _ = running.communicate(timeout=240)
    assert running.returncode == 130, said
    assert "Traceback" not in said

    project.json("up", "--local", "-s", "calico", "--yes")
    assert set(project.json("preview", "--local", "-s", "calico")["counts"]) <= UNCHANGED
    comes_down(project, "calico")


def test_a_killed_session_comes_back_with_everything(project: Project) -> None:
    project.json("up", "--local", "-s", "none", "--yes")
    try:
        killed_and_back(project)
    finally:
        project.json("destroy", "--local", "-s", "none", "--yes", "--unprotect")


def killed_and_back(project: Project) -> None:
    session = project.session()
    pid = json.loads((project.home / "session.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)

    down = project.run("aksnetpol", "local", "status", expect=1)
    assert "Run: aksnetpol local start" in down.stdout
    # A shell that still holds the exports of the dead session.
    refused = project.run("aksnetpol", "preview", "-s", "none", env=session, expect=1)
    assert "aksnetpol local start" in refused.stderr
    assert "Traceback" not in refused.stderr

    project.aksnetpol("local", "start")
    assert "aks-none" in [one["name"] for one in project.json("local", "status")["clusters"]]
    assert set(project.json("preview", "--local", "-s", "none")["counts"]) <= UNCHANGED


def test_a_port_in_use(project: Project) -> None:
    """The session keeps its port from start to start; when somebody has taken it, it finds another."""
    project.aksnetpol("local", "start")
    port = urlsplit(project.json("local", "status")["resource_manager"]).port
    project.aksnetpol("local", "stop")
    with socket.create_server(("127.0.0.1", int(port or 0))) as taken:
        project.aksnetpol("local", "start")
        assert urlsplit(project.json("local", "status")["resource_manager"]).port != port
        project.aksnetpol("local", "stop")
        asked = taken.getsockname()[1]
        refused = project.run("aksnetpol", "local", "start", "--port", str(asked), expect=2)
        assert f"port {asked}" in refused.stderr.lower()
        assert "Traceback" not in refused.stderr
    project.aksnetpol("local", "start")


def test_no_secret_is_written_in_clear(project: Project) -> None:
    said = project.run("aksnetpol", "up", "--local", "-s", "calico-windows", "--yes")
    previewed = check_up(project, "calico-windows")
    outputs = project.run("aksnetpol", "outputs", "--local", "-s", "calico-windows", "--json")
    shown = project.run(
        "aksnetpol", "outputs", "--local", "-s", "calico-windows", "--json", "--show-secrets"
    ).stdout
    secrets = _secrets(json.loads(shown))
    assert len(secrets) >= 3
    printed = previewed + "".join(one.stdout + one.stderr for one in (said, outputs))
    for name, secret in secrets.items():
        assert secret not in printed, f"{name} was printed"
        places = [file for file in _written(project) if secret.encode() in file.read_bytes()]
        assert places == [], f"{name} is in clear in {places}"
    comes_down(project, "calico-windows")


def _secrets(outputs: dict[str, str]) -> dict[str, str]:
    """The Windows password, and each credential of the kubeconfig as it stands there."""
    lines = [line.strip().split(": ", 1) for line in outputs["kubeconfig"].splitlines()]
    held = {line[0]: line[1] for line in lines if line[0] in ("client-key-data", "token", "password")}
    return {"the password": outputs["windowsAdminPassword"], "the kubeconfig": outputs["kubeconfig"], **held}


def _written(project: Project) -> list[Path]:
    """The engine's state, every log, and the project's folder; not the services' own storage and keys."""
    state = [file for file in (project.home / "state").rglob("*") if file.is_file()]
    logs = list(project.home.rglob("*.log*"))
    assert state
    assert logs
    return [*state, *logs, *(file for file in project.folder.rglob("*") if file.is_file())]
