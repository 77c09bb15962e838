"""Rows of AKS's container network logs in Log Analytics, as records of Hubble, which they are made from.

Source: Azure Monitor, tables ContainerNetworkLogs and RetinaNetworkFlowLogs: columns name the flow's fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aksnetpol.documents import is_mapping

_ENDS = {"source": "Source", "destination": "Destination"}
_FIELDS = {"namespace": "Namespace", "pod_name": "PodName", "identity": "Identity", "workloads": "Workloads"}


def is_row(value: Any) -> bool:
    """Tell whether a JSON value is a row of these tables."""
    return is_mapping(value) and "Layer4" in value and "Verdict" in value


def record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row in the shape of Hubble's export."""
    ip = _dynamic(row.get("IP"))
    found: dict[str, Any] = {
        "verdict": row["Verdict"],
        "IP": {key.lower(): value for key, value in ip.items()} if is_mapping(ip) else {},
        "l4": _dynamic(row["Layer4"]) or {},
        "is_reply": _truth(row.get("Reply")),
    }
    for end, prefix in _ENDS.items():
        told = {key: _dynamic(row.get(prefix + column)) for key, column in _FIELDS.items()}
        found[end] = {key: value for key, value in told.items() if value not in (None, "")}
    return found


def _dynamic(value: Any) -> Any:
    """Return a dynamic column, which `az monitor log-analytics query` prints as JSON in text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _truth(value: Any) -> Any:
    return (
        {"true": True, "false": False, "": None}.get(value.lower(), value)
        if isinstance(value, str)
        else value
    )
