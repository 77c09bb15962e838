"""Words that messages share."""

import pytest

from aksnetpol.words import counted, nearest, on_one_line, times


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("é: 日本 [x]", "é: 日本 [x]", id="as-it-is"),
        pytest.param("a\nb\tc\x1b[1m", r"a\nb\tc\x1b[1m", id="control"),
        pytest.param("a\u202eb\ud800\\n", r"a\u202eb\ud800\n", id="unseen"),
    ],
)
def test_one_line(text: str, shown: str) -> None:
    assert on_one_line(text) == shown
