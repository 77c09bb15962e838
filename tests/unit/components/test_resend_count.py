"""resend_count.py: what was sent stays counted in the state."""

from typing import Any

import pytest

from aksnetpol_components.resend_count import ResendCountProvider


def props(*, resent: object, cluster: str = "c") -> dict[str, Any]:
    return {"cluster_id": cluster, "resent": resent, "resends": None}


@pytest.mark.parametrize(
    ("resent", "count"), [(False, 0), (True, 1)], ids=["none", "sent-with-the-first-count"]
)
def test_create(resent: bool, count: int) -> None:
    made = ResendCountProvider().create(props(resent=resent))
    assert made.outs == {"cluster_id": "c", "resends": count}


@pytest.mark.parametrize(
    ("news", "changes", "replaces"),
    [
        pytest.param(props(resent=False), False, [], id="none-was-sent"),
        pytest.param(props(resent=True), True, [], id="one-was-sent"),
        pytest.param(props(resent=False, cluster="d"), True, ["cluster_id"], id="another-cluster"),
    ],
)
def test_diff(news: dict[str, Any], changes: bool, replaces: list[str]) -> None:
    found = ResendCountProvider().diff("c", {"cluster_id": "c", "resends": 2.0}, news)
    assert (found.changes, found.replaces) == (changes, replaces)


def test_an_update_counts_on() -> None:
    found = ResendCountProvider().update("c", {"cluster_id": "c", "resends": 2.0}, props(resent=True))
    assert found.outs == {"cluster_id": "c", "resends": 3}
