"""A stack's life on the real engine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aksnetpol.deploy import (
    DeployError,
    Output,
    PassphraseError,
    StackLockedError,
    StackWorkspace,
    shell_environment,
)
from aksnetpol.project import ProjectError, UnknownStackError

pytestmark = pytest.mark.engine

MakeWorkspace = Callable[..., StackWorkspace]

# Drives one `up` in a process of its own, which a test then interrupts.
_UP = """
import sys
from pathlib import Path
from aksnetpol.deploy import StackWorkspace, engine_of
from aksnetpol.project import find_project
from aksnetpol.errors import AksnetpolError
import json
import os
folder, executable, environment, home = json.loads(sys.argv[1])
engine = engine_of(Path(executable))
target = StackWorkspace(find_project(Path(folder)), "dev", engine, environment, Path(home))
try:
    target.up()
except AksnetpolError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def _start_up(target: StackWorkspace) -> "subprocess.Popen[str]":
    engine = str(target.engine.executable)
    arguments = [str(target.project.folder), engine, dict(target.environment), str(target.local_home)]
    return subprocess.Popen(
        [sys.executable, "-c", _UP, json.dumps(arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A shell starts its background jobs with interrupts ignored, and their children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def _wait_for(log: Path) -> None:
    deadline = time.monotonic() + 60
    while not log.exists():
        assert time.monotonic() < deadline, "no creation began"
        time.sleep(0.05)


def _lock_of(target: StackWorkspace) -> int:
    state = Path(target.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
    (lock,) = (state / ".pulumi" / "locks").rglob("*.json")
    return int(json.loads(lock.read_text())["pid"])


def test_up_preview_outputs_destroy(workspace: MakeWorkspace) -> None:
    target = workspace()
    file = target.project.stack_file("dev")
    before = file.read_text()
    assert target.preview().counts == {"create": 3}
    target.up()
    assert target.preview().counts == {"same": 3}
    assert target.outputs() == (Output("first", "thing-1", False), Output("hidden", "mellon", True))
    assert target.protected() == ()
    target.destroy()
    assert target.outputs() == ()
    assert file.read_text() == before, "local mode writes nothing into the project"


def test_no_secret_is_in_the_state_in_clear(workspace: MakeWorkspace, tmp_path: Path) -> None:
    workspace().up()
    texts = [path.read_text() for path in (tmp_path / "state").rglob("*.json")]
    assert texts
    assert not [text for text in texts if "mellon" in text]


def test_interrupted_up_ends_in_order_and_the_next_goes_on(workspace: MakeWorkspace, log: Path) -> None:
    target = workspace(seconds=4)
    process = _start_up(target)
    _wait_for(log)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 130, said
    assert "run the command again" in said
    assert log.read_text().splitlines() == ["begin"], "nothing new is begun after the interrupt"
    workspace(seconds=4).up()
    assert log.read_text().splitlines() == ["begin", "begin"], "what was made is kept, the rest is made"


def test_a_killed_engine_leaves_a_stack_that_the_next_up_repairs(workspace: MakeWorkspace, log: Path) -> None:
    target = workspace(seconds=30)
    process = _start_up(target)
    _wait_for(log)
    subprocess.run(["kill", "-KILL", str(_lock_of(target))], check=True)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert "killed (signal 9)" in said
    notices: list[str] = []
    again = replace(workspace(), notice=notices.append)
    again.up()
    assert again.preview().counts == {"same": 3}
    assert len(notices) == 2
    assert "lock of things/dev" in notices[0]
    assert "Resource first" in notices[1]


def test_a_stack_that_another_process_works_on_is_left_alone(workspace: MakeWorkspace, log: Path) -> None:
    process = _start_up(workspace(seconds=6))
    _wait_for(log)
    with pytest.raises(StackLockedError, match="pulumi cancel -s dev"):
        workspace(seconds=6).up()
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        pytest.param(
            {"passphrase": None, "local": False}, PassphraseError, "Set PULUMI_CONFIG_PASSPHRASE", id="none"
        ),
        pytest.param({"passphrase": "wrong"}, PassphraseError, "created with", id="wrong"),
        pytest.param({"stack": "prod"}, UnknownStackError, "Stacks here: dev", id="unknown-stack"),
    ],
)
def test_the_users_mistakes(
    workspace: MakeWorkspace, change: dict[str, object], kind: type[Exception], says: str
) -> None:
    if change.get("passphrase") == "wrong":
        workspace().up()
    with pytest.raises(kind, match=says):
        workspace(**change).up()


@pytest.mark.parametrize("operation", ["destroy", "refresh", "outputs"])
def test_a_stack_that_does_not_exist_yet(workspace: MakeWorkspace, operation: str) -> None:
    with pytest.raises(UnknownStackError, match="run `aksnetpol up -s dev` first"):
        getattr(workspace(), operation)()


def test_a_malformed_stack_file(workspace: MakeWorkspace) -> None:
    target = workspace()
    target.project.stack_file("dev").write_text("config: [\n")
    with pytest.raises(ProjectError, match=r"Pulumi\.dev\.yaml:2"):
        target.up()


def test_a_providers_error_is_told_by_resource_and_in_short(workspace: MakeWorkspace) -> None:
    with pytest.raises(DeployError) as caught:
        workspace(seconds=-1).up()
    text = str(caught.value)
    assert "Resource first" in text
    assert "Traceback" not in text
    assert len(text.splitlines()) < 10


def test_a_programs_error_has_no_traceback(workspace: MakeWorkspace) -> None:
    target = workspace()
    program = target.project.folder / "__main__.py"
    program.write_text("import pulumi\nraise pulumi.RunError('osSku: Windows2019 is retired')\n")
    for operation in (target.preview, target.up):
        with pytest.raises(DeployError) as caught:
            operation()
        assert "osSku: Windows2019 is retired" in str(caught.value)
        assert "Traceback" not in str(caught.value)


def test_plain_pulumi_works_in_the_shell_of_a_session(workspace: MakeWorkspace) -> None:
    target = workspace()
    assert target.local_home is not None
    environment = shell_environment(target.environment, target.local_home, target.engine, target.project)
    for command in ("pulumi up -s dev --yes", "pulumi preview -s dev --json", "pulumi destroy -s dev --yes"):
        done = subprocess.run(
            [*command.split(), "--non-interactive"],
            cwd=target.project.folder,
            env={**os.environ, **{name: value for name, value in environment.items() if value is not None}},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "from $PATH" not in done.stdout + done.stderr
