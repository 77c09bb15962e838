"""password.py: AKS's password rules, and stability."""

import random
import string
from typing import Any

import pytest

from aksnetpol_components.password import PasswordProvider, new_password


@pytest.mark.parametrize("length", [14, 24, 123])
def test_every_password_meets_the_rules(length: int) -> None:
    choice = random.Random(length).choice
    for _ in range(200):
        password = new_password(length, choice)
        assert len(password) == length
        for group in (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.~+"):
            assert set(group) & set(password)


def test_passwords_differ() -> None:
    assert len({new_password(24) for _ in range(50)}) == 50


@pytest.mark.parametrize("length", [0, 13, 124])
def test_length_out_of_range(length: int) -> None:
    with pytest.raises(ValueError, match="14 to 123"):
        new_password(length)


def test_create_keeps_the_password_in_its_outputs() -> None:
    outs: Any = PasswordProvider().create({"length": 24.0, "result": None}).outs
    assert len(outs["result"]) == 24


@pytest.mark.parametrize(
    ("olds", "news", "changes"),
    [
        ({"length": 24, "result": "x"}, {"length": 24.0}, False),
        ({"length": 24, "result": "x"}, {"length": 30}, True),
    ],
    ids=["same", "longer"],
)
def test_only_a_new_length_makes_a_new_password(
    olds: dict[str, Any], news: dict[str, Any], changes: bool
) -> None:
    result = PasswordProvider().diff("password", olds, news)
    assert (result.changes, result.replaces) == (changes, ["length"] if changes else [])
