"""What an audit says: clusters with their findings, and what could not be read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from aksnetpol.engines import NetworkPolicy
from aksnetpol.engines.moves import Networking
from aksnetpol.findings import Finding, Severity, Topic


class Gate(StrEnum):
    """What an audit may be asked to fail on."""

    ERROR = "error"
    RETIRED = "retired"
    WARNING = "warning"


@dataclass(frozen=True)
class Subscription:
    """A subscription: its GUID, and its display name where that can be seen."""

    id: str
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.id


@dataclass(frozen=True)
class AuditedCluster:
    """A live cluster and what was found, errors first.

    Args:
        id: its ARM id.
        findings: the subject of one that is about node pools are their names.
        kubernetes_version: as it runs; None where Azure does not say.
        nodes: of all pools now.
        days_left: until the first thing that it uses ends; negative when that has ended, None when
            no date is known.
    """

    id: str
    name: str
    subscription: Subscription
    resource_group: str
    location: str
    kubernetes_version: str | None
    networking: Networking
    nodes: int
    provisioning_state: str
    findings: tuple[Finding, ...]
    days_left: int | None

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a severity."""
        return sum(one.severity is severity for one in self.findings)

    def at_least(self, level: Severity) -> "AuditedCluster":
        """Return the cluster with the findings that are at least so severe."""
        return replace(self, findings=tuple(one for one in self.findings if one.severity.reaches(level)))

    @property
    def badness(self) -> tuple[int, float, int, str, str]:
        """Sorts clusters, the worst first: errors, then the time left, then warnings."""
        left = float("inf") if self.days_left is None else self.days_left
        return -self.count(Severity.ERROR), left, -self.count(Severity.WARNING), self.name, self.id


def of_pools(names: Iterable[str]) -> str:
    """Return the subject of a finding about node pools; empty where it is the cluster."""
    return ", ".join(names)


def node_pools(finding: Finding) -> list[str]:
    """Return the node pools that a finding is about; their names are letters and digits (ARM)."""
    return finding.subject.split(", ") if finding.subject else []


@dataclass(frozen=True)
class Unread:
    """What could not be read.

    Args:
        cluster: ARM id of the one cluster; None where the list of a subscription broke off.
        why: Azure's or the reader's words.
        status: HTTP status of Azure's refusal, None where it was none.
        read: clusters of the subscription's list that were read before.
    """

    subscription: Subscription
    cluster: str | None
    why: str
    status: int | None = None
    read: int = 0


@dataclass(frozen=True)
class Audit:
    """All clusters, the worst first.

    Args:
        day: that days are counted from.
        subscriptions: that were looked at.
        unread: what is missing.
    """

    day: date
    subscriptions: tuple[Subscription, ...]
    clusters: tuple[AuditedCluster, ...]
    unread: tuple[Unread, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether anything could not be read."""
        return bool(self.unread)

    def only(
        self,
        engines: Collection[NetworkPolicy] = (),
        level: Severity | None = None,
        *,
        found: bool = False,
    ) -> "Audit":
        """Return a part of the audit.

        Args:
            engines: keep clusters with one of these; () keeps all.
            level: keep findings that are at least so severe, and the clusters that have some.
            found: keep clusters with findings.
        """
        kept = [one for one in self.clusters if not engines or one.networking.network_policy in engines]
        if level is not None:
            kept = [one.at_least(level) for one in kept]
        if found or level is not None:
            kept = [one for one in kept if one.findings]
        return replace(self, clusters=tuple(sorted(kept, key=lambda one: one.badness)))

    def tripped(self, gates: Collection[Gate]) -> bool:
        """Tell whether a cluster has what one of the gates names; "warning" names every finding."""
        every = [finding for cluster in self.clusters for finding in cluster.findings]
        hit = {
            Gate.ERROR: any(one.severity is Severity.ERROR for one in every),
            Gate.RETIRED: any(one.topic is Topic.RETIRED for one in every),
            Gate.WARNING: bool(every),
        }
        return any(hit[gate] for gate in gates)
