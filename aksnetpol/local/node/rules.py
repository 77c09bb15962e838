"""A cluster's policies as nftables chains: what the model allows each pod, in the words of the kernel. Pure.

Chains are named after their content, so that a change of one policy touches the chains that say something
else after it, and no others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from aksnetpol.policy import Cluster, Direction, Pod, Profile, Protocol
from aksnetpol.policy.analysis.evaluate import AS_IS, Evaluator, Rectangle
from aksnetpol.policy.analysis.snapshot import Analysis, Snapshot
from aksnetpol.policy.model.addresses import IPV4
from aksnetpol.policy.model.axis import overlap
from aksnetpol.policy.model.ports import PortRange, port_set
from aksnetpol.policy.model.selectors import members

# What an allowed packet meets next: the destination's side after the source's, then nothing.
_ALLOWED = {Direction.EGRESS: "goto destination", Direction.INGRESS: "accept"}
_PEER = {Direction.EGRESS: "daddr", Direction.INGRESS: "saddr"}
_ALL_PORTS = (0, 65535)


@dataclass(frozen=True)
class Ruleset:
    """What the kernel shall hold.

    Args:
        pods: addresses of pods; whatever the maps below lack of these is dropped.
        known: addresses of pods and nodes; all others are outside the cluster.
        own: pairs of source and destination that no policy is asked about: a node and its own pods.
        chains: rules by name of chain.
        maps: per direction, the verdict for each pod's address.
    """

    pods: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    chains: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    maps: Mapping[Direction, Mapping[str, str]] = field(
        default_factory=lambda: {direction: dict[str, str]() for direction in Direction}
    )


def compile_rules(cluster: Cluster, profile: Profile) -> Ruleset:
    """Return the rules that enforce a cluster's policies as an engine would.

    Args:
        cluster: pods with the addresses that they have or will have.
        profile: the engine.
    """
    return _Rules(cluster, profile).ruleset()


class _Rules:
    """One compilation."""

    def __init__(self, cluster: Cluster, profile: Profile) -> None:
        snapshot = Snapshot(cluster, profile)
        self.analysis = Analysis([snapshot])
        self.universe = self.analysis.universe
        self.profile = profile
        # A hostNetwork pod has its node's address: it is its node (Kubernetes docs, Network Policies).
        self.pods = [pod for pod in snapshot.pods if pod.ips and not pod.host_network]
        self.nodes = {node.name: node.addresses for node in cluster.nodes}
        self.members: dict[int, list[str]] = {}
        for pod in self.pods:
            self.members.setdefault(self._number(pod), []).extend(_v4(pod.ips))
        self.chains: dict[str, tuple[str, ...]] = {}
        self._peers = cache(self._peer_matches)

    def ruleset(self) -> Ruleset:
        """Compile both directions of every pod."""
        addresses = {address for pod in self.pods for address in _v4(pod.ips)}
        nodes = {address for found in self.nodes.values() for address in _v4(found)}
        maps = {direction: self._map(direction) for direction in Direction}
        return Ruleset(
            frozenset(addresses), frozenset(addresses | nodes), frozenset(self._own()), self.chains, maps
        )

    def _own(self) -> Iterator[str]:
        for pod in self.pods:
            to_node = self.profile.dataplane(pod.node_os).settings.pod_to_own_node
            for address in _v4(pod.ips):
                for node in _v4(self.nodes.get(pod.node or "", ())):
                    yield f"{node} . {address}"
                    if to_node:
                        yield f"{address} . {node}"

    def _map(self, direction: Direction) -> dict[str, str]:
        evaluator = Evaluator(
            self.analysis.compilers[0], self.analysis.compiled[0][direction], direction, AS_IS
        )
        verdicts: dict[int, str] = {}
        found: dict[str, str] = {}
        for pod in self.pods:
            number = self._number(pod)
            if number not in verdicts:
                verdicts[number] = self._verdict(evaluator, number, direction)
            found.update(dict.fromkeys(_v4(pod.ips), verdicts[number]))
        return found

    def _verdict(self, evaluator: Evaluator, number: int, direction: Direction) -> str:
        if not evaluator.sections(number):
            return _ALLOWED[direction]
        lines = [
            " ".join(filter(None, (peers, ports, _ALLOWED[direction])))
            for who, which in evaluator.allowed(number)
            for peers in self._peers(who, direction)
            for ports in self._ports((who, which))
        ]
        name = f"{direction}-{hashlib.sha256(repr(lines).encode()).hexdigest()[:16]}"
        self.chains[name] = (*lines, "drop")
        return f"goto {name}"

    def _number(self, pod: Pod) -> int:
        return self.universe.class_of[0, pod.namespace, pod.name]

    def _peer_matches(self, bits: int, direction: Direction) -> tuple[str, ...]:
        """Return matches that together are a set of peers; an empty text matches everyone."""
        universe, field_name = self.universe, f"ip {_PEER[direction]}"
        everyone = universe.pod_bits | universe.node_bits | universe.address_mask(IPV4)
        if bits & everyone == everyone:
            return ("",)
        inside = [
            address
            for number in members(bits & universe.pod_bits)
            for address in self.members.get(number, [])
        ]
        for number in members((bits & universe.node_bits) >> universe.first_node):
            inside += _v4(universe.nodes[number].addresses)
        found = [f"{field_name} {{ {', '.join(sorted(set(inside)))} }}"] if inside else []
        outside = overlap(universe.external_intervals(bits), [IPV4])
        if outside:
            ranges = "" if outside == [IPV4] else f" {field_name} {{ {', '.join(map(_range, outside))} }}"
            found.append(f"{field_name} != @known{ranges}")
        return tuple(found)

    def _ports(self, rectangle: Rectangle) -> tuple[str, ...]:
        """Return matches that together are a set of ports; an empty text matches every packet."""
        mask = rectangle[1]
        if mask == self.universe.ports.everything:
            return ("",)
        ranges = port_set(self.universe.ports.intervals(mask)).ranges
        return tuple(
            _protocol_match(protocol, mine)
            for protocol in Protocol
            if (mine := [part for part in ranges if part.protocol is protocol])
        )


def _protocol_match(protocol: Protocol, ranges: Iterable[PortRange]) -> str:
    stretches = [(part.first, part.last) for part in ranges]
    name = protocol.lower()
    if stretches == [_ALL_PORTS]:
        return f"meta l4proto {name}"
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in stretches]
    return f"{name} dport {{ {', '.join(texts)} }}"


def _v4(addresses: Iterable[str]) -> list[str]:
    return [address for address in addresses if ":" not in address]


def _range(interval: tuple[int, int]) -> str:
    first, last = (
        ".".join(str(point >> shift & 255) for shift in (24, 16, 8, 0))
        for point in (interval[0], interval[1] - 1)
    )
    return first if first == last else f"{first}-{last}"
