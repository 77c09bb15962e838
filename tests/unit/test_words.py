"""Words that messages share."""

import pytest

from aksnetpol.words import counted, nearest, times


@pytest.mark.parametrize(
    ("number", "many", "often"), [(0, "0 nodes", "0 times"), (1, "1 node", "once"), (2, "2 nodes", "2 times")]
)
def test_numbers(number: int, many: str, often: str) -> None:
    assert (counted(number, "node"), times(number)) == (many, often)


@pytest.mark.parametrize(
    ("word", "most", "found"),
    [
        pytest.param("networkPolice", 1, ["networkPolicy"], id="nearest"),
        pytest.param("networkPlugi", 2, ["networkPlugin", "networkPolicy"], id="best-first"),
        pytest.param("tags", 1, [], id="none-is-near"),
    ],
)
def test_nearest(word: str, most: int, found: list[str]) -> None:
    assert nearest(word, ("networkPolicy", "networkPlugin", "location"), most) == found
