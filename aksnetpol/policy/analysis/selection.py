"""Who a peer means: bits of the universe, with what an engine or the input leaves open beside them."""

from __future__ import annotations

from dataclasses import dataclass

from aksnetpol.policy.analysis.universe import Side
from aksnetpol.policy.engines.dataplane import Settings
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.axis import Interval, subtract
from aksnetpol.policy.model.cluster import NAME_LABEL
from aksnetpol.policy.model.peers import (
    CombinedPeer,
    DomainPeer,
    Entity,
    EntityPeer,
    IPBlock,
    NodePeer,
    Peer,
    PodPeer,
    UnknownPeer,
)
from aksnetpol.policy.model.selectors import AllOf, Selector, bits, members


@dataclass(frozen=True, slots=True)
class Match:
    """A bit set, and which bits could be otherwise.

    Args:
        bits: who matches.
        engine: who may or may not, by engine.
        unknown: who may or may not, by what the input does not tell.
    """

    bits: int
    engine: int = 0
    unknown: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether any bit could be otherwise."""
        return bool(self.engine or self.unknown)

    def surely(self, *, engines: bool = True) -> int:
        """Return who matches in any case; without `engines` only the input's doubts count."""
        return self.bits & ~(self.unknown | (self.engine if engines else 0))

    def perhaps(self, *, engines: bool = True) -> int:
        """Return who matches or may."""
        return self.bits | self.unknown | (self.engine if engines else 0)


class Selection:
    """Matches of one snapshot under one dataplane's settings; each distinct peer is matched once."""

    def __init__(self, side: Side, settings: Settings) -> None:
        self.side = side
        self.universe = side.universe
        self.settings = settings
        self._peers: dict[Peer, Match] = {}
        self._selectors: dict[Selector, tuple[int, int]] = {}
        self._namespaces: dict[Selector, tuple[int, int]] = {}

    def anyone(self, peers: tuple[Peer, ...] | None) -> Match:
        """Return who is any of the peers; None is everyone."""
        if peers is None:
            return Match(self.universe.everyone)
        found = engine = unknown = 0
        for peer in peers:
            match = self.match(peer)
            found, engine, unknown = found | match.bits, engine | match.engine, unknown | match.unknown
        if engine or unknown:
            sure = 0
            for peer in peers:
                sure |= self.match(peer).surely()
            engine, unknown = engine & ~sure, unknown & ~sure
        return Match(found, engine, unknown)

    def match(self, peer: Peer) -> Match:
        """Return who one peer means."""
        if peer not in self._peers:
            self._peers[peer] = self._match(peer)
        return self._peers[peer]

    def _match(self, peer: Peer) -> Match:
        match peer:
            case PodPeer():
                return self._pods(peer)
            case IPBlock():
                return self._ip_block(peer)
            case NodePeer():
                selector = peer.selector or AllOf()
                return self._on_nodes(selector.select(self.side.node_labels) << self.universe.first_node)
            case EntityPeer():
                return self._entity(peer.entity)
            case DomainPeer():
                return self._domain(peer)
            case UnknownPeer():
                return Match(0, unknown=self.universe.everyone)
            case CombinedPeer():
                return self._combined(peer)

    def _pods(self, peer: PodPeer) -> Match:
        side = self.side
        found, unknown = side.present, 0
        if peer.namespace is not None:
            found = side.by_namespace.get(peer.namespace, 0)
        if peer.namespace_selector is not None:
            inside, unknown = self._in_namespaces(peer.namespace_selector)
            found, unknown = found & inside, found & unknown
        if peer.pod_selector is not None:
            labelled, perhaps = self._labelled(peer.pod_selector)
            found, unknown = found & labelled, (unknown & perhaps) | (found & perhaps & ~labelled)
        if peer.service_accounts:
            accounts = [
                number
                for number in members(found | unknown)
                if (pod := side.samples[number]) and pod.service_account in peer.service_accounts
            ]
            found, unknown = found & bits(accounts), unknown & bits(accounts)
        if peer.perhaps:
            found, unknown = 0, found | unknown
        return self._without_host_network(peer, found, unknown)

    def _without_host_network(self, peer: PodPeer, found: int, unknown: int) -> Match:
        hosts = (found | unknown) & self.side.host_network
        if not hosts or self.settings.host_network_selected:
            return Match(found, unknown=unknown)
        left_open = self.settings.host_network_selected is None and not peer.pod_network_only
        return Match(found & ~hosts, hosts if left_open else 0, unknown & ~hosts)

    def _on_nodes(self, nodes: int, unknown: int = 0) -> Match:
        """Return nodes with the pods on their network: those have the nodes' addresses."""
        found = nodes
        for name, pods in self.side.host_network_on.items():
            number = self.universe.node_number(name) if name else None
            if number is None or unknown >> number & 1:
                unknown |= pods
            elif nodes >> number & 1:
                found |= pods
        return Match(found, unknown=unknown)

    def _labelled(self, selector: Selector) -> tuple[int, int]:
        """Return the pods that a selector matches, and those that it matches or may."""
        if selector not in self._selectors:
            labels = self.side.labels
            found = selector.select(labels)
            perhaps = selector.select(labels, perhaps=True) if labels.doubtful else found
            self._selectors[selector] = found, perhaps
        return self._selectors[selector]

    def _in_namespaces(self, selector: Selector) -> tuple[int, int]:
        """Return the pods in matching namespaces, and those in namespaces whose labels are not known."""
        if selector not in self._namespaces:
            matching = selector.select(self.side.namespace_labels)
            by_name_only = all(r.key == NAME_LABEL for r in selector.requirements())
            inside = unknown = 0
            for number, namespace in enumerate(self.side.namespaces):
                pods = self.side.by_namespace.get(namespace.name, 0)
                inside |= pods if matching >> number & 1 else 0
                unknown |= 0 if namespace.declared or by_name_only else pods
            self._namespaces[selector] = inside, unknown
        return self._namespaces[selector]

    def _ip_block(self, block: IPBlock) -> Match:
        whole = addresses.cidr_interval(block.cidr)
        holes = [addresses.cidr_interval(cidr) for cidr in block.excepts]
        inside = subtract(whole, holes)
        external = 0
        for interval in inside:
            external |= self.universe.address_mask(interval)
        nodes = self._addressed_nodes(external)
        settings = self.settings
        pods, unsure = self._addressed_pods(external, whole, bool(holes))
        by_nodes = True if block.in_cluster else settings.ip_block_nodes
        by_pods = True if block.in_cluster else settings.ip_block_pods
        found = external | (nodes if by_nodes is not False else 0)
        engine = nodes if by_nodes is None else 0
        hosts = self.side.host_network  # a hostNetwork pod has its node's address
        for matched, group in ((by_pods, self.universe.pod_bits & ~hosts), (by_nodes, hosts)):
            if matched is not False:
                found |= pods & group
            if matched is None:
                engine |= (pods | unsure) & group
        unknown = 0 if by_pods is not True else unsure
        domains = self.universe.domain_bits  # which addresses they have, no snapshot tells
        found |= domains if whole == addresses.IPV4 else 0
        unknown |= domains if holes or whole != addresses.IPV4 else 0
        return Match(found, engine, unknown)

    def _addressed_nodes(self, external: int) -> int:
        found = 0
        for number, node in enumerate(self.side.nodes):
            points = [addresses.address_point(address) for address in node.addresses] if node else []
            if any(external >> self._bit_of(point) & 1 for point in points):
                found |= 1 << (self.universe.first_node + number)
        return found

    def _bit_of(self, point: int) -> int:
        return self.universe.first_address + self.universe.addresses.atom(point)

    def _addressed_pods(self, external: int, whole: Interval, has_holes: bool) -> tuple[int, int]:
        """Return the pods with an address inside, and those whose address is not known.

        A pod without an address is taken to be inside a block that is all of IPv4: only its holes
        leave a doubt.
        """
        found = 0
        for atom, pods in self.side.by_atom.items():
            if external >> (self.universe.first_address + atom) & 1:
                found |= pods
        unsure = self.side.without_address
        if whole == addresses.IPV4:
            return found | unsure, unsure if has_holes else 0
        return found, unsure

    def _entity(self, entity: Entity) -> Match:
        """Sources: Cilium docs, layer3.rst, "Entities Based"; own and remote nodes are kept apart there."""
        universe = self.universe
        own = bits([n for name in universe.own_nodes if (n := universe.node_number(name)) is not None])
        match entity:
            case Entity.ALL:
                return Match(universe.everyone)
            case Entity.CLUSTER:
                return Match(self.side.present | universe.node_bits)
            case Entity.HOST:
                return self._on_nodes(own, 0 if universe.own_nodes else universe.node_bits)
            case Entity.REMOTE_NODE:
                return self._on_nodes(universe.node_bits & ~own)
            case Entity.WORLD:
                return Match(universe.external_bits)
            case Entity.WORLD_IPV4:
                return Match(universe.address_mask(addresses.IPV4), unknown=universe.domain_bits)
            case Entity.WORLD_IPV6:
                return Match(universe.address_mask(addresses.IPV6), unknown=universe.domain_bits)
            case Entity.NONE:
                return Match(0)
            case Entity.OTHER:
                return Match(0, unknown=universe.address_bits | universe.node_bits)

    def _domain(self, peer: DomainPeer) -> Match:
        """A domain is itself; which addresses it has now is known to no snapshot."""
        universe = self.universe
        found = 0
        for number, domain in enumerate(universe.domains):
            if domain_matches(peer.pattern, domain, any_depth=peer.any_depth):
                found |= 1 << (universe.first_domain + number)
        return Match(found, unknown=universe.address_bits)

    def _combined(self, peer: CombinedPeer) -> Match:
        universe = self.universe
        sure, perhaps, found = universe.everyone, universe.everyone, universe.everyone
        by_input, input_sure = universe.everyone, universe.everyone
        for part in map(self.match, peer.all_of):
            sure, perhaps, found = sure & part.surely(), perhaps & part.perhaps(), found & part.bits
            input_sure &= part.surely(engines=False)
            by_input &= part.perhaps(engines=False)
        for part in map(self.match, peer.none_of):
            sure, perhaps, found = sure & ~part.perhaps(), perhaps & ~part.surely(), found & ~part.bits
            input_sure &= ~part.perhaps(engines=False)
            by_input &= ~part.surely(engines=False)
        unknown = by_input & ~input_sure
        return Match(found, perhaps & ~sure & ~unknown, unknown)


def domain_matches(pattern: str, name: str, *, any_depth: bool = False) -> bool:
    """Tell whether a pattern covers a name or a narrower pattern.

    A `*` stands for characters without dots, a leading `**.` for one or more labels (Cilium docs, "DNS
    based", matchPattern); where `any_depth`, a leading `*.` does so too (network-policy-api, DomainName).
    """
    pattern, name = pattern.rstrip(".").lower(), name.rstrip(".").lower()
    if pattern in ("*", name):
        return True
    if pattern.startswith("**.") or (any_depth and pattern.startswith("*.")):
        suffix = pattern.lstrip("*")
        return name.endswith(suffix) and name != suffix
    parts = pattern.split("*")
    if len(parts) == 1:
        return False
    if not (name.startswith(parts[0]) and name.endswith(parts[-1])):
        return False
    rest = name[len(parts[0]) : len(name) - len(parts[-1])]
    return len(name) >= len(parts[0]) + len(parts[-1]) and "." not in rest and _in_order(parts[1:-1], rest)


def _in_order(parts: list[str], text: str) -> bool:
    for part in parts:
        found = text.find(part)
        if found < 0:
            return False
        text = text[found + len(part) :]
    return True
