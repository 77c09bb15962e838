"""What every command promises: help with an example, messages instead of tracebacks, exit codes."""

import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from aksnetpol import cli
from aksnetpol.cli import commands, console
from aksnetpol.errors import UserError

_RUN = [sys.executable, "-c", "import aksnetpol.cli; aksnetpol.cli.main()"]


def _commands(group: Any, *before: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name in group.list_commands(None):
        command = group.resolve_command(typer.Context(group), [name])[1]
        nested = hasattr(command, "commands")
        found += _commands(command, *before, name) if nested else [(*before, name)]
    return found


def _aksnetpol(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    # Nothing to build: whatever a test reaches, it must not reach the toolchain.
    environment = {**os.environ, "PATH": "/nonexistent", "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(
        [*_RUN, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "with space"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n")
    return folder


@pytest.mark.parametrize(("name", "entry"), commands.ENTRIES.items(), ids=commands.ENTRIES)
def test_a_command_is_listed_by_the_first_line_of_its_help(name: str, entry: commands.Entry) -> None:
    assert commands.load(name).help.split("\n\n")[0] == entry.summary


def test_the_roots_help_loads_no_command() -> None:
    script = (
        "import sys, aksnetpol.cli as cli\n"
        "from typer.testing import CliRunner\n"
        "print(CliRunner().invoke(cli.app, ['--help']).output.count('Prove by real connections'))\n"
        "from aksnetpol.cli.commands import ENTRIES\n"
        "print([one.module for one in ENTRIES.values() if f'aksnetpol.cli.{one.module}' in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n[]\n"


def test_version() -> None:
    assert CliRunner().invoke(cli.app, ["--version"]).output == f"aksnetpol {version('aksnetpol')}\n"


@pytest.mark.parametrize("command", _commands(typer.main.get_command(cli.app)), ids=" ".join)
def test_help_has_an_example(command: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli.app, [*command, "--help"])
    assert shown.exit_code == 0
    assert "Example:" in shown.output


@pytest.mark.parametrize(
    ("text", "arguments", "says"),
    [
        pytest.param(None, ("up", "-s", "prod"), "No stack 'prod'", id="unknown-stack"),
        pytest.param("config: [\n", ("up",), "Pulumi.dev.yaml:2: this is not YAML", id="malformed"),
        pytest.param(
            "- a\n", ("preview", "--json"), "Pulumi.dev.yaml:1: expected keys and values", id="list"
        ),
        pytest.param(None, ("up", "--colour"), "No such option", id="unknown-option"),
    ],
)
def test_the_users_mistakes_end_with_2_and_a_message(
    project: Path, text: str | None, arguments: tuple[str, ...], says: str
) -> None:
    if text is not None:
        (project / "Pulumi.dev.yaml").write_text(text)
    done = _aksnetpol(*arguments, folder=project)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


def test_wrong_settings_are_told_before_anything_is_built(project: Path) -> None:
    (project / "Pulumi.yaml").write_text("name: aksnetpol\nruntime: python\n")
    (project / "Pulumi.dev.yaml").write_text("config:\n  aksnetpol:cluster:\n    nmae: aks\n")
    done = _aksnetpol("up", "--local", folder=project)
    assert done.returncode == 2
    assert "Pulumi.dev.yaml:3" in done.stderr
    assert "nmae" in done.stderr


def test_a_command_loads_its_own_libraries_only() -> None:
    heavy = ("pulumi", "kubernetes", "httpx", "jinja2", "starlette", "cryptography")
    script = (
        "import sys, aksnetpol.cli as cli\n"
        "from typer.testing import CliRunner\n"
        "CliRunner().invoke(cli.app, ['local', '--help'])\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_outside_a_project(tmp_path: Path) -> None:
    done = _aksnetpol("stacks", folder=tmp_path)
    assert (done.returncode, "No Pulumi.yaml" in done.stderr) == (2, True)


def test_a_request_to_end_is_an_interrupt(tmp_path: Path) -> None:
    script = (
        "import aksnetpol.cli as cli, time\n"
        "def app(**_):\n    print('on', flush=True); time.sleep(30)\n"
        "cli.app = app\ncli.main()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=10)[1].strip() == "error: Interrupted."
        assert process.returncode == 130


@pytest.mark.parametrize("whole", [False, True])
def test_a_fault_of_ours_is_no_answer(tmp_path: Path, whole: bool) -> None:
    """Exit code 1 would be a "no", or a gate; and what was read stays where it is."""
    script = (
        "import aksnetpol.cli as cli\n"
        "from aksnetpol import words\n"
        "def app(**_):\n    words.nearest({'password': 'hunter2'}['x'], [])\n"
        "cli.app = app\ncli.main()"
    )
    environment = {**os.environ, "AKSNETPOL_TRACEBACK": "1" if whole else ""}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "fault of aksnetpol, KeyError at " in done.stderr
    assert "doctor --report" in done.stderr
    assert ("Traceback" in done.stderr) is whole


def test_brackets_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    console.say_error("key [cluster.nodePools[0]] is [secret]")
    assert capsys.readouterr().err == "error: key [cluster.nodePools[0]] is [secret]\n"


def test_nobody_to_ask_is_the_users_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: PTH123, SIM115  a stdin that is no terminal
    with pytest.raises(UserError, match="add --yes"):
        console.confirm("Delete everything?", yes=False)
    console.confirm("Delete everything?", yes=True)
