"""The one way of every text into a bug report: masks what is secret, and who and where it is."""

import re
from collections.abc import Iterable, Iterator

from aksnetpol.report.bug.clean import clean
from aksnetpol.report.bug.known import Known
from aksnetpol.report.bug.shapes import Span, secrets

MASK = "***"
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)


class Masker:
    """Masks the texts of one report; does no I/O.

    Lines stay lines. Equal GUIDs have equal names in all texts that one masker has seen.

    Args:
        known: what must not be shown on this machine.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._guids: dict[str, str] = {}
        hosts, users = ((name.lower() for name in names) for names in (known.hosts, known.users))
        self._labels = dict.fromkeys(hosts, "<host>") | dict.fromkeys(users, "<user>")
        self._names = _any(self._labels, r"(?<![^\W_])", r"(?![^\W_])")
        self._homes = _any(known.homes, r"(?<![\w.-])", r"(?![\w-])")

    def __call__(self, text: str) -> str:
        """Return a text as it may be shown."""
        seen = clean(text)
        # Places are found in the whole text first: one secret may begin inside another.
        shown = _without(seen, [*secrets(seen), *_places(seen, self._known.secrets)])
        shown = self._homes.sub("~", shown)
        shown = self._names.sub(lambda found: self._labels[found[0].lower()], shown)
        return _GUID.sub(self._guid, shown)

    def _guid(self, found: re.Match[str]) -> str:
        return self._guids.setdefault(found[0].lower(), f"<guid-{len(self._guids) + 1}>")


def _places(text: str, values: Iterable[str]) -> Iterator[Span]:
    for value in values:
        at = text.find(value)
        while at >= 0:
            yield at, at + len(value)
            at = text.find(value, at + len(value))


def _without(text: str, spans: list[Span]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in _merged(spans):
        # A secret over several lines leaves as many.
        pieces += [text[done:start], "\n".join(MASK for _ in text[start:end].split("\n"))]
        done = end
    return "".join((*pieces, text[done:]))


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Yield places in order, those that touch as one."""
    start, end = -1, -1
    for next_start, next_end in sorted(spans):
        if next_start > end:
            if start >= 0:
                yield start, end
            start, end = next_start, next_end
        end = max(end, next_end)
    if start >= 0:
        yield start, end


def _any(names: Iterable[str], before: str, after: str) -> re.Pattern[str]:
    """Match one of some texts, the longest first; nothing where there is none."""
    wanted = sorted({name for name in names if name}, key=lambda name: (-len(name), name))
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, wanted)) or '(?!)'}){after}", re.I)
