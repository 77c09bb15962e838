"""What the engine lets pods connect to of what every cluster has: its DNS, the nodes' metadata service.

Asked of the evaluator, over every kind of policy. Sources: Kubernetes docs, DNS for Services and Pods; AKS
docs, LocalDNS and azure-cni-powered-by-cilium; Azure docs, Instance Metadata Service, and 168.63.129.16.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from aksnetpol.policy.analysis.compile import CompiledRule, CompiledSection
from aksnetpol.policy.analysis.evaluate import AS_IS, Evaluator, Reading, Stance
from aksnetpol.policy.analysis.snapshot import Analysis, Asked, Snapshot
from aksnetpol.policy.ask.doubts import learns_names
from aksnetpol.policy.engines.dataplane import Profile
from aksnetpol.policy.model import addresses, ports
from aksnetpol.policy.model.cluster import Action, Cluster, ContainerPort, Direction, Pod, Protocol
from aksnetpol.policy.model.peers import DomainPeer
from aksnetpol.policy.model.selectors import members

DNS = 53
SYSTEM = "kube-system"
_LABEL = "k8s-app"
_SERVERS = frozenset({"kube-dns", "coredns", "node-local-dns"})
METADATA = {
    "169.254.169.254": "metadata service 169.254.169.254",
    "168.63.129.16": "wire server 168.63.129.16",
}
_METADATA_PORT = 80
# So few addresses are a resolver's, and not the internet: NodeLocal DNSCache (169.254.20.10), AKS's LocalDNS
# (169.254.10.10 and .11), or somebody's own.
_FEW = 1 << 16


_THOUGHT = Pod(
    SYSTEM,
    "coredns",
    {_LABEL: "kube-dns"},
    ports=(ContainerPort("dns", Protocol.UDP, DNS), ContainerPort("dns-tcp", Protocol.TCP, DNS)),
    potential=True,
)


class Egress:
    """The answers about one cluster under one engine."""

    def __init__(self, cluster: Cluster, profile: Profile) -> None:
        self._services = cluster.services
        known = [pod for pod in cluster.pods if _is_dns(pod)]
        # Where the input has no DNS, one is thought of whose other labels nobody knows.
        thought = [] if known else [_THOUGHT]
        whole = replace(cluster, pods=[*cluster.pods, *thought])
        points = [ports.port_point(protocol, DNS) for protocol in (Protocol.UDP, Protocol.TCP)]
        asked = Asked(
            ports=(*points, ports.port_point(Protocol.TCP, _METADATA_PORT)),
            addresses=tuple(addresses.cidr_interval(f"{ip}/32") for ip in METADATA),
        )
        self.analysis = Analysis([Snapshot(whole, profile)], asked=asked)
        self.universe = self.analysis.universe
        self._compiled = self.analysis.compiled[0]
        self._servers = [self.universe.class_of[0, pod.namespace, pod.name] for pod in known or thought]

    @cached_property
    def _optimistic(self) -> dict[Direction, Evaluator]:
        reading = Reading(Stance.OPTIMISTIC)
        return {one: self._evaluator(one, reading) for one in Direction}

    def _evaluator(self, direction: Direction, reading: Reading) -> Evaluator:
        return Evaluator(self.analysis.compilers[0], self._compiled[direction], direction, reading)

    def isolating(self, number: int) -> CompiledSection | None:
        """Return the first policy in force that isolates a class for egress; None where none does."""
        applied = self._compiled[Direction.EGRESS].applied.get(number, ())
        return next((entry for entry in applied if entry.section.isolates), None)

    def without_dns(self) -> Iterator[tuple[CompiledSection, tuple[Protocol, ...], list[Pod]]]:
        """Yield, by isolating policy, the protocols by which none of its pods reaches a DNS server."""
        found: dict[tuple[int, tuple[Protocol, ...]], tuple[CompiledSection, list[Pod]]] = {}
        for number in range(self.universe.first_node):
            entry = self.isolating(number)
            sample = self.universe.classes[number].sample(0)
            if entry is None or number in self._servers or sample is None or sample.host_network:
                continue
            lacking = tuple(p for p in (Protocol.UDP, Protocol.TCP) if not self._resolves(number, p))
            if lacking:
                _, pods = found.setdefault((id(entry), lacking), (entry, []))
                pods += [pod for (pod,) in self.universe.classes[number].twins if pod is not None]
        for (_, lacking), (entry, pods) in found.items():
            yield entry, lacking, pods

    def _resolves(self, number: int, protocol: Protocol) -> bool:
        atom = 1 << self.universe.ports.atom(ports.port_point(protocol, DNS))
        reached = self._reached(self._optimistic[Direction.EGRESS], number, atom)
        if any(reached >> server & 1 and self._takes(server, number, atom) for server in self._servers):
            return True
        return self._own_resolver(reached)

    def _takes(self, server: int, number: int, atom: int) -> bool:
        return bool(self._reached(self._optimistic[Direction.INGRESS], server, atom) >> number & 1)

    def _reached(self, evaluator: Evaluator, number: int, atom: int) -> int:
        found = 0
        for who, which in evaluator.allowed(number):
            found |= who if which & atom else 0
        return found

    def _own_resolver(self, reached: int) -> bool:
        """Tell whether a few addresses are reached that are no Service's."""
        intervals = list(self.universe.external_intervals(reached))
        if not intervals or sum(high - low for low, high in intervals) > _FEW:
            return False
        of_services = {addresses.address_point(ip) for one in self._services for ip in one.cluster_ips}
        return any(not of_services & set(range(low, min(high, low + _FEW))) for low, high in intervals)

    def unlearnt(self) -> Iterator[tuple[CompiledSection, CompiledRule, list[Pod]]]:
        """Yield the rules by DNS name of pods that no rule with `rules.dns` lets Cilium learn names for."""
        applied = self._compiled[Direction.EGRESS].applied
        for entry in self._compiled[Direction.EGRESS].sections:
            for rule in entry.rules:
                if not any(isinstance(peer, DomainPeer) for peer in rule.rule.peers or ()):
                    continue
                selected = members(entry.subject.bits & self.universe.pod_bits)
                classes = [number for number in selected if not learns_names(applied.get(number, ()))]
                twins = (twin for number in classes for twin in self.universe.classes[number].twins)
                pods = [pod for (pod,) in twins if pod is not None]
                if pods:
                    yield entry, rule, pods

    def metadata(self) -> Iterator[tuple[CompiledSection, CompiledRule, list[str]]]:
        """Yield each rule by which pods reach what a node's own services answer at: which ones."""
        atom = 1 << self.universe.ports.atom(ports.port_point(Protocol.TCP, _METADATA_PORT))
        bits = {ip: self.universe.address_mask(addresses.cidr_interval(f"{ip}/32")) for ip in METADATA}
        evaluator = self._evaluator(Direction.EGRESS, AS_IS)
        reached = {
            number: self._reached(evaluator, number, atom)
            for number in range(self.universe.first_node)
            if self.isolating(number) is not None
        }
        for entry in self._compiled[Direction.EGRESS].sections:
            classes = [number for number in members(entry.subject.bits) if number in reached]
            for rule in entry.rules:
                if rule.rule.action is not Action.ALLOW or not rule.ports.mask & atom:
                    continue
                there = [
                    ip
                    for ip, mask in bits.items()
                    if rule.peers.bits & mask and any(reached[number] & mask for number in classes)
                ]
                if there:
                    yield entry, rule, there


def _is_dns(pod: Pod) -> bool:
    return pod.namespace == SYSTEM and pod.labels.get(_LABEL) in _SERVERS and not pod.finished
