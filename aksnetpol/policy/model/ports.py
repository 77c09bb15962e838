"""Ports as points on one line, a stretch per protocol; and sets of them as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aksnetpol.policy.model.axis import Interval
from aksnetpol.policy.model.cluster import PortRange, Protocol

STRETCH = 1 << 16
_BASE = {protocol: number * STRETCH for number, protocol in enumerate(Protocol)}
END = STRETCH * len(Protocol)


def port_point(protocol: Protocol, number: int) -> int:
    """Return the point of one port."""
    return _BASE[protocol] + number


def in_protocol(point: int, protocol: Protocol) -> bool:
    """Tell whether a point lies in a protocol's stretch."""
    return _BASE[protocol] <= point < _BASE[protocol] + STRETCH


def port_intervals(ports: PortRange) -> list[Interval]:
    """Return the stretches of a range: one, or one per protocol."""
    bases = [_BASE[ports.protocol]] if ports.protocol else list(_BASE.values())
    return [(base + ports.first, base + ports.last + 1) for base in bases]


@dataclass(frozen=True, slots=True)
class PortSet:
    """Ranges in order, protocols in the order TCP, UDP, SCTP."""

    ranges: tuple[PortRange, ...]

    @property
    def everything(self) -> bool:
        """Whether it is every port of every protocol that NetworkPolicy defines."""
        return self == ALL_PORTS

    def contains(self, protocol: Protocol, number: int) -> bool:
        """Tell whether one port is in the set."""
        return any(r.protocol is protocol and r.first <= number <= r.last for r in self.ranges)

    def __str__(self) -> str:
        if self.everything:
            return "all ports"
        parts: list[str] = []
        for protocol in Protocol:
            texts = [_range_text(r) for r in self.ranges if r.protocol is protocol]
            if texts:
                parts.append(f"{protocol} {','.join(texts)}")
        return "; ".join(parts) or "none"


def _range_text(ports: PortRange) -> str:
    if (ports.first, ports.last) == (0, STRETCH - 1):
        return "all"
    return str(ports.first) if ports.first == ports.last else f"{ports.first}-{ports.last}"


def port_set(intervals: Iterable[Interval]) -> PortSet:
    """Return the set of some stretches of the line."""
    ranges: list[PortRange] = []
    for first, last in intervals:
        for protocol, base in _BASE.items():
            low, high = max(first, base), min(last, base + STRETCH)
            if low < high:
                ranges.append(PortRange(protocol, low - base, high - 1 - base))
    return PortSet(tuple(ranges))


ALL_PORTS = port_set([(0, END)])
