"""Who reaches whom: one answer, groups, pairs of workloads, pairs of pods."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from aksnetpol.policy.analysis import groups
from aksnetpol.policy.analysis.compile import Installed, reads_differently
from aksnetpol.policy.analysis.groups import Connection, Filter, Group, pods_of
from aksnetpol.policy.analysis.snapshot import Analysis, Snapshot
from aksnetpol.policy.ask.answer import answer
from aksnetpol.policy.ask.verdict import Verdict
from aksnetpol.policy.engines.dataplane import Profile
from aksnetpol.policy.engines.profiles import profile
from aksnetpol.policy.model.cluster import Cluster, WorkloadRef
from aksnetpol.policy.model.endpoints import Endpoint
from aksnetpol.policy.model.selectors import members


def analyze(cluster: Cluster, engine: str | Profile = "kubernetes") -> Reachability:
    """Return the reachability of a cluster under an engine; nothing is computed before it is asked for.

    Args:
        cluster: a snapshot, as `load` returns it.
        engine: a profile or its name ("npm-linux", "cilium@1.16").

    Raises:
        UnknownProfileError: no such profile.
    """
    return Reachability(cluster, engine if isinstance(engine, Profile) else profile(engine))


class Reachability:
    """The answers about one snapshot under one engine."""

    def __init__(self, cluster: Cluster, engine: Profile) -> None:
        self.cluster = cluster
        self.profile = engine

    @cached_property
    def snapshot(self) -> Snapshot:
        """The policies as the engine has them."""
        return Snapshot(self.cluster, self.profile)

    @cached_property
    def analysis(self) -> Analysis:
        """All pods on one universe."""
        return Analysis([self.snapshot])

    def not_installed(self) -> Iterator[tuple[Installed, list[WorkloadRef]]]:
        """Yield the policies that a dataplane lacks, or has otherwise than written, with whose pods on it."""
        compiler = self.analysis.compilers[0]
        kinds = {entry.policy.kind for entry in self.snapshot.installed if entry.policy}
        for entry in self.snapshot.installed:
            if not entry.deltas or not reads_differently(entry, kinds):
                continue
            selected = compiler.subject(entry, entry.written).perhaps()
            pods = [pod for number in members(selected) for pod in pods_of(self.analysis.universe, 0, number)]
            if pods:
                yield entry, sorted({pod.identity for pod in pods}, key=str)

    def can(
        self, src: str | Endpoint, dst: str | Endpoint, port: int | str | None = None, protocol: str = "TCP"
    ) -> Verdict:
        """Return whether a new connection is allowed, how surely, and why.

        Args:
            src: see `ends.end`; several pods that policies tell apart are answered by group.
            dst: the same.
            port: a number, the name of a port of `dst`, or None: is any port allowed?
            protocol: TCP, UDP, SCTP, or ICMP (which NetworkPolicy does not define).

        Raises:
            UnknownEndpointError: no such source, destination or port.
        """
        return answer(self.snapshot, src, dst, port, protocol.upper())

    def groups(self, wanted: Filter | None = None) -> list[Group]:
        """Return all allowed connections as few groups of sources, destinations and ports."""
        return groups.groups(self.analysis, wanted or Filter())

    def workload_pairs(self, wanted: Filter | None = None) -> Iterator[Connection]:
        """Yield the allowed connections between workloads, and from and to the outside, one by one."""
        yield from groups.workload_pairs(self.analysis, wanted or Filter())

    def pod_pairs(self, wanted: Filter | None = None) -> Iterator[Connection]:
        """Yield the allowed connections between pods, and from and to the outside, one by one."""
        yield from groups.pod_pairs(self.analysis, wanted or Filter())


__all__ = ["Connection", "Filter", "Group", "Reachability", "analyze"]
