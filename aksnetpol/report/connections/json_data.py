"""Connections as data for programs; docs/commands/reach.md documents the shape."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aksnetpol.findings import Finding, Location
from aksnetpol.policy import Members
from aksnetpol.policy.ask.remarks import Remark
from aksnetpol.policy.model.ports import PortSet
from aksnetpol.report.connections.model import Exposed, NotEnforced, Report, Row

Data = dict[str, Any]


def data(report: Report) -> Data:
    """Return the report as JSON data."""
    made: Data = {
        "engine": report.engine,
        "view": report.view,
        "level": report.level,
        "pods": report.pods,
        "namespaces": list(report.namespaces),
        "partial": report.partial,
        "findings": [finding(one) for one in report.findings],
        "notEnforced": [unenforced(one) for one in report.not_enforced],
        "connections": [_row(row) for row in report.rows],
        "aboveLayer4": [_remark(one) for one in report.above_layer_4],
    }
    if report.unknown is not None:
        made["unknown"] = [_remark(one) for one in report.unknown]
    if report.exposure is not None:
        made["exposure"] = [_exposed(one) for one in report.exposure]
    return made


def _remark(one: Remark) -> Data:
    return {
        "policy": str(one.policy),
        "direction": one.direction,
        "rule": one.number,
        "says": one.says,
        "location": location(one.location),
        "workloads": [str(ref) for ref in one.workloads],
    }


def finding(found: Finding) -> Data:
    """Return a finding of the input."""
    return {
        "id": found.id,
        "severity": found.severity,
        "message": found.message,
        "location": location(found.place),
    }


def location(place: Location | None) -> Data | None:
    """Return a place; null when it is not known."""
    return asdict(place) if place else None


def unenforced(entry: NotEnforced) -> Data:
    """Return a policy that the engine has otherwise than written."""
    return {
        "policy": entry.policy,
        "location": location(entry.location),
        "installed": entry.installed,
        "effects": list(entry.effects),
        "workloads": list(entry.workloads),
    }


def members(who: Members) -> Data:
    """Return one side of a connection."""
    return {
        "namespaces": list(who.namespaces),
        "workloads": [str(ref) for ref in who.workloads],
        "pods": list(who.pods),
        "addresses": list(who.addresses),
        "domains": list(who.domains),
        "nodes": list(who.nodes),
    }


def ports(found: PortSet) -> list[Data]:
    """Return ranges of ports, both ends included."""
    return [{"protocol": one.protocol, "first": one.first, "last": one.last} for one in found.ranges]


def _row(row: Row) -> Data:
    return {
        "source": members(row.sources),
        "destination": members(row.destinations),
        "ports": ports(row.ports),
        "certainty": row.certainty,
    }


def _exposed(one: Exposed) -> Data:
    return {
        "pod": one.pod,
        "reaches": [_row(row) for row in one.reaches],
        "reachedBy": [_row(row) for row in one.reached_by],
    }
