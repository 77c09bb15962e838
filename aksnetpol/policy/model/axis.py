"""A line of integers cut into atoms, so that sets of intervals become bit sets.

Ports of all protocols share one line, addresses of both families another. The cuts are the ends of
every interval that any policy mentions: two points of one atom are never told apart by a policy.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

Interval = tuple[int, int]  # first included, last excluded


class Axis:
    """The atoms of a line from 0 to `end`.

    Args:
        end: the first point after the line.
        intervals: whose ends are the cuts.
    """

    def __init__(self, end: int, intervals: Iterable[Interval]) -> None:
        cuts = {0, end}
        for interval in intervals:
            cuts.update(interval)
        self._starts = sorted(cuts)
        self.size = len(self._starts) - 1
        self.everything = (1 << self.size) - 1
        self._number = {start: number for number, start in enumerate(self._starts)}

    def mask(self, interval: Interval) -> int:
        """Return the atoms of an interval whose ends are cuts."""
        first, last = self._number[interval[0]], self._number[interval[1]]
        return (1 << last) - (1 << first) if last > first else 0

    def atom(self, point: int) -> int:
        """Return the number of the atom that a point lies in."""
        return bisect_right(self._starts, point) - 1

    def sample(self, atom: int) -> int:
        """Return a point of the atom."""
        return self._starts[atom]

    def intervals(self, mask: int) -> Iterator[Interval]:
        """Yield the longest intervals of a set of atoms, in order."""
        while mask:
            first = (mask & -mask).bit_length() - 1
            mask >>= first
            length = (~mask & (mask + 1)).bit_length() - 1
            mask = (mask >> length) << (first + length)
            yield self._starts[first], self._starts[first + length]


def overlap(left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    """Return what two sorted sets of intervals share."""
    right = list(right)
    return [(max(a, c), min(b, d)) for a, b in left for c, d in right if max(a, c) < min(b, d)]


def subtract(whole: Interval, holes: Iterable[Interval]) -> list[Interval]:
    """Return the parts of an interval that are in none of the holes."""
    cuts = sorted({whole[0], whole[1], *(min(max(p, whole[0]), whole[1]) for h in holes for p in h)})
    holes = list(holes)
    return [(a, b) for a, b in pairwise(cuts) if not any(lo <= a and b <= hi for lo, hi in holes)]
