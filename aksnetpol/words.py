"""Words that messages share: how many, how often, what was probably meant, and others' words on one line."""

from collections.abc import Iterable
from difflib import get_close_matches


def counted(number: int, noun: str) -> str:
    """Return "1 node" or "5 nodes"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def times(number: int) -> str:
    """Return "once" or "3 times"."""
    return "once" if number == 1 else f"{number} times"


def nearest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return the known names that are most like a word, the best first; none where none is near."""
    return get_close_matches(word, list(known), most)


def on_one_line(text: str) -> str:
    """Return a text with escapes for what is not printed: line breaks, a terminal's sequences."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def a_few(names: Iterable[str], most: int = 3) -> str:
    """Return some names in a phrase, with how many more there are."""
    found = list(dict.fromkeys(names))
    more = len(found) - most
    return ", ".join(found[:most]) + (f" and {more} more" if more > 0 else "")
