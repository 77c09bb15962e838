from pathlib import Path

import pytest

from aksnetpol.local.arm.settings import Identity
from aksnetpol.local.supervisor import session
from aksnetpol.local.supervisor.confidential import confidential


def test_what_a_session_keeps_is_known_though_it_ended(tmp_path: Path) -> None:
    (tmp_path / "arm").mkdir()
    (tmp_path / "passphrase").write_text("correct horse")
    identity = Identity.remembered(tmp_path / "arm")
    session.write(tmp_path, session.Session(0, "never", {"ARM_CLIENT_SECRET": "hunter2"}))
    assert confidential(tmp_path) == {
        "ARM_CLIENT_SECRET": "hunter2",
        "AKSNETPOL_CLIENT_SECRET": identity.client_secret,
        "AKSNETPOL_PASSPHRASE": "correct horse",
    }


def test_a_session_that_never_ran_keeps_nothing(tmp_path: Path) -> None:
    assert set(confidential(tmp_path).values()) == {""}


@pytest.mark.parametrize("text", ["{", "[]", '{"environment": 1}'])
def test_what_cannot_be_read_is_not_taken_for_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "session.json").write_text(text)
    with pytest.raises((ValueError, TypeError, AttributeError)):
        confidential(tmp_path)
