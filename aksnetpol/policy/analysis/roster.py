"""The workloads of a snapshot by classes of pods: which are in a set of classes as a whole, which in part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from operator import itemgetter

from aksnetpol.policy.model.cluster import Pod, WorkloadRef
from aksnetpol.policy.model.selectors import bits, members

_SPARSE = 16  # a set with fewer than one class in so many is walked, else all classes are sifted at once
_OFF_ON = bytes.maketrans(b"01", b"\0\1")


class Roster:
    """Answers for many sets of classes, none of them by a walk over the pods beside it.

    Args:
        pods: the pods of each class.
    """

    def __init__(self, pods: Sequence[Sequence[Pod]]) -> None:
        self._pods = pods
        self._counts = [len(there) for there in pods]
        classes: dict[WorkloadRef, list[int]] = {}
        self._refs: list[tuple[WorkloadRef, ...]] = []
        for number, there in enumerate(pods):
            refs = tuple(dict.fromkeys(pod.identity for pod in there))
            self._refs.append(refs)
            for ref in refs:
                classes.setdefault(ref, []).append(number)
        self._spread = {ref: bits(found) for ref, found in classes.items() if len(found) > 1}
        alone = sorted((ref for ref, found in classes.items() if len(found) == 1), key=str)
        self._alone = alone
        self._class_of_alone = [classes[ref][0] for ref in alone]

    def count(self, inside: int) -> int:
        """Return the number of pods of a set of classes."""
        if self._sparse(inside):
            return sum(self._counts[number] for number in members(inside))
        return sum(compress(self._counts, self._flags(inside)))

    def workloads(self, inside: int) -> tuple[list[WorkloadRef], list[str]]:
        """Return the workloads with all their pods in a set of classes, and single pods of the others.

        Both are in the order of their texts.
        """
        sparse = self._sparse(inside)
        whole = self._alone_of(inside) if sparse else self._alone_among(inside)
        spread: Iterable[WorkloadRef] = self._spread_of(inside) if sparse else self._spread
        partly = [ref for ref in spread if self._spread[ref] & inside]
        there = [ref for ref in partly if self._spread[ref] & ~inside == 0]
        if there or sparse:
            whole = sorted((*whole, *there), key=str)
        cut = set(partly).difference(there)
        return whole, sorted(self._single(inside, cut)) if cut else []

    def _sparse(self, inside: int) -> bool:
        return inside.bit_count() * _SPARSE < len(self._pods)

    def _flags(self, inside: int) -> bytes:
        return f"{inside:0{len(self._pods)}b}"[::-1].encode().translate(_OFF_ON)

    def _alone_of(self, inside: int) -> list[WorkloadRef]:
        refs = (ref for number in members(inside) for ref in self._refs[number])
        return [ref for ref in refs if ref not in self._spread]

    def _alone_among(self, inside: int) -> list[WorkloadRef]:
        if len(self._alone) < 2:
            return [
                ref
                for ref, number in zip(self._alone, self._class_of_alone, strict=True)
                if inside >> number & 1
            ]
        return list(compress(self._alone, itemgetter(*self._class_of_alone)(self._flags(inside))))

    def _spread_of(self, inside: int) -> dict[WorkloadRef, None]:
        refs = (ref for number in members(inside) for ref in self._refs[number])
        return dict.fromkeys(ref for ref in refs if ref in self._spread)

    def _single(self, inside: int, cut: set[WorkloadRef]) -> Iterator[str]:
        reached = 0
        for ref in cut:
            reached |= self._spread[ref]
        for number in members(inside & reached):
            yield from (str(pod) for pod in self._pods[number] if pod.identity in cut)
