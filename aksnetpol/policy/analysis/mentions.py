"""What a set of policies asks about: label values, named ports, cuts of ports and addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from aksnetpol.policy.model import addresses, ports
from aksnetpol.policy.model.axis import Interval
from aksnetpol.policy.model.cluster import Direction, NamedPort, Pod, Policy, Rule
from aksnetpol.policy.model.peers import (
    CombinedPeer,
    DomainPeer,
    Entity,
    EntityPeer,
    IPBlock,
    NodePeer,
    Peer,
    PodPeer,
)
from aksnetpol.policy.model.selectors import TEXTUAL, Selector


@dataclass(slots=True)
class Mentions:
    """Collected over policies.

    Args:
        labels: per key the values that are asked for; None when any text may matter.
        ports: stretches of the port line.
        addresses: intervals of the address line.
        nodes: whether it matters which node a pod on the host network runs on.
    """

    labels: dict[str, set[str] | None] = field(default_factory=dict[str, set[str] | None])
    ports: set[Interval] = field(default_factory=set[Interval])
    addresses: set[Interval] = field(default_factory=set[Interval])
    port_names: set[str] = field(default_factory=set[str])
    domains: set[str] = field(default_factory=set[str])
    service_accounts: bool = False
    nodes: bool = False

    def add_policies(self, policies: Iterable[Policy]) -> None:
        """Collect from every part of the policies."""
        seen: set[int] = set()
        for policy in policies:
            self.add_peer(policy.subject)
            for direction in Direction:
                section = policy.section(direction)
                for rule in section.rules if section else ():
                    if id(rule) not in seen:
                        seen.add(id(rule))
                        self._add_rule(rule)

    def _add_rule(self, rule: Rule) -> None:
        for peer in rule.peers or ():
            self.add_peer(peer)
        if rule.subject:
            self.add_peer(rule.subject)
        for port in (*(rule.ports or ()), *rule.not_ports):
            if isinstance(port, NamedPort):
                self.port_names.add(port.name)
            else:
                self.ports.update(ports.port_intervals(port))

    def add_peer(self, peer: Peer) -> None:
        """Collect from one peer."""
        match peer:
            case PodPeer():
                if peer.pod_selector is not None:
                    self._add_selector(peer.pod_selector)
                self.service_accounts = self.service_accounts or bool(peer.service_accounts)
            case IPBlock():
                self.addresses.update(map(addresses.cidr_interval, (peer.cidr, *peer.excepts)))
            case CombinedPeer():
                for part in (*peer.all_of, *peer.none_of):
                    self.add_peer(part)
            case DomainPeer():
                self.domains.add(peer.pattern)
            case NodePeer() | EntityPeer(entity=Entity.HOST | Entity.REMOTE_NODE):
                self.nodes = True
            case _:
                pass

    def _add_selector(self, selector: Selector) -> None:
        for requirement in selector.requirements():
            if requirement.operator in TEXTUAL:
                self.labels[requirement.key] = None
                continue
            values = self.labels.setdefault(requirement.key, set())
            if values is not None:
                values.update(requirement.values)

    def add_named_ports(self, pods: Iterable[Pod]) -> None:
        """Collect the numbers that the mentioned port names stand for on these pods."""
        if self.port_names:
            for port in {port for pod in pods for port in pod.ports if port.name in self.port_names}:
                point = ports.port_point(port.protocol, port.number)
                self.ports.add((point, point + 1))
