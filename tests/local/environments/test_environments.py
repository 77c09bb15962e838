"""One short job for each environment that strangers have: a preview on the local session, whole, in time."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.local.acceptance.conftest import ROOT

from .conftest import Machine, MakeMachine

pytestmark = [pytest.mark.engine]

# What a user's shell may hold of other projects; none of it is meant for local mode.
PULUMI_OF_ANOTHER: Mapping[str, str] = {
    "PULUMI_HOME": "/nonexistent/pulumi",
    "PULUMI_BACKEND_URL": "https://api.example.org",
    "PULUMI_ACCESS_TOKEN": "pul-0000000000000000000000000000000000000000",
    "PULUMI_CONFIG_PASSPHRASE": "of another stack",
    "PULUMI_CONFIG_PASSPHRASE_FILE": "/nonexistent/passphrase",
    "PULUMI_STACK": "other",
    "PULUMI_CONFIG": "{}",
    "PULUMI_DEBUG_PROVIDERS": "azure-native:9",
    "PULUMI_PREFER_YARN": "true",
    "PULUMI_EXPERIMENTAL": "true",
    "PULUMI_PYTHON_CMD": "/nonexistent/python",
    "PULUMI_OPTION_REFRESH": "nonsense",
    "PULUMI_OPTION_COLOR": "always",
    "PULUMI_ERROR_OUTPUT_STRING": "true",
    "PULUMI_DISABLE_RESOURCE_REFERENCES": "1",
    "PULUMI_AUTOMATION_API": "false",
}
AZURE_OF_ANOTHER: Mapping[str, str] = {
    "AZURE_CONFIG_DIR": "/nonexistent/azure",
    "AZURE_CLIENT_ID": "odd",
    "AZURE_CLIENT_SECRET": "odd",
    "AZURE_TENANT_ID": "odd",
    "AZURE_AUTHORITY_HOST": "login.example.org",
    "AZURE_TOKEN_CREDENTIALS": "prod",
    "AZURE_HTTP_USER_AGENT": "odd",
    "ARM_CLIENT_ID": "odd",
    "ARM_SUBSCRIPTION_ID": "odd",
    "ARM_METADATA_HOSTNAME": "metadata.example.org",
    "ARM_USE_OIDC": "true",
    "ARM_ENVIRONMENT": "usgovernment",
    "KUBECONFIG": "/nonexistent/kubeconfig",
}
PYTHON_OF_ANOTHER: Mapping[str, str] = {
    "PYTHONUNBUFFERED": "",
    "PYTHONOPTIMIZE": "2",
    "PYTHONDONTWRITEBYTECODE": "yes",
    "PYTHONSAFEPATH": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONWARNINGS": "always",
    "PYTHONPATH": "/nonexistent",
    "PYTHONIOENCODING": "latin-1",
    "PYTHONSTARTUP": "/nonexistent",
}


@dataclass(frozen=True)
class Environment:
    """What differs from a bare one.

    Args:
        options: of a Machine.
        without: commands that are not on PATH.
    """

    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    without: tuple[str, ...] = ()


def _set(**variables: str) -> Environment:
    return Environment({"variables": variables})


ENVIRONMENTS: Mapping[str, Environment] = {
    "bare": _set(LANG="C.UTF-8"),
    "no-lang": Environment(),
    "c-locale": _set(LC_ALL="C", LANG="C"),
    "utf8-locale-of-another-language": _set(LANG="de_DE.UTF-8", LC_ALL="de_DE.UTF-8", LANGUAGE="de"),
    "time-zone-far-east": _set(TZ="Pacific/Kiritimati"),
    "time-zone-far-west": _set(TZ="Pacific/Marquesas"),
    "home-with-space-and-umlaut": Environment({"home": "Jörg Müller"}),
    "no-git": Environment(without=("git",)),
    "terminal": _set(TERM="xterm-256color", COLUMNS="40"),
    "dumb-term": _set(TERM="dumb"),
    "socks-proxy": _set(ALL_PROXY="socks5h://127.0.0.1:9", http_proxy="socks5://127.0.0.1:9"),
    "odd-no-proxy": _set(NO_PROXY="[::1],*.example.org", HTTPS_PROXY="http://127.0.0.1:9"),
    "stdin-closed": Environment({"closed": (0,)}),
    "stderr-closed": Environment({"closed": (2,)}),
    "python-variables": Environment({"variables": PYTHON_OF_ANOTHER}),
    "pulumi-variables": Environment({"variables": PULUMI_OF_ANOTHER}),
    "azure-variables": Environment({"variables": AZURE_OF_ANOTHER}),
}


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_a_preview(environment: Environment, machine: MakeMachine, tmp_path: Path) -> None:
    options = dict(environment.options)
    if environment.without:
        options["path"] = str(_without(environment.without, tmp_path / "bin"))
    _previews(machine(**options))


def _previews(one: Machine) -> None:
    """A preview creates everything, from a session that it starts; the user's own places stay as they are."""
    planned = json.loads(one.aksnetpol("preview", "--local", "-s", "dev", "--json"))
    assert planned["counts"] == {"create": 13}
    assert planned["diagnostics"] == []
    own = {path.name for path in one.home.iterdir()}
    assert own <= {".cache", ".local"}, own
    one.aksnetpol("local", "stop")


# environment: own-components-and-stacks
def test_beside_a_users_own_folders_of_the_distributions_names(machine: MakeMachine) -> None:
    one = machine()
    for name in ("components", "stacks"):
        (one.folder / name).mkdir()
        (one.folder / name / "__init__.py").write_text("raise ImportError('the user's own')\n")
    _previews(one)


def _without(commands: tuple[str, ...], folder: Path) -> Path:
    """Make a folder of links to all commands of the system but some."""
    folder.mkdir()
    for place in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for program in Path(place).iterdir():
            target = folder / program.name
            if program.name not in commands and not target.exists():
                target.symlink_to(program)
    return folder


def test_plain_pulumi_in_a_shell_of_another(machine: MakeMachine) -> None:
    one = machine(variables={**PULUMI_OF_ANOTHER, **AZURE_OF_ANOTHER, **PYTHON_OF_ANOTHER})
    one.aksnetpol("local", "start")
    script = 'eval "$(aksnetpol local env)" && pulumi preview -s dev --json --non-interactive'
    planned = json.loads(one.run("/bin/sh", "-c", script).stdout)
    assert planned["changeSummary"] == {"create": 13}


@pytest.mark.parametrize(
    ("variables", "code", "says"),
    [
        pytest.param({"HOME": "/proc/nobody"}, 1, "/proc/nobody", id="home-that-cannot-be-made"),
        pytest.param(
            {"AKSNETPOL_HOME": "/etc/passwd"}, 2, "AKSNETPOL_HOME: /etc/passwd", id="home-is-a-file"
        ),
        pytest.param({"AKSNETPOL_HOME": "~nobody-here/x"}, 2, "AKSNETPOL_HOME: ~nobody", id="home-of-nobody"),
        pytest.param({"AKSNETPOL_HOME": "/tmp/a\nb"}, 2, "AKSNETPOL_HOME: ", id="home-with-a-line-end"),
        pytest.param({"AKSNETPOL_CACHE": "/etc/passwd"}, 2, "AKSNETPOL_CACHE: /etc", id="cache-is-a-file"),
        pytest.param({"AKSNETPOL_PREVIEW_TIMEOUT": "soon"}, 2, "'soon' is no number", id="limit-is-none"),
    ],
)
def test_a_wrong_environment_is_told(
    machine: MakeMachine, variables: Mapping[str, str], code: int, says: str
) -> None:
    refused = machine(variables=variables).run("aksnetpol", "preview", "--local", "-s", "dev", expect=code)
    assert says in refused.stderr


def test_a_relative_home(machine: MakeMachine, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    one = machine(folder=tmp_path, variables={"AKSNETPOL_HOME": "session"})
    one.aksnetpol("local", "start")
    one.aksnetpol("local", "status")
    assert {path.name for path in tmp_path.iterdir()} == {"policies", "session"}
    assert not (tmp_path / "session" / "session").exists()


def test_a_stack_file_that_is_a_pipe(machine: MakeMachine) -> None:
    one = machine()
    (one.folder / "Pulumi.dev.yaml").unlink()
    os.mkfifo(one.folder / "Pulumi.dev.yaml")
    refused = one.run("aksnetpol", "preview", "--local", "-s", "dev", expect=2)
    assert "Pulumi.dev.yaml" in refused.stderr


def test_a_review_without_git_says_so(machine: MakeMachine, tmp_path: Path) -> None:
    one = machine(path=str(_without(("git",), tmp_path / "bin")))
    refused = one.run("aksnetpol", "review", "--base", "main", expect=2)
    assert "git is not on PATH" in refused.stderr


def test_a_question_that_nobody_can_be_asked(machine: MakeMachine) -> None:
    one = machine(closed=(0,))
    refused = one.run("aksnetpol", "local", "reset", expect=2)
    assert "add --yes" in refused.stderr


def test_the_documented_table_is_the_tested_one() -> None:
    """docs/environments.md names every environment here and in the files beside this one."""
    page = (ROOT / "docs" / "environments.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE))
    beside = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    marked = set(re.findall(r"# environment: ([\w-]+)$", beside, re.MULTILINE))
    assert documented == set(ENVIRONMENTS) | marked


def test_every_command_that_the_table_hides_is_one() -> None:
    for environment in ENVIRONMENTS.values():
        assert all(shutil.which(name) for name in environment.without)
