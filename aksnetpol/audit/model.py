"""What an audit says: clusters with their findings, and what could not be read."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from aksnetpol.engines import NetworkPolicy
from aksnetpol.engines.model import Severity
from aksnetpol.engines.moves import Networking

Kind = Literal["retirement", "limit", "rule"]


class Gate(StrEnum):
    """What an audit may be asked to fail on."""

    ERROR = "error"
    RETIRED = "retired"
    WARNING = "warning"


class Level(StrEnum):
    """The least severity of findings that are kept."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Subscription:
    """A subscription: its GUID, and its display name where that can be seen."""

    id: str
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.id


@dataclass(frozen=True)
class AuditFinding:
    """One thing that is wrong with a live cluster, or will be.

    Args:
        id: stable id of the rule.
        message: what is wrong.
        remedy: what to do.
        source: where the rule is written down.
        node_pools: names of the pools at fault; () where it is the cluster.
        retired: whether it is about something whose end has passed.
    """

    id: str
    kind: Kind
    severity: Severity
    message: str
    remedy: str
    source: str
    node_pools: tuple[str, ...] = ()
    retired: bool = False


@dataclass(frozen=True)
class AuditedCluster:
    """A live cluster and what was found, errors first.

    Args:
        id: its ARM id.
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
    findings: tuple[AuditFinding, ...]
    days_left: int | None

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a severity."""
        return sum(one.severity == severity for one in self.findings)

    @property
    def badness(self) -> tuple[int, float, int, str, str]:
        """Sorts clusters, the worst first: errors, then the time left, then warnings."""
        left = float("inf") if self.days_left is None else self.days_left
        return -self.count("error"), left, -self.count("warning"), self.name, self.id


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
        level: Level | None = None,
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
        if level is Level.ERROR:
            kept = [replace(one, findings=one.findings[: one.count("error")]) for one in kept]
        if found or level is not None:
            kept = [one for one in kept if one.findings]
        return replace(self, clusters=tuple(sorted(kept, key=lambda one: one.badness)))

    def tripped(self, gates: Collection[Gate]) -> bool:
        """Tell whether a cluster has what one of the gates names; "warning" names every finding."""
        every = [finding for cluster in self.clusters for finding in cluster.findings]
        hit = {
            Gate.ERROR: any(one.severity == "error" for one in every),
            Gate.RETIRED: any(one.retired for one in every),
            Gate.WARNING: bool(every),
        }
        return any(hit[gate] for gate in gates)
