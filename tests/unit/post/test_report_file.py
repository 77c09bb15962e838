"""A saved report, which a stranger may have written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aksnetpol.post import ReportFileError
from aksnetpol.post.report_file import LARGEST, read_report

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "review" / "policy-opened.json"
Edit = Callable[[dict[str, Any]], Any]


def _saved(tmp_path: Path, edit: Edit) -> Path:
    report = json.loads(GOLDEN.read_bytes())
    edit(report)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report))
    return path


def test_is_read() -> None:
    assert read_report(GOLDEN).stacks[0].stack == "dev"


def _connection(key: str, value: Any) -> Edit:
    return lambda report: report["stacks"][0]["connections"][0].update({key: value})


NOBODY = {"namespaces": [], "workloads": [], "pods": [], "addresses": [], "domains": [], "nodes": []}


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        pytest.param(lambda report: report.update(version=2), "'version'", id="another version"),
        pytest.param(lambda report: report.pop("stacks"), "'stacks'", id="a key is missing"),
        pytest.param(lambda report: report.update({"\x1b[2J<b>": 1}), "x1b", id="a key too much"),
        pytest.param(lambda report: report.update(risk="fine"), "'risk'", id="an unknown risk"),
        pytest.param(lambda report: report.update(stacks="all"), "'stacks'", id="a text for a list"),
        pytest.param(
            _connection("source", {**NOBODY, "addresses": ["10.0.0.0/99"]}), "no review writes", id="address"
        ),
        pytest.param(_connection("source", {**NOBODY, "workloads": ["web"]}), "no review writes", id="ref"),
        pytest.param(
            _connection("ports", [{"protocol": "ICMP", "first": 1, "last": 1}]), "no review writes", id="port"
        ),
    ],
)
def test_is_no_report(tmp_path: Path, edit: Edit, said: str) -> None:
    with pytest.raises(ReportFileError, match=said) as raised:
        read_report(_saved(tmp_path, edit))
    assert raised.value.exit_code == 2
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000])
def test_is_no_json(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(ReportFileError, match="is no report"):
        read_report(path)


def test_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ReportFileError, match="longer than the 20,000,000 bytes"):
        read_report(path)


def test_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReportFileError, match="cannot be read: No such file"):
        read_report(tmp_path / "report.json")
