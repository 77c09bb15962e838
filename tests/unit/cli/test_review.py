"""`aksnetpol review` with a saved report and with manifests: formats, files, gates, and what it refuses."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: inside, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "registry.example/web:1"}]}
"""
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "review"
SAVED = str(GOLDEN / "policy-opened.json")
Run = Callable[..., tuple[int, str]]


def test_prints_a_saved_report(run: Run) -> None:
    assert run("review", "--from", SAVED) == (0, (GOLDEN / "policy-opened.md").read_text())
    assert run("review", "--from", SAVED, "--json") == (0, Path(SAVED).read_text())


def test_writes_several_formats(run: Run, tmp_path: Path) -> None:
    files = {"markdown": tmp_path / "new" / "report.md", "json": tmp_path / "report.json"}
    arguments = [text for form, path in files.items() for text in ("--output", f"{form}={path}")]
    code, _ = run("review", "--from", SAVED, *arguments)
    assert code == 0
    assert files["markdown"].read_text() == (GOLDEN / "policy-opened.md").read_text()
    assert files["json"].read_text() == Path(SAVED).read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--base"),
        (("--base", "main", "--output", "pdf=a"), "--output pdf=a: must be FORMAT=FILE"),
        (("--base", "main", "--output", "json"), "--output json: must be FORMAT=FILE"),
        (("--from", SAVED, "--base", "main"), "--from takes a report as it is"),
        (("--from", SAVED, "--deployed"), "--from takes a report as it is"),
        (("--deployed", "--base", "main"), "no --base, no --head"),
        (("--deployed", "--head", "HEAD"), "no --base, no --head"),
        (("--base", "main", "--local"), "go with --deployed"),
        (("--base", "main", "--save-plan", "dev.plan"), "go with --deployed"),
        (("--deployed", "--save-plan", "dev.plan"), "--save-plan is for one stack"),
        (("--deployed", "-s", "dev", "-s", "none", "--kubeconfig", SAVED), "--kubeconfig is for one stack"),
        (("--from", SAVED, "--fail-on", "opened"), "--from takes a report as it is"),
        (("--from", SAVED, "--format", "sarif"), "not as sarif"),
        (("--from", SAVED, "--output", "junit=a.xml"), "not as junit"),
        (("--from", "no-such.json"), "cannot be read"),
        (("--from", SAVED, "--engine", "cilium"), "--from takes a report as it is"),
        (("--base", "main", "--engine", "cilium"), "name files or folders with --manifests"),
        (("--deployed", "--engine", "cilium"), "a stack's own settings name its engine"),
        (
            ("--base", "main", "-s", "dev", "--manifests", "policies", "-e", "cilium"),
            "a stack's own settings",
        ),
        (("--manifests", "policies", "--engine", "cilium"), "--base"),
        (("--base", "HEAD", "--manifests", "nowhere", "-e", "cilium"), "neither HEAD nor working tree has"),
        (("--from", SAVED, "--output", f"json={GOLDEN}"), "cannot be written"),
    ],
)
def test_refuses(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, printed = run("review", *arguments)
    assert code == 2
    assert said in " ".join(printed.split())


def test_a_path_may_hold_an_equals_sign(run: Run, tmp_path: Path) -> None:
    code, _ = run("review", "--from", SAVED, "--output", f"json={tmp_path}/a=b.json")
    assert code == 0
    assert (tmp_path / "a=b.json").read_text() == Path(SAVED).read_text()


@pytest.fixture
def manifests(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of the working tree that opens what the repository's only commit had closed."""
    assert run
    file = tmp_path / "k8s" / "shop.yaml"
    file.parent.mkdir()
    file.write_text(POLICY)
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for arguments in (("init", "--quiet"), ("add", "--all"), (*identity, "commit", "--quiet", "-m", "Begin")):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    file.write_text(POLICY.replace("[Ingress]}", "[Ingress], ingress: [{}]}"))
    monkeypatch.chdir(tmp_path)
    return file


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param((), 0, "1 group of connections opened from outside", id="no-gate"),
        pytest.param(("--fail-on", "opened"), 1, "high risk", id="gate"),
        pytest.param(("--fail-on", "replace"), 0, "high risk", id="another-gate"),
        pytest.param(("--fail-on", "opened", "--head", "HEAD"), 0, "no change", id="committed"),
        pytest.param(("--engine", "none", "--fail-on", "opened"), 0, "no connection does", id="engine"),
        pytest.param(("--stack", "dev"), 2, "No Pulumi.yaml in", id="stack-without-project"),
    ],
)
@pytest.mark.usefixtures("manifests")
def test_manifests(run: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    done, printed = run("review", "--base", "HEAD", "--manifests", "k8s", *arguments)
    assert (done, said in " ".join(printed.split())) == (code, True), printed


@pytest.mark.parametrize("name", ["Pulumi.yaml", "Pulumi.yml"])
def test_a_project_is_reviewed_by_its_stacks(
    run: Run, manifests: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (manifests.parents[1] / name).write_text("name: shop\nruntime: python\n")
    monkeypatch.setattr("aksnetpol.extras.is_installed", lambda extra: extra != "local")
    code, printed = run("review", "--base", "HEAD", "--manifests", "k8s")
    assert (code, "A review of stacks needs the extra 'local'" in printed) == (2, True)
    code, printed = run("review", "--base", "HEAD", "--manifests", "k8s", "--engine", "calico")
    assert (code, "opened from outside" in printed) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        pytest.param(("--base", "HEAD"), "local", id="stacks"),
        pytest.param(("--deployed",), "pulumi", id="deployed"),
        pytest.param(("--deployed", "--local"), "local", id="deployed-locally"),
        pytest.param(("--from", SAVED, "--post", "github"), "live", id="posting"),
        pytest.param(
            ("--base", "HEAD", "--manifests", "k8s", "-e", "npm", "--post", "gitlab"), "live", id="any"
        ),
    ],
)
def test_a_missing_extra_is_told_first(
    run: Run, arguments: tuple[str, ...], extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aksnetpol.extras.is_installed", lambda _: False)
    code, printed = run("review", *arguments)
    assert (code, f"needs the extra '{extra}'" in printed) == (2, True), printed
