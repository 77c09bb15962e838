"""Whether one selector, rule or policy allows all that another does, on any cluster: by what is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aksnetpol.policy.model.addresses import IPV4, cidr_interval
from aksnetpol.policy.model.axis import Interval, subtract
from aksnetpol.policy.model.cluster import Direction, Policy, Port, PortRange, Rule
from aksnetpol.policy.model.peers import IPBlock, Peer, PodPeer
from aksnetpol.policy.model.ports import port_intervals
from aksnetpol.policy.model.selectors import AllOf, Selector


def covers_selector(wide: Selector | None, narrow: Selector | None) -> bool:
    """Tell whether `wide` selects whatever `narrow` does; None selects everything."""
    if wide is None or wide == narrow or wide == AllOf():
        return True
    if not isinstance(wide, AllOf) or not isinstance(narrow, AllOf):
        return False
    return set(wide.parts) <= set(narrow.parts)


def covers_pods(wide: PodPeer, narrow: PodPeer) -> bool:
    """Tell the same of pods."""
    if wide.service_accounts and wide.service_accounts != narrow.service_accounts:
        return False
    same_place = wide.namespace == narrow.namespace
    everywhere = wide.namespace is None and wide.namespace_selector in (None, AllOf())
    selected = wide.namespace == narrow.namespace and covers_selector(
        wide.namespace_selector, narrow.namespace_selector
    )
    inside = everywhere or (same_place and selected)
    return inside and covers_selector(wide.pod_selector, narrow.pod_selector)


def covers_peer(wide: Peer, narrow: Peer) -> bool:
    """Tell the same of peers."""
    if wide == narrow:
        return True
    if isinstance(wide, PodPeer) and isinstance(narrow, PodPeer):
        return covers_pods(wide, narrow)
    if isinstance(wide, IPBlock) and isinstance(narrow, IPBlock):
        return wide.in_cluster == narrow.in_cluster and _covers_block(wide, narrow)
    return False


class Wider:
    """Which of many peers may cover one: blocks by the few that hold it, not by all pairs.

    Args:
        peers: of one rule.
    """

    def __init__(self, peers: Sequence[Peer]) -> None:
        self._blocks: dict[Interval, list[int]] = {}
        self._others: list[int] = []
        for number, peer in enumerate(peers):
            if isinstance(peer, IPBlock):
                self._blocks.setdefault(cidr_interval(peer.cidr), []).append(number)
            else:
                self._others.append(number)
        self._sizes = sorted({high - low for low, high in self._blocks})

    def than(self, peer: Peer) -> Iterator[int]:
        """Yield the numbers of the peers that may cover it, itself too, in order."""
        if not isinstance(peer, IPBlock):
            yield from self._others
            return
        left = subtract(cidr_interval(peer.cidr), [cidr_interval(cidr) for cidr in peer.excepts])
        if not left:
            yield from sorted(number for numbers in self._blocks.values() for number in numbers)
            return
        first = left[0][0]
        start = IPV4[1] if first >= IPV4[1] else 0  # where the family's addresses begin on the line
        found: list[int] = []
        for size in self._sizes:  # CIDRs of a size are one beside the other
            low = start + (first - start) // size * size
            found += self._blocks.get((low, low + size), ())
        yield from sorted(found)


def _covers_block(wide: IPBlock, narrow: IPBlock) -> bool:
    low, high = cidr_interval(wide.cidr)
    wanted = subtract(cidr_interval(narrow.cidr), [cidr_interval(cidr) for cidr in narrow.excepts])
    holes = [cidr_interval(cidr) for cidr in wide.excepts]
    return all(
        low <= first and last <= high and not any(a < last and first < b for a, b in holes)
        for first, last in wanted
    )


def covers_port(wide: Port, narrow: Port) -> bool:
    """Tell the same of ports."""
    if isinstance(wide, PortRange) and isinstance(narrow, PortRange):
        outer = port_intervals(wide)
        return all(any(a <= first and last <= b for a, b in outer) for first, last in port_intervals(narrow))
    if isinstance(wide, PortRange):
        everything = (wide.first, wide.last) == (0, 65535)
        return everything and wide.protocol in (None, narrow.protocol)
    return wide == narrow


def covers_rule(wide: Rule, narrow: Rule) -> bool:
    """Tell the same of rules, which must do the same thing."""
    if wide.action is not narrow.action or wide.application or wide.not_ports or wide.subject:
        return wide == narrow
    peers = wide.peers is None or (
        narrow.peers is not None
        and all(any(covers_peer(w, n) for w in wide.peers or ()) for n in narrow.peers)
    )
    ports = wide.ports is None or (
        narrow.ports is not None
        and all(any(covers_port(w, n) for w in wide.ports or ()) for n in narrow.ports)
    )
    return peers and ports


def covers_policy(wide: Policy, narrow: Policy) -> bool:
    """Tell whether `narrow` changes nothing beside `wide`."""
    if wide.kind is not narrow.kind or wide.namespace != narrow.namespace or wide.tier != narrow.tier:
        return False
    if not covers_pods(wide.subject, narrow.subject):
        return False
    for direction in Direction:
        inner, outer = narrow.section(direction), wide.section(direction)
        if inner is None:
            continue
        if outer is None or (inner.isolates and not outer.isolates):
            return False
        if not all(any(covers_rule(w, n) for w in outer.rules) for n in inner.rules):
            return False
    return True
