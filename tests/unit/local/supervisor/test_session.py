import json
import os
from pathlib import Path

import pytest

from aksnetpol.local.processes import started
from aksnetpol.local.supervisor import session
from aksnetpol.local.supervisor.session import Session

_LIVES = {"pid": os.getpid(), "started": started(os.getpid()), "environment": {"NAME": "value"}}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    mine = Session(os.getpid(), started(os.getpid()), {"NAME": "value"})
    session.write(tmp_path, mine)
    assert session.read(tmp_path) == mine


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"environment": None}, id="no-environment"),
        pytest.param({"environment": {}}, id="empty-environment"),
        pytest.param({"environment": {"NAME": 1}}, id="number"),
        pytest.param({"environment": ["NAME"]}, id="list"),
        pytest.param({"pid": "many"}, id="no-number"),
        pytest.param({"pid": None}, id="no-pid"),
        pytest.param({"started": "another time"}, id="another-process"),
    ],
)
def test_a_damaged_file_is_no_session(damage: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / session.FILE).write_text(json.dumps({**_LIVES, **damage}))
    assert session.read(tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "{}"])
def test_what_is_no_document_is_no_session(text: str, tmp_path: Path) -> None:
    (tmp_path / session.FILE).write_text(text)
    assert session.read(tmp_path) is None
