"""A report in every format: as text and as files."""

import json
from pathlib import Path

import pytest

from aksnetpol.review import Review, StackReview
from aksnetpol.review.formats.form import Format, Output
from aksnetpol.review.formats.rendering import rendered, write


def test_json_gives_a_runner_no_command() -> None:
    head = "a ##vso[task.setvariable variable=b]c ##[error] \\##[d]"
    text = rendered(Review("main", head, ()), Format.JSON, 80)
    assert "##" not in text
    assert json.loads(text)["head"] == head


@pytest.mark.parametrize("form", Format)
def test_every_format_is_written(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "report"
    write(Review("main", "topic", (StackReview("dev"),)), (Output(form, path),), 80)
    assert "dev" in path.read_text() or form is Format.SARIF
