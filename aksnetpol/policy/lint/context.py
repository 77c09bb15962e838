"""What every lint rule reads: the cluster, the engine, and whom selectors select."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from aksnetpol.policy.analysis.mentions import Mentions
from aksnetpol.policy.analysis.selection import Match, Selection
from aksnetpol.policy.analysis.universe import Universe
from aksnetpol.policy.engines.dataplane import Dataplane, Profile, Settings
from aksnetpol.policy.lint.egress import Egress
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.axis import Interval
from aksnetpol.policy.model.cluster import (
    Cluster,
    Direction,
    NodeOs,
    Pod,
    Policy,
    PolicyKind,
    Port,
    Rule,
    Service,
)
from aksnetpol.policy.model.peers import CombinedPeer, IPBlock, Peer, PodPeer
from aksnetpol.policy.model.places import Origin
from aksnetpol.policy.model.selectors import AllOf, members

PEER_KEYS = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
_AS_WRITTEN = Settings(enforces=frozenset(PolicyKind), host_network_selected=True, ip_block_pods=True)


@dataclass(frozen=True, slots=True)
class Site:
    """A rule of a policy with the direction that it stands in."""

    policy: Policy
    direction: Direction
    rule: Rule

    @property
    def origin(self) -> Origin | None:
        """Where the rule was read."""
        return self.rule.origin or self.policy.origin

    def peer_origin(self, index: int) -> Origin | None:
        """Where a peer was read; the rule's place for kinds whose peers are not read one to one."""
        return self._below(PEER_KEYS[self.direction], index)

    def port_origin(self, index: int) -> Origin | None:
        """Where a port was read."""
        return self._below("ports", index)

    def _below(self, *path: str | int) -> Origin | None:
        if self.rule.origin is None or self.policy.kind is not PolicyKind.NETWORK_POLICY:
            return self.origin
        return self.rule.origin.at(*path)


@dataclass(frozen=True)
class Context:
    """One run of the linter.

    Args:
        today: the date that retirements are held against.
        pod_cidrs: ranges of pods, known from elsewhere than the nodes.
        node_cidrs: ranges of nodes.
    """

    cluster: Cluster
    profile: Profile
    today: date
    pod_cidrs: tuple[str, ...] = ()
    node_cidrs: tuple[str, ...] = ()

    @cached_property
    def policies(self) -> list[Policy]:
        """NetworkPolicies only: what the specification's rules speak about."""
        return [p for p in self.cluster.policies if p.kind is PolicyKind.NETWORK_POLICY]

    @cached_property
    def sites(self) -> list[Site]:
        """Every rule of every policy."""
        return [site for policy in self.cluster.policies for site in sites_of(policy)]

    @cached_property
    def pods(self) -> list[Pod]:
        """The pods that have traffic."""
        return [pod for pod in self.cluster.pods if not pod.finished]

    @cached_property
    def known_namespaces(self) -> frozenset[str]:
        """The namespaces that the input declares or has pods of."""
        declared = (name for name, one in self.cluster.namespaces.items() if one.declared)
        return frozenset((*declared, *(pod.namespace for pod in self.pods)))

    @cached_property
    def universe(self) -> Universe:
        """All pods in classes that no policy and no service can tell apart."""
        mentions = Mentions()
        mentions.add_policies(self.cluster.policies)
        for service in self.cluster.services:
            mentions.add_peer(service_peer(service))
        mentions.add_named_ports(self.pods)
        return Universe([self.cluster], mentions, [(pod,) for pod in self.pods])

    @cached_property
    def selection(self) -> Selection:
        """Whom peers mean as written, whatever the engine makes of it."""
        return Selection(self.universe.sides[0], _AS_WRITTEN)

    def subject(self, policy: Policy) -> Match:
        """Return the pods that a policy selects, as classes."""
        return self.selection.match(policy.subject)

    def pods_of(self, bits: int) -> Iterator[Pod]:
        """Yield the pods of classes."""
        for number in members(bits & self.universe.pod_bits):
            for (pod,) in self.universe.classes[number].twins:
                if pod is not None:
                    yield pod

    def on_windows(self, bits: int) -> int:
        """Return the classes that run on Windows nodes, by the profile's default where open."""
        return self._by_os[NodeOs.WINDOWS] & bits

    @cached_property
    def _by_os(self) -> dict[NodeOs, int]:
        found = dict.fromkeys(NodeOs, 0)
        for number, sample in enumerate(self.universe.sides[0].samples):
            if sample is not None:
                found[sample.node_os or self.profile.default_os] |= 1 << number
        return found

    @cached_property
    def dataplanes(self) -> dict[NodeOs, Dataplane]:
        """The engine by operating system."""
        return {NodeOs.LINUX: self.profile.linux, NodeOs.WINDOWS: self.profile.windows}

    @cached_property
    def isolated(self) -> dict[Direction, int]:
        """The classes that a policy which the engine installs isolates."""
        found = dict.fromkeys(Direction, 0)
        for node_os, plane in self.dataplanes.items():
            for written in self.cluster.policies:
                policy, _ = plane.install(written)
                if policy is None:
                    continue
                here = self.subject(policy).perhaps() & self._by_os[node_os]
                for direction in Direction:
                    section = policy.section(direction)
                    found[direction] |= here if section and section.isolates else 0
        return found

    @cached_property
    def egress(self) -> Egress:
        """What the engine lets pods connect to of what every cluster has."""
        return Egress(self.cluster, self.profile)

    @cached_property
    def in_cluster(self) -> list[tuple[str, Interval]]:
        """The address ranges of pods and nodes, with what each is."""
        ranges = [("pods", cidr) for cidr in self.pod_cidrs] + [("nodes", cidr) for cidr in self.node_cidrs]
        ranges += [("pods", cidr) for node in self.cluster.nodes for cidr in node.pod_cidrs]
        found = [(f"{what} in {cidr}", addresses.cidr_interval(cidr)) for what, cidr in ranges]
        points = [(f"node {node.name}", ip) for node in self.cluster.nodes for ip in node.addresses]
        points += [(f"pod {pod}", ip) for pod in self.pods for ip in pod.ips if not pod.host_network]
        for what, ip in points:
            point = addresses.address_point(ip)
            found.append((f"{what} ({ip})", (point, point + 1)))
        return found


def sites_of(policy: Policy) -> Iterator[Site]:
    """Yield the rules of a policy with their directions."""
    for direction in Direction:
        section = policy.section(direction)
        for rule in section.rules if section else ():
            yield Site(policy, direction, rule)


def peers_of(site: Site) -> Iterator[tuple[Peer, Origin | None]]:
    """Yield the peers of a rule, combined ones in parts, with their places."""
    for index, peer in enumerate(site.rule.peers or ()):
        parts = (*peer.all_of, *peer.none_of) if isinstance(peer, CombinedPeer) else (peer,)
        for part in parts:
            yield part, site.peer_origin(index)


def blocks_of(site: Site) -> Iterator[tuple[IPBlock, Origin | None]]:
    """Yield the ipBlocks of a rule with their places."""
    for peer, origin in peers_of(site):
        if isinstance(peer, IPBlock):
            yield peer, origin


def pod_peers_of(site: Site) -> Iterator[tuple[PodPeer, Origin | None]]:
    """Yield the selectors of a rule with their places."""
    for peer, origin in peers_of(site):
        if isinstance(peer, PodPeer):
            yield peer, origin


def ports_of(site: Site) -> Iterator[tuple[Port, Origin | None]]:
    """Yield the ports of a rule with their places."""
    for index, port in enumerate(site.rule.ports or ()):
        yield port, site.port_origin(index)


def service_peer(service: Service) -> PodPeer:
    """Return the pods of a service as a peer."""
    return PodPeer(service.namespace, pod_selector=AllOf.labelled(service.selector or {}))


def written(origin: Origin | None) -> Any:
    """Return what was written at a place; None when the document does not keep it (a live cluster)."""
    if origin is None:
        return None
    value: Any = getattr(origin.document, "value", None)
    for step in origin.path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
