"""`aksnetpol review` with a saved report: formats, files, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from aksnetpol.cli.review_formats import Format, Output, outputs, rendered, write
from aksnetpol.report.review import Review, StackReview

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


def test_json_gives_a_runner_no_command() -> None:
    head = "a ##vso[task.setvariable variable=b]c ##[error] \\##[d]"
    text = rendered(Review("main", head, ()), Format.JSON)
    assert "##" not in text
    assert json.loads(text)["head"] == head


@pytest.mark.parametrize("form", Format)
def test_every_format_is_written(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "report"
    write(Review("main", "topic", (StackReview("dev"),)), (Output(form, path),))
    assert "dev" in path.read_text() or form is Format.SARIF


def test_a_path_may_hold_an_equals_sign() -> None:
    assert outputs(["json=a=b.json"]) == (Output(Format.JSON, Path("a=b.json")),)
