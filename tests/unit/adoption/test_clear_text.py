"""aksnetpol/adoption/clear_text.py: where a document holds credentials, and where it only looks so."""

from typing import Any

import pytest

from aksnetpol.adoption.clear_text import credentials


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({"a": {"b": "http://u:p@proxy:3128"}}, ["a.b"], id="user-and-password"),
        pytest.param({"a": ["x", "https://token@proxy"]}, ["a[1]"], id="token"),
        pytest.param({"a": "HTTP://u:p@ss@proxy"}, ["a"], id="capitals-and-an-at-sign"),
        pytest.param({"a": "postgres://:p@db", "b": [{"c": "amqp://u:p@q/v"}]}, ["a", "b[0].c"], id="others"),
        pytest.param({"a": "http://proxy:3128/@scope?x=a@b"}, [], id="in-the-path"),
        pytest.param({"a": "ssh://git@example.com/x"}, [], id="login-name"),
        pytest.param({"a": "ann@example.com", "b": None, "c": 3, "d": True}, [], id="no-url"),
    ],
)
def test_credentials(document: dict[str, Any], expected: list[str]) -> None:
    assert list(credentials(document)) == expected
