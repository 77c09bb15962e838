"""Everyone who can be a peer, as numbered bits: classes of pods, nodes, external addresses, domains.

Pods that no policy can tell apart share a class: same namespace, same answer to every label that a
selector mentions, same named ports that a rule mentions, same node operating system, and so on. Two
snapshots that are compared share one universe, so that their bit sets can be compared too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from aksnetpol.policy.analysis.mentions import Mentions
from aksnetpol.policy.analysis.roster import Roster
from aksnetpol.policy.engines.implied import implied_keys, labels_of, untold
from aksnetpol.policy.model import addresses, ports
from aksnetpol.policy.model.axis import Axis, Interval
from aksnetpol.policy.model.cluster import NAME_LABEL, Cluster, ContainerKind, Namespace, Node, Pod
from aksnetpol.policy.model.selectors import LabelIndex

_UNASKED: set[str] = set()
Twin = tuple[Pod | None, ...]  # one pod in each snapshot, None where it does not exist


@dataclass(frozen=True, slots=True)
class PodClass:
    """Pods that no policy can tell apart, as twins over the snapshots; never empty."""

    twins: Sequence[Twin]

    def sample(self, snapshot: int) -> Pod | None:
        """Return one pod of the class as it is in a snapshot."""
        return self.twins[0][snapshot]


class Universe:
    """The bits, in this order: pod classes, nodes, external address atoms, domains.

    Args:
        snapshots: the clusters, one or two.
        mentions: what the policies of all snapshots ask about.
        twins: the pods of all snapshots, matched.
        own_nodes: names of nodes that the asked pods run on, when the question is about one pair.
    """

    def __init__(
        self,
        snapshots: Sequence[Cluster],
        mentions: Mentions,
        twins: Iterable[Twin],
        own_nodes: frozenset[str] = frozenset(),
    ) -> None:
        self.snapshots = snapshots
        self.mentions = mentions
        self.own_nodes = own_nodes
        self.implied = implied_keys(mentions.labels)
        self.untold = untold(mentions.labels)
        self.ports = Axis(ports.END, mentions.ports)
        self.addresses = Axis(addresses.END, [addresses.IPV4, *mentions.addresses])
        self.class_of: dict[tuple[int, str, str], int] = {}
        self.classes = self._classes(twins)
        self.nodes: list[Node] = list({node.name: node for s in snapshots for node in s.nodes}.values())
        self._node_offsets = {node.name: offset for offset, node in enumerate(self.nodes)}
        self.domains = sorted(mentions.domains)
        self._lay_out()
        self.sides = [Side(self, number) for number in range(len(snapshots))]

    def _lay_out(self) -> None:
        self.first_node = len(self.classes)
        self.first_address = self.first_node + len(self.nodes)
        self.first_domain = self.first_address + self.addresses.size
        self.size = self.first_domain + len(self.domains)
        self.everyone = (1 << self.size) - 1
        self.pod_bits = (1 << self.first_node) - 1
        self.node_bits = ((1 << len(self.nodes)) - 1) << self.first_node
        self.domain_bits = ((1 << len(self.domains)) - 1) << self.first_domain
        self.address_bits = self.everyone & ~self.pod_bits & ~self.node_bits & ~self.domain_bits
        self.external_bits = self.address_bits | self.domain_bits

    def _classes(self, twins: Iterable[Twin]) -> list[PodClass]:
        found: dict[object, list[Twin]] = {}
        key = self._key
        for twin in twins:
            found.setdefault(tuple([pod and key(pod) for pod in twin]), []).append(twin)
        for number, members in enumerate(found.values()):
            for twin in members:
                for snapshot, pod in enumerate(twin):
                    if pod is not None:
                        self.class_of[snapshot, pod.namespace, pod.name] = number
        return [PodClass(members) for members in found.values()]

    def _key(self, pod: Pod) -> object:
        """Everything about a pod that a policy may ask."""
        asked = self.mentions.labels
        unasked: set[str] = _UNASKED
        answers: list[tuple[str, str | None]] = []
        for key, value in labels_of(pod, self.implied).items():
            values = asked.get(key, unasked)
            if values is unasked:
                continue
            answers.append((key, value if values is None or value in values else None))
        if len(answers) > 1:
            answers.sort()
        return (
            pod.namespace,
            tuple(answers),
            pod.unknown_labels.intersection(asked) if pod.unknown_labels else pod.unknown_labels,
            pod.node_os,
            pod.host_network,
            pod.node if pod.host_network and self.mentions.nodes else None,
            self.named_ports(pod),
            self.pod_atoms(pod) if self.mentions.addresses else (),
            pod.service_account if self.mentions.service_accounts else "",
        )

    def named_ports(self, pod: Pod) -> tuple[tuple[str, int, ContainerKind], ...]:
        """Return the ports of a pod whose names a rule mentions: name, point on the line, whose it is."""
        names = self.mentions.port_names
        if not names or not pod.ports:
            return ()
        return tuple(
            sorted(
                {
                    (p.name, ports.port_point(p.protocol, p.number), p.kind)
                    for p in pod.ports
                    if p.name in names
                }
            )
        )

    def pod_atoms(self, pod: Pod) -> tuple[int, ...]:
        """Return the address atoms that a pod's addresses lie in."""
        return tuple([self.addresses.atom(addresses.address_point(ip)) for ip in pod.ips])

    def address_mask(self, interval: Interval) -> int:
        """Return the external bits of an interval of addresses."""
        return self.addresses.mask(interval) << self.first_address

    def external_intervals(self, bits: int) -> Iterator[Interval]:
        """Yield the intervals of addresses in a bit set."""
        return self.addresses.intervals((bits & self.address_bits) >> self.first_address)

    def node_number(self, name: str) -> int | None:
        """Return the bit of a node."""
        offset = self._node_offsets.get(name)
        return None if offset is None else self.first_node + offset


class Side:
    """One snapshot seen through the universe: the same bits, its own labels and namespaces."""

    def __init__(self, universe: Universe, snapshot: int) -> None:
        self.universe = universe
        self.snapshot = snapshot
        self.cluster = universe.snapshots[snapshot]
        self.samples = [pod_class.sample(snapshot) for pod_class in universe.classes]
        asked = frozenset(universe.mentions.labels)
        unknown = {n: pod.unknown_labels | universe.untold for n, pod in enumerate(self.samples) if pod}
        self.labels = LabelIndex(
            [pod and labels_of(pod, universe.implied) for pod in self.samples],
            asked,
            {number: keys for number, keys in unknown.items() if keys},
        )
        self.present = self.labels.everyone
        self.by_namespace: dict[str, int] = {}
        self.host_network = 0
        self.host_network_on: dict[str | None, int] = {}  # by node; told apart where any policy asks
        for number, pod in enumerate(self.samples):
            if pod is not None:
                bit = 1 << number
                self.by_namespace[pod.namespace] = self.by_namespace.get(pod.namespace, 0) | bit
                if pod.host_network:
                    self.host_network |= bit
                    self.host_network_on[pod.node] = self.host_network_on.get(pod.node, 0) | bit
        self._index_addresses()
        self.namespaces = self._namespaces()
        self.namespace_labels = LabelIndex([namespace.labels for namespace in self.namespaces])
        here = {node.name for node in self.cluster.nodes}
        self.nodes = [node if node.name in here else None for node in universe.nodes]
        self.node_labels = LabelIndex([node and node.labels for node in self.nodes])

    @cached_property
    def roster(self) -> Roster:
        """The workloads by classes."""
        classes = (pod_class.twins for pod_class in self.universe.classes)
        pods = ([twin[self.snapshot] for twin in twins] for twins in classes)
        return Roster([[pod for pod in there if pod is not None] for there in pods])

    def _index_addresses(self) -> None:
        """Index the classes by the address atoms that their pods lie in, where any policy asks."""
        self.by_atom: dict[int, int] = {}
        self.without_address = 0
        if not self.universe.mentions.addresses:
            return
        for number, pod in enumerate(self.samples):
            if pod is None:
                continue
            self.without_address |= 0 if pod.ips else 1 << number
            for atom in self.universe.pod_atoms(pod):
                self.by_atom[atom] = self.by_atom.get(atom, 0) | 1 << number

    def _namespaces(self) -> list[Namespace]:
        known: Mapping[str, Namespace] = self.cluster.namespaces
        return [
            known.get(name) or Namespace(name, {NAME_LABEL: name}, declared=False)
            for name in self.by_namespace
        ]
