"""Snapshots put on one universe and compiled: what every question starts from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from aksnetpol.policy.analysis.compile import Compiler, Installed, install
from aksnetpol.policy.analysis.evaluate import AS_IS, Reading, Stance
from aksnetpol.policy.analysis.matrix import Matrix
from aksnetpol.policy.analysis.mentions import Mentions
from aksnetpol.policy.analysis.universe import Twin, Universe
from aksnetpol.policy.engines.dataplane import Profile
from aksnetpol.policy.model.axis import Interval
from aksnetpol.policy.model.cluster import Cluster, Direction, Pod


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question names beyond the policies, so that the universe can tell it apart.

    Args:
        ports: points of the port line.
        addresses: intervals of the address line.
        domains: DNS names.
        own_nodes: nodes that the asked pods run on.
    """

    ports: tuple[int, ...] = ()
    addresses: tuple[Interval, ...] = ()
    domains: tuple[str, ...] = ()
    own_nodes: frozenset[str] = frozenset()


NOTHING_ASKED = Asked()


class Snapshot:
    """A cluster under an engine: its policies as the engine has them."""

    def __init__(
        self,
        cluster: Cluster,
        profile: Profile,
        installed: list[Installed] | None = None,
        whole: Snapshot | None = None,
    ) -> None:
        self.cluster = cluster
        self.profile = profile
        self.installed = install(cluster, profile) if installed is None else installed
        self._whole = whole

    @property
    def pods(self) -> list[Pod]:
        """The pods that have traffic."""
        return [pod for pod in self.cluster.pods if not pod.finished]

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """Port names that stand for different numbers on different pods of the whole snapshot."""
        if self._whole is not None:
            return self._whole.ambiguous
        numbers: dict[tuple[str, str], set[int]] = {}
        for port in {port for pod in self.cluster.pods for port in pod.ports if port.name}:
            numbers.setdefault((port.name, port.protocol), set()).add(port.number)
        return frozenset(name for (name, _), found in numbers.items() if len(found) > 1)

    def about(self, pods: Sequence[Pod], nodes: frozenset[str]) -> Snapshot:
        """Return the part of this snapshot that can matter to some pods and nodes only."""
        inside = {None, *(pod.namespace for pod in pods)}
        cluster = Cluster(
            namespaces=self.cluster.namespaces,
            pods=pods,
            services=self.cluster.services,
            nodes=[node for node in self.cluster.nodes if node.name in nodes],
        )
        installed = [e for e in self.installed if (e.policy or e.written).subject.namespace in inside]
        return Snapshot(cluster, self.profile, installed, self)


class Analysis:
    """Snapshots on one universe, each compiled in both directions.

    Args:
        snapshots: one, or two that are compared.
        twins: the pods of all snapshots matched; None with one snapshot.
    """

    def __init__(
        self, snapshots: Sequence[Snapshot], twins: Iterable[Twin] | None = None, asked: Asked = NOTHING_ASKED
    ) -> None:
        self.snapshots = snapshots
        mentions = Mentions()
        for snapshot in snapshots:
            mentions.add_policies(e.policy for e in snapshot.installed if e.policy is not None)
            mentions.add_named_ports(snapshot.cluster.pods)
        mentions.ports.update((point, point + 1) for point in asked.ports)
        mentions.addresses.update(asked.addresses)
        mentions.domains.update(asked.domains)
        if twins is None:
            twins = [(pod,) for pod in snapshots[0].pods]
        self.universe = Universe([s.cluster for s in snapshots], mentions, twins, asked.own_nodes)
        self.compilers = [
            Compiler(self.universe, number, snapshot.profile, snapshot.installed, snapshot.ambiguous)
            for number, snapshot in enumerate(snapshots)
        ]
        self.compiled = [
            {direction: compiler.compile(direction) for direction in Direction} for compiler in self.compilers
        ]

    def matrix(self, snapshot: int = 0, reading: Reading = AS_IS) -> Matrix:
        """Return the reachability of a snapshot as rows."""
        compiled = self.compiled[snapshot]
        return Matrix(
            self.compilers[snapshot], compiled[Direction.EGRESS], compiled[Direction.INGRESS], reading
        )

    def doubtful(self, snapshot: int = 0) -> bool:
        """Tell whether anything is left open by the engine or the input."""
        return any(compiled.doubtful for compiled in self.compiled[snapshot].values())


PESSIMISTIC = Reading(Stance.PESSIMISTIC)
PESSIMISTIC_INPUT = Reading(Stance.PESSIMISTIC, engines=False)
OPTIMISTIC = Reading(Stance.OPTIMISTIC)
