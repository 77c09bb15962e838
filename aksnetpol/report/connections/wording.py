"""How members, ports and the state of an answer are put into words for people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from textwrap import TextWrapper

from aksnetpol.policy import Certainty, Members, View
from aksnetpol.policy.ask.remarks import Remark
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.addresses import IPV4, IPV6, cidr_interval
from aksnetpol.policy.model.axis import overlap, subtract
from aksnetpol.policy.model.cluster import WorkloadRef
from aksnetpol.report.connections.model import NotEnforced, Report
from aksnetpol.words import a_few, counted

ANYWHERE = ("0.0.0.0/0", "::/0")
MOST = 6  # names on a side before the rest is counted

_VIEWS = {
    View.RUNNING: "running",
    View.POTENTIAL: "potential: made from workloads' templates",
    View.MIXED: "running, and potential ones made from workloads' templates",
}


def names(members: Members, namespaces: Sequence[str] = (), most: int | None = MOST) -> list[str]:
    """Return the members of a side, a text each.

    Args:
        members: who.
        namespaces: all that have pods, to tell when a side is every pod.
        most: how many texts; the last one counts the rest. None is all.
    """
    everywhere = len(namespaces) > 1 and set(members.namespaces) == set(namespaces)
    beyond = [*(f"node/{name}" for name in members.nodes), *_addresses(members.addresses), *members.domains]
    inside = 1 if everywhere else len(members.namespaces)
    count = inside + len(members.workloads) + len(members.pods) + len(beyond)
    texts = chain(
        ["all pods"] if everywhere else (f"{name}/*" for name in members.namespaces),
        map(_workload, members.workloads),
        members.pods,
        beyond,
    )
    if most is None or count <= most:
        return list(texts) or ["nobody"]
    return [*islice(texts, most - 1), f"and {count - most + 1} more"]


def _workload(ref: WorkloadRef) -> str:
    return f"{ref.namespace}/{ref.name}" if ref.kind == "Pod" else str(ref)


def _addresses(cidrs: Sequence[str]) -> list[str]:
    """Return CIDRs, or what they leave out where that is much shorter."""
    if set(ANYWHERE) <= set(cidrs):
        return ["anywhere outside"]
    found: list[str] = []
    for name, family in (("IPv4", IPV4), ("IPv6", IPV6)):
        inside = [cidr for cidr in cidrs if overlap([family], [cidr_interval(cidr)])]
        if not inside:
            continue
        missing = addresses.cidrs(subtract(family, [*map(cidr_interval, inside)]))
        if len(inside) > max(MOST, 2 * len(missing)):
            found.append(f"{name} outside but {', '.join(missing)}")
        elif not missing:
            found.append(f"{name} outside")
        else:
            found += inside
    return found


def heading(report: Report) -> str:
    """Return under which engine's semantics, and what pods, an answer is about."""
    pods, count = counted(report.pods, "pod"), counted(len(report.namespaces), "namespace")
    return f"Engine {report.engine}; {pods} in {count} ({_VIEWS[report.view]})."


def partial(report: Report) -> str:
    """Return the mark of a partial answer."""
    return "PARTIAL: part of the input could not be read, so this may be wrong." if report.partial else ""


def doubt(certainty: Certainty) -> str:
    """Return a certainty that is worth a word; empty for `certain`."""
    return "" if certainty is Certainty.CERTAIN else str(certainty)


def remark(one: Remark) -> str:
    """Return what a rule does that rows cannot show."""
    who = a_few([f"{ref.namespace}/{ref.name}" for ref in one.workloads])
    return f"{one.policy} {one.direction} rule {one.number} ({one.location}), of {who}, {one.says}"


def unenforced(entries: Sequence[NotEnforced], most: int = MOST) -> list[str]:
    """Return a line per policy that the engine has otherwise than written."""
    lines = [_unenforced(entry) for entry in entries[:most]]
    if len(entries) > most:
        lines.append(f"and {len(entries) - most} more policies (--json lists them)")
    return lines


def _unenforced(entry: NotEnforced) -> str:
    where = f" ({entry.location})" if entry.location else ""
    what = "enforced otherwise than written" if entry.installed else "NOT ENFORCED"
    return f"{entry.policy}{where} is {what} for {a_few(entry.workloads)}: {'; '.join(entry.effects)}"


def wrap(text: str, width: int, indent: str = "") -> str:
    """Return a text in lines of `width`; names and paths stay whole, so that they can be copied."""
    lines = TextWrapper(width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    return lines.fill(text)
