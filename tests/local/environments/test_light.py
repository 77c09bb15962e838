"""The tool alone, from its wheel, without any extra: what it does, and what it says of the rest."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from aksnetpol.cli.commands import ENTRIES
from tests.local.acceptance.conftest import ROOT

from .conftest import debians_python, uv

EXAMPLES = ROOT / "docs" / "examples"
_MEGABYTES = 45
# What a user's own folders of these names may be: nothing that may ever be imported in their place.
_OWN = 'raise ImportError("the user\'s own")\n'


@dataclass(frozen=True)
class Light:
    """An environment with nothing but the tool.

    Args:
        venv: its folder.
        folder: where commands run.
    """

    venv: Path
    folder: Path

    def run(
        self, *arguments: str, code: int = 0, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run our command line as a user without anything else does; it must end with `code`."""
        done = subprocess.run(
            [self.venv / "bin" / "aksnetpol", *arguments],
            cwd=self.folder,
            env={"HOME": str(self.folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200", **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert "Traceback" not in done.stderr + done.stdout
        assert done.returncode == code, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done

    @property
    def packages(self) -> Path:
        """site-packages."""
        (found,) = self.venv.glob("lib/python3*/site-packages")
        return found


# environment: light-installation
@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory, package_managers: dict[str, str]) -> Light:
    """The wheel in an environment of its own, and a folder where a user has own folders of common names."""
    place = tmp_path_factory.mktemp("light")
    environment = {"UV_SYSTEM_CERTS": "true", **package_managers}
    for arguments in (
        ("build", "--quiet", "--wheel", "--out-dir", place / "dist", ROOT),
        ("venv", "--quiet", "--python", debians_python(), place / "venv"),
    ):
        subprocess.run([uv(), *arguments], env=environment, check=True)
    (wheel,) = (place / "dist").glob("*.whl")
    python = place / "venv" / "bin" / "python"
    subprocess.run(
        [uv(), "pip", "install", "--quiet", "--python", python, wheel], env=environment, check=True
    )
    folder = place / "work"
    for name in ("components", "stacks"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(_OWN)
    shutil.copytree(EXAMPLES, folder / "examples")
    return Light(place / "venv", folder)


def test_it_is_small(light: Light) -> None:
    files = (path for path in light.packages.rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert sum(path.stat().st_size for path in files) < _MEGABYTES * 2**20


def test_it_brings_no_name_but_its_own(light: Light) -> None:
    assert not {"components", "stacks", "provider", "tests"} & {
        path.name for path in light.packages.iterdir()
    }


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("reach", "examples/shop"), 0, "shop/", id="reach"),
        pytest.param(("can", "shop/web", "shop/db:5432/TCP", "examples/shop"), 0, "shop/db", id="can"),
        pytest.param(("lint", "examples/lint"), 1, "warning", id="lint"),
        pytest.param(("diff", "examples/shop", "examples/shop-next"), 1, "shop/", id="diff"),
        pytest.param(("generate", "default-deny", "shop"), 0, "NetworkPolicy", id="generate"),
        pytest.param(("new", "infra"), 0, "requirements.txt", id="new"),
        pytest.param(("doctor",), 0, "aksnetpol[pulumi]", id="doctor"),
        pytest.param(("--version",), 0, "aksnetpol ", id="version"),
        pytest.param(("--help",), 0, "Create or update a stack.", id="help"),
    ],
)
def test_what_it_does(light: Light, arguments: tuple[str, ...], code: int, says: str) -> None:
    assert says in light.run(*arguments, code=code).stdout


def test_reviews_manifests(light: Light, tmp_path: Path) -> None:
    """Git's objects against the working tree, in every format, with gates; `git` is on PATH."""
    folder = tmp_path / "repository"
    shutil.copytree(EXAMPLES / "shop", folder / "k8s")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), (*identity, "commit", "-qm", "Begin")):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    here = replace(light, folder=folder)
    asked = ("review", "--base", "main", "--manifests", "k8s")
    assert "no change" in here.run(*asked).stdout
    shutil.copytree(EXAMPLES / "shop-next", folder / "k8s", dirs_exist_ok=True)
    forms = ("terminal", "markdown", "html", "json", "sarif", "junit")
    files = [word for form in forms for word in ("--output", f"{form}=report/{form}")]
    said = here.run(*asked, "--fail-on", "opened", *files, code=1).stdout
    assert "opened across namespaces" in " ".join(said.split())
    assert sorted(path.name for path in (folder / "report").iterdir()) == sorted(forms)
    assert "Review of" in here.run("review", "--from", "report/json").stdout


@pytest.mark.parametrize("package", ["post", "review", "migration", "policy", "engines", "probe", "audit"])
def test_what_imports_without_pulumi(light: Light, package: str) -> None:
    python = light.venv / "bin" / "python"
    subprocess.run([python, "-c", f"import aksnetpol.{package}"], cwd=light.folder, check=True)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_command_has_help(light: Light, name: str) -> None:
    shown = light.run(name, "--help").stdout
    assert ENTRIES[name].summary.split(":")[0] in " ".join(shown.split())
    assert ("Install it: uv pip install --python " in shown) == bool(ENTRIES[name].extra)


@pytest.mark.parametrize("name", ["", "up", "rea", "local st"])
def test_completion(light: Light, name: str) -> None:
    words = f"aksnetpol {name}"
    asked = {"_AKSNETPOL_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    found = light.run(code=0, variables=asked).stdout.split()
    assert found or name == "local st"


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        *(pytest.param((name,), one.extra, id=name) for name, one in ENTRIES.items() if one.extra),
        pytest.param(("up", "-s", "dev", "--local"), "pulumi", id="up-with-options"),
        pytest.param(("review", "--deployed"), "pulumi", id="review-of-what-is-deployed"),
        pytest.param(("review", "--from", "x.json", "--post", "github"), "live", id="review-that-is-posted"),
        pytest.param(("local", "start"), "local", id="local-start"),
        pytest.param(("lint", "--kubeconfig", "kubeconfig"), "live", id="lint-of-a-cluster"),
        pytest.param(("reach", "--live"), "live", id="reach-of-a-cluster"),
    ],
)
def test_what_needs_more_says_the_line_that_installs_it(
    light: Light, arguments: tuple[str, ...], extra: str
) -> None:
    (light.folder / "kubeconfig").write_text("apiVersion: v1\nkind: Config\n")
    said = light.run(*arguments, code=2).stderr
    python = light.venv / "bin" / "python"
    assert f"uv pip install --python {python} 'aksnetpol[{extra}] @ file://" in said


@pytest.mark.parametrize(
    ("receipt", "line"),
    [
        pytest.param("uv-receipt.toml", "uv tool install 'aksnetpol[pulumi] @ file://", id="uv"),
        pytest.param("pipx_metadata.json", "pipx install --force 'aksnetpol[pulumi] @ file://", id="pipx"),
    ],
)
def test_the_line_is_that_of_what_installed_us(light: Light, receipt: str, line: str) -> None:
    marker = light.venv / receipt
    marker.touch()
    try:
        assert line in light.run("up", code=2).stderr
    finally:
        marker.unlink()


def test_the_line_installs_it(light: Light, package_managers: dict[str, str], tmp_path: Path) -> None:
    """It asks the package index for the other distributions; their wheels, not published yet, are here."""
    environment = {"UV_SYSTEM_CERTS": "true", **package_managers}
    dist = tmp_path / "dist"
    subprocess.run(
        [uv(), "build", "--quiet", "--all-packages", "--wheel", "--out-dir", dist, ROOT],
        env=environment,
        check=True,
    )
    line = light.run("up", code=2).stderr.partition("Install it: ")[2].split("'")[1]
    python = light.venv / "bin" / "python"
    resolved = subprocess.run(
        [uv(), "pip", "install", "--dry-run", "--python", python, "--find-links", dist, line],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert resolved.returncode == 0, resolved.stderr
    names = {line.removeprefix(" + ").partition("==")[0] for line in resolved.stderr.splitlines()}
    assert {"aksnetpol-components", "aksnetpol-stacks", "pulumi", "pulumi-azure-native"} <= names
