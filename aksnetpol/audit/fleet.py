"""Reads the clusters of many subscriptions from Azure Resource Manager, and audits each as it comes."""

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aksnetpol.audit.errors import AuditError
from aksnetpol.audit.evaluate import evaluate
from aksnetpol.audit.model import Audit, AuditedCluster, Subscription, Unread
from aksnetpol.azure import ArmClient, ArmError, AzureError, aks
from aksnetpol.azure.paging import items, pages
from aksnetpol.documents import mapping
from aksnetpol.engines.moves import LiveDocumentError

CONCURRENT = 8  # subscriptions that are listed at once; pages of one follow one another
_SUBSCRIPTIONS_API = "2022-12-01"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Progress:
    """How far an audit is."""

    subscriptions: int
    subscriptions_read: int = 0
    clusters: int = 0


Report = Callable[[Progress], None]


@dataclass
class _Part:
    """What one subscription's list has given so far; by id, as pages may overlap while clusters come."""

    clusters: dict[str, AuditedCluster] = field(default_factory=dict[str, AuditedCluster])
    unread: list[Unread] = field(default_factory=list[Unread])


def audit(arm: ArmClient, wanted: Sequence[str], today: date, report: Report = lambda _: None) -> Audit:
    """Audit every cluster of some subscriptions; what Azure refuses is told beside the rest.

    Args:
        arm: shared by several threads; it waits where Azure throttles.
        wanted: ids or names of subscriptions; () are all that the credentials see.
        today: the day to count from.
        report: called from several threads, one at a time.

    Raises:
        AuditError: there is no such subscription, or none at all.
        AzureError: Azure cannot be reached, or does not even list subscriptions.
    """
    chosen = _chosen(_subscriptions(arm), wanted)
    counter = _Counter(len(chosen), report)

    def read(subscription: Subscription) -> _Part:
        return _read(arm, subscription, today, counter)

    threads = ThreadPoolExecutor(min(CONCURRENT, len(chosen)), thread_name_prefix="audit")
    try:
        parts = list(threads.map(read, chosen))
    finally:
        # An interrupt must not wait for lists that nobody will see.
        threads.shutdown(wait=False, cancel_futures=True)
    unread = tuple(one for part in parts for one in part.unread)
    clusters = (one for part in parts for one in part.clusters.values())
    return Audit(today, chosen, tuple(sorted(clusters, key=lambda one: one.badness)), unread)


class _Counter:
    def __init__(self, subscriptions: int, report: Report) -> None:
        self._lock = threading.Lock()
        self._now, self._report = Progress(subscriptions), report
        report(self._now)

    def add(self, *, subscriptions: int = 0, clusters: int = 0) -> None:
        """Count what was read, and report it."""
        with self._lock:
            now = self._now
            self._now = Progress(
                now.subscriptions, now.subscriptions_read + subscriptions, now.clusters + clusters
            )
            self._report(self._now)


def _subscriptions(arm: ArmClient) -> tuple[Subscription, ...]:
    return tuple(
        Subscription(str(one["subscriptionId"]).lower(), str(one.get("displayName", "")))
        for one in items(arm, "/subscriptions", _SUBSCRIPTIONS_API)
    )


def _chosen(seen: Sequence[Subscription], wanted: Sequence[str]) -> tuple[Subscription, ...]:
    """Return the wanted ones; an id that is not seen is left to Azure to refuse."""
    if not wanted:
        if not seen:
            raise AuditError(
                "These credentials see no subscription. Ask for the role Reader on one, or use others."
            )
        return tuple(seen)
    found: dict[str, Subscription] = {}
    for word in wanted:
        matching = [one for one in seen if word.lower() in (one.id, one.name.lower())]
        if not matching and _GUID.fullmatch(word) is None:
            names = ", ".join(sorted(map(str, seen))[:10]) or "none"
            raise AuditError(f"These credentials see no subscription {word!r}. They see: {names}")
        found |= {one.id: one for one in matching or [Subscription(word.lower())]}
    return tuple(found.values())


def _read(arm: ArmClient, subscription: Subscription, today: date, counter: _Counter) -> _Part:
    part = _Part()
    try:
        for page in pages(arm, f"/subscriptions/{subscription.id}/{aks.CLUSTERS}", aks.API_VERSION):
            for document in page:
                _add(part, arm, subscription, document, today)
            counter.add(clusters=len(page))
    except AzureError as error:
        part.unread.append(_unread(subscription, None, error, read=len(part.clusters)))
    counter.add(subscriptions=1)
    return part


def _add(
    part: _Part, arm: ArmClient, subscription: Subscription, document: dict[str, Any], today: date
) -> None:
    try:
        pools = _pools(arm, document)
        found = evaluate(document, subscription, today, pools)
        part.clusters[found.id.lower()] = found
    except (AzureError, LiveDocumentError) as error:
        part.unread.append(_unread(subscription, str(document.get("id")), error))


def _pools(arm: ArmClient, document: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Ask for the pools of a cluster whose document has none; lists carry them, as a rule."""
    properties = mapping(document.get("properties"))
    if properties.get("agentPoolProfiles") is not None or "id" not in document:
        return None
    return aks.pools(arm, str(document["id"]))


def _unread(
    subscription: Subscription, cluster: str | None, error: AzureError | LiveDocumentError, read: int = 0
) -> Unread:
    status = error.status if isinstance(error, ArmError) else None
    return Unread(subscription, cluster, str(error), status, read)
