"""Label selectors as small expression trees, evaluated on an index of labels as bit sets.

Kubernetes' label selectors and Calico's expressions are both made of the same leaves (`Requirement`),
so that one evaluator serves all. A selector is evaluated once on the index of all candidates, whose
answer is an int used as a set: bit i stands for candidate i.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol as Interface


class Operator(StrEnum):
    """How a requirement compares; the last three are Calico's only."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"


NEGATIVE = frozenset({Operator.NOT_IN, Operator.DOES_NOT_EXIST})
TEXTUAL = frozenset({Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH})


class Labels(Interface):
    """What a requirement asks an index of labels; every answer is a bit set."""

    @property
    def everyone(self) -> int:
        """All candidates."""
        ...

    def having(self, key: str) -> int:
        """Candidates with the key."""
        ...

    def equal(self, key: str, value: str) -> int:
        """Candidates whose key has the value."""
        ...

    def values(self, key: str) -> Mapping[str, int]:
        """Each value of the key, with the candidates that have it."""
        ...

    def unsure(self, key: str) -> int:
        """Candidates with the key that have a value nobody knows."""
        ...


@dataclass(frozen=True, slots=True)
class Requirement:
    """One comparison of one label (Kubernetes API reference, LabelSelectorRequirement)."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def select(self, labels: Labels, *, perhaps: bool = False) -> int:
        """Return who meets it; NotIn and DoesNotExist hold where the key is missing.

        Args:
            perhaps: with those who may meet it, as their value of the key is not known; else they do not.
        """
        match self.operator:
            case Operator.EXISTS:
                return labels.having(self.key)
            case Operator.DOES_NOT_EXIST:
                return labels.everyone & ~labels.having(self.key)
            case Operator.NOT_IN:
                unsure = 0 if perhaps else labels.unsure(self.key)
                return labels.everyone & ~self._any_value(labels) & ~unsure
            case _:
                found = self._any_value(labels) if self.operator is Operator.IN else self._textual(labels)
                return found | (labels.unsure(self.key) if perhaps else 0)

    def _any_value(self, labels: Labels) -> int:
        found = 0
        for value in self.values:
            found |= labels.equal(self.key, value)
        return found

    def _textual(self, labels: Labels) -> int:
        wanted = self.values[0]
        found = 0
        for value, having in labels.values(self.key).items():
            hit = {
                Operator.CONTAINS: wanted in value,
                Operator.STARTS_WITH: value.startswith(wanted),
                Operator.ENDS_WITH: value.endswith(wanted),
            }[self.operator]
            found |= having if hit else 0
        return found

    def requirements(self) -> Iterator[Requirement]:
        """Yield the leaves of the tree: this one."""
        yield self

    def __str__(self) -> str:
        match self.operator:
            case Operator.EXISTS:
                return self.key
            case Operator.DOES_NOT_EXIST:
                return f"!{self.key}"
            case Operator.IN if len(self.values) == 1:
                return f"{self.key}={self.values[0]}"
            case Operator.NOT_IN if len(self.values) == 1:
                return f"{self.key}!={self.values[0]}"
            case Operator.IN | Operator.NOT_IN:
                return f"{self.key} {self.operator.lower()} ({', '.join(self.values)})"
            case _:
                return f"{self.key} {self.operator} {self.values[0]!r}"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must hold; no parts hold for everyone (Kubernetes' empty selector)."""

    parts: tuple[Selector, ...] = ()

    def select(self, labels: Labels, *, perhaps: bool = False) -> int:
        """Return who meets every part."""
        found = labels.everyone
        for part in self.parts:
            found &= part.select(labels, perhaps=perhaps)
        return found

    def requirements(self) -> Iterator[Requirement]:
        """Yield the leaves of the tree."""
        for part in self.parts:
            yield from part.requirements()

    @classmethod
    def labelled(cls, labels: Mapping[str, str]) -> AllOf:
        """Return what selects by the values of labels."""
        return cls(tuple(Requirement(key, Operator.IN, (value,)) for key, value in labels.items()))

    def __str__(self) -> str:
        return ", ".join(map(str, self.parts)) or "{}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part must hold."""

    parts: tuple[Selector, ...]

    def select(self, labels: Labels, *, perhaps: bool = False) -> int:
        """Return who meets at least one part."""
        found = 0
        for part in self.parts:
            found |= part.select(labels, perhaps=perhaps)
        return found

    def requirements(self) -> Iterator[Requirement]:
        """Yield the leaves of the tree."""
        for part in self.parts:
            yield from part.requirements()

    def __str__(self) -> str:
        return f"({' or '.join(map(str, self.parts))})"


@dataclass(frozen=True, slots=True)
class Negation:
    """The part must not hold."""

    part: Selector

    def select(self, labels: Labels, *, perhaps: bool = False) -> int:
        """Return who does not meet the part."""
        return labels.everyone & ~self.part.select(labels, perhaps=not perhaps)

    def requirements(self) -> Iterator[Requirement]:
        """Yield the leaves of the tree."""
        yield from self.part.requirements()

    def __str__(self) -> str:
        return f"not ({self.part})"


Selector = Requirement | AllOf | AnyOf | Negation


class LabelIndex:
    """The labels of numbered candidates, by key and value, as bit sets.

    Args:
        candidates: the labels of each; None for a number that is no candidate here.
        keys: the only keys to index; None is all.
        unsure: keys that candidates have with values that nobody knows, by number.
    """

    def __init__(
        self,
        candidates: Sequence[Mapping[str, str] | None],
        keys: frozenset[str] | None = None,
        unsure: Mapping[int, Iterable[str]] = MappingProxyType({}),
    ) -> None:
        self._unsure: dict[str, int] = {}
        for number, unknown in unsure.items():
            for key in unknown:
                self._unsure[key] = self._unsure.get(key, 0) | 1 << number
        self._values: dict[str, dict[str, int]] = {}
        self.everyone = 0
        numbers: dict[str, dict[str, list[int]]] = {}
        for number, labels in enumerate(candidates):
            if labels is None:
                continue
            self.everyone |= 1 << number
            for key, value in labels.items():
                if keys is None or key in keys:
                    numbers.setdefault(key, {}).setdefault(value, []).append(number)
        for key, by_value in numbers.items():
            self._values[key] = {value: bits(members) for value, members in by_value.items()}
        self._having: dict[str, int] = {}

    @property
    def doubtful(self) -> bool:
        """Whether any value is not known."""
        return bool(self._unsure)

    def having(self, key: str) -> int:
        """Return the candidates with the key."""
        if key not in self._having:
            found = self.unsure(key)
            for members in self._values.get(key, {}).values():
                found |= members
            self._having[key] = found
        return self._having[key]

    def equal(self, key: str, value: str) -> int:
        """Return the candidates whose key has the value."""
        return self._values.get(key, {}).get(value, 0)

    def values(self, key: str) -> Mapping[str, int]:
        """Return each value of the key, with the candidates that have it."""
        return self._values.get(key, {})

    def unsure(self, key: str) -> int:
        """Return the candidates with the key that have a value nobody knows."""
        return self._unsure.get(key, 0)


def bits(numbers: Sequence[int]) -> int:
    """Return the bit set of the numbers."""
    if len(numbers) < 8:
        found = 0
        for number in numbers:
            found |= 1 << number
        return found
    octets = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")


def members(found: int) -> Iterator[int]:
    """Yield the numbers in a bit set, in order."""
    while found:
        lowest = found & -found
        yield lowest.bit_length() - 1
        found ^= lowest


def matches(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Tell whether one object's labels meet the selector."""
    return bool(selector.select(LabelIndex([labels])))
