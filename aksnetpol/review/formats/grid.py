"""The connections of a stack before and after, small enough to travel inside a page; reach.js reads it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from aksnetpol.policy import Domain, Members, Node
from aksnetpol.policy.ask.connectivity import Connectivity, End, Numbers
from aksnetpol.policy.model.cluster import Protocol, WorkloadRef
from aksnetpol.policy.model.ports import PortSet, port_point
from aksnetpol.report.connections.wording import names
from aksnetpol.report.escape import UNSEEN

_OUTSIDE, _NODES = "outside the cluster", "nodes"


def grid(found: Connectivity) -> dict[str, Any]:
    """Return the connections as JSON data, each distinct set once.

    `ends` are name, group, when it exists (1 before, 2 after, 3 both) and whether it is a single pod. `sets`
    are runs of ends (first, length, ...). `ports` are runs on one line, a stretch of 65,536 per protocol.
    `blocks` are places in `sets` of the sources and the destinations, one in `ports`, and when.
    """
    kinds = Counter((one.namespace, one.name) for one in found.ends if isinstance(one, WorkloadRef))
    sets: dict[Numbers, int] = {}
    ports: dict[PortSet, int] = {}
    blocks = [
        [
            sets.setdefault(one.sources, len(sets)),
            sets.setdefault(one.destinations, len(sets)),
            ports.setdefault(one.ports, len(ports)),
            int(one.when),
        ]
        for one in found.blocks
    ]
    return {
        "ends": [
            [
                *map(_shown, _named(end, kinds)),
                int(when),
                int(isinstance(end, WorkloadRef) and end.kind == "Pod"),
            ]
            for end, when in zip(found.ends, found.present, strict=True)
        ],
        "sets": [_runs(one) for one in sets],
        "ports": [_stretches(one) for one in ports],
        "blocks": blocks,
    }


def _named(end: End, kinds: Mapping[tuple[str, str], int]) -> tuple[str, str]:
    """Return the name of an end, and of the group that it is shown in; a kind only where names are shared."""
    match end:
        case WorkloadRef():
            plain = kinds[end.namespace, end.name] == 1
            return f"{end.namespace}/{end.name}" if plain else str(end), end.namespace
        case Domain():
            return end.name, _OUTSIDE
        case Node():
            return f"node {end.name}", _NODES
        case _:
            return ", ".join(names(Members(addresses=end.cidrs))), _OUTSIDE


def _shown(text: str) -> str:
    return UNSEEN.sub("", text)


def _runs(numbers: Numbers) -> list[int]:
    """Return rising numbers as the first and the length of each run."""
    cuts = [0, *(place for place, (a, b) in enumerate(pairwise(numbers), 1) if b != a + 1), len(numbers)]
    return [value for first, last in pairwise(cuts) for value in (numbers[first], last - first)]


def _stretches(found: PortSet) -> list[int]:
    """Return ranges as first and last, the last excluded."""
    return [
        point for one in found.ranges for point in _points(one.protocol or Protocol.TCP, one.first, one.last)
    ]


def _points(protocol: Protocol, first: int, last: int) -> Iterable[int]:
    return port_point(protocol, first), port_point(protocol, last) + 1
