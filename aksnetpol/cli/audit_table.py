"""An audit on a terminal."""

import os

from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from aksnetpol.audit.model import Audit, AuditedCluster
from aksnetpol.cli.console import out, table
from aksnetpol.findings import Finding, Severity
from aksnetpol.words import counted

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
_SOON = 365  # days that are shown in yellow
_FINDING_WIDTH = 21  # of the longest id of a finding: on a narrow terminal other columns fold


def show(found: Audit, *, all_clusters: int) -> None:
    """Print the clusters, what the findings mean, what could not be read, and a line that counts.

    Args:
        all_clusters: how many there are, without filters.
    """
    tables = [_clusters(found), _findings(found), _unread(found)]
    filled = [one for one in tables if one.row_count]
    _widen(filled)
    for one in filled:
        out.print(one)
        out.print()
    errors = sum(one.count(Severity.ERROR) > 0 for one in found.clusters)
    warned = sum(bool(one.findings) for one in found.clusters) - errors
    counted_clusters = counted(len(found.clusters), "cluster")
    if len(found.clusters) < all_clusters:
        counted_clusters += f" of {all_clusters}"
    where = counted(len(found.subscriptions), "subscription")
    said = f"{counted_clusters} in {where}: {errors} with errors, {warned} with warnings only."
    out.print(said, style="bold")


def _clusters(found: Audit) -> Table:
    rows = table(
        "Clusters",
        "cluster",
        "subscription",
        "resource group",
        "location",
        "version",
        "engine",
        "nodes",
        "findings",
        "days left",
    )
    rows.columns[-2].min_width = _FINDING_WIDTH
    for one in found.clusters:
        rows.add_row(
            one.name,
            str(one.subscription),
            one.resource_group,
            one.location,
            one.kubernetes_version or "",
            str(one.networking.network_policy),
            f"{one.nodes:,}",
            _ids(one),
            _days(one.days_left),
        )
    return rows


def _ids(cluster: AuditedCluster) -> Text:
    said = dict.fromkeys((finding.id, finding.severity) for finding in cluster.findings)
    return Text(", ").join(Text(name, style=_STYLES[severity]) for name, severity in said)


def _days(left: int | None) -> Text:
    if left is None:
        return Text("")
    return Text(f"{left:,}", style="red" if left <= 0 else "yellow" if left <= _SOON else "")


def _findings(found: Audit) -> Table:
    """One row for each rule; numbers that differ by cluster are those of the worst one."""
    by_id: dict[str, tuple[Finding, set[str]]] = {}
    for cluster in found.clusters:
        for one in cluster.findings:
            by_id.setdefault(one.id, (one, set()))[1].add(cluster.id)
    rows = table("Findings", "finding", "clusters", "what (in the worst cluster)", "do", "source")
    for one, clusters in sorted(by_id.values(), key=lambda row: (row[0].severity.rank, -len(row[1]))):
        name = Text(one.id, style=_STYLES[one.severity])
        rows.add_row(name, f"{len(clusters):,}", one.message, one.remedy, one.source)
    return rows


def _unread(found: Audit) -> Table:
    rows = table("Not read", "subscription", "cluster", "why")
    for one in found.unread:
        begun = f"all after the first {one.read:,}" if one.read else "all"
        rows.add_row(str(one.subscription), one.cluster or begun, Text(one.why, style="red"))
    return rows


def _widen(tables: list[Table]) -> None:
    """Give a file or a pipe whole lines: nobody scrolls there, and programs read line by line."""
    if out.is_terminal or "COLUMNS" in os.environ:
        return
    free = out.options.update(max_width=10_000)
    out.width = max([out.width, *(Measurement.get(out, free, one).maximum for one in tables)])
