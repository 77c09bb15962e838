"""`aksnetpol review` with a saved report: formats, files, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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
