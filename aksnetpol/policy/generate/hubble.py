"""Hubble's flow export: JSON lines of `hubble observe -o jsonpb` or of the flow log exporter.

Source: Cilium's API, flow/flow.proto (messages Flow and Endpoint, enum Verdict).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from aksnetpol.policy.generate import network_logs
from aksnetpol.policy.load.json_text import JsonDocument
from aksnetpol.policy.load.validate import validated
from aksnetpol.policy.model.cluster import Pod, Protocol, WorkloadRef
from aksnetpol.policy.model.places import Path

# AUDIT: a policy in audit mode would have dropped it. TRACED and TRANSLATED are seen before delivery,
# with a Service's address for a destination; the same connection is FORWARDED at its end.
PASSED = frozenset({"FORWARDED", "REDIRECTED", "AUDIT"})
NOT_POD_LABELS = ("io.cilium.k8s.", "io.kubernetes.pod.namespace")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Workload(_Part):
    """flow.Workload."""

    name: str = ""
    kind: str = ""


class EndpointRecord(_Part):
    """flow.Endpoint."""

    identity: int = 0
    namespace: str = ""
    labels: tuple[str, ...] = ()
    pod_name: str = ""
    workloads: tuple[Workload, ...] = ()


class Addresses(_Part):
    """flow.IP."""

    source: str = ""
    destination: str = ""


class TcpFlags(_Part):
    """flow.TCPFlags."""

    syn: bool = Field(default=False, alias="SYN")
    ack: bool = Field(default=False, alias="ACK")


class Ports(_Part):
    """flow.TCP, flow.UDP and flow.SCTP."""

    destination_port: int = Field(default=0, ge=0, le=65535)
    flags: TcpFlags = TcpFlags()


class Record(_Part):
    """flow.Flow, as far as policies care."""

    verdict: str = ""
    addresses: Addresses = Field(default=Addresses(), alias="IP")
    l4: dict[str, Ports] = Field(default_factory=dict[str, Ports])
    source: EndpointRecord = EndpointRecord()
    destination: EndpointRecord = EndpointRecord()
    is_reply: bool | None = None
    reply: bool | None = None

    @property
    def protocol(self) -> Protocol | None:
        """The transport, if it is one that NetworkPolicy knows."""
        return next((one for one in Protocol if one in self.l4), None)

    @property
    def port(self) -> int:
        """The destination's port; 0 when there is none."""
        return self.l4[self.protocol].destination_port if self.protocol else 0


RecordEnd = Pod | str


@dataclass(frozen=True, slots=True)
class RecordConnection:
    """A connection that a record tells of; an end is a pod, or an address."""

    source: RecordEnd
    destination: RecordEnd
    protocol: Protocol
    port: int


def is_record(value: Any) -> bool:
    """Tell whether a JSON value is a line of Hubble's export."""
    if not isinstance(value, dict):
        return False
    return "flow" in value or ("verdict" in value and ("IP" in value or "l4" in value))


def validated_row(row: Any, document: JsonDocument, path: Path) -> Record:
    """Return a record of a row of AKS's container network logs, at a place of its document.

    Raises:
        InvalidInputError: a column has another type than its field of Hubble's.
    """
    return validated(Record, network_logs.record(row), document, path)


def validated_record(document: JsonDocument) -> Record:
    """Return a record.

    Raises:
        InvalidInputError: a field has another type than Hubble's API gives it.
    """
    path = ("flow",) if "flow" in document.value else ()
    return validated(Record, document.value["flow"] if path else document.value, document, path)


def connection(record: Record) -> RecordConnection | str:
    """Return the connection that was opened, or why the record is not one that a policy could allow."""
    protocol = record.protocol
    if protocol is None:
        return "no TCP, UDP or SCTP"
    for reason, holds in _REASONS:
        if holds(record):
            return reason.format(record=record)
    source, destination = (_end(end, address) for end, address in _ends(record))
    return RecordConnection(source, destination, protocol, record.port)


def _ends(record: Record) -> tuple[tuple[EndpointRecord, str], tuple[EndpointRecord, str]]:
    return (record.source, record.addresses.source), (record.destination, record.addresses.destination)


def _end(endpoint: EndpointRecord, address: str) -> RecordEnd:
    labels = _labels(endpoint)
    if not endpoint.namespace or not (endpoint.pod_name or labels):
        return address
    workload = endpoint.workloads[0] if endpoint.workloads else None
    return Pod(
        endpoint.namespace,
        endpoint.pod_name or f"identity-{endpoint.identity}",
        labels,
        WorkloadRef(workload.kind, endpoint.namespace, workload.name) if workload else None,
    )


def _labels(endpoint: EndpointRecord) -> dict[str, str]:
    """Return the pod's own labels, without those that Cilium derives."""
    pairs = (text.removeprefix("k8s:").partition("=") for text in endpoint.labels if text.startswith("k8s:"))
    return {key: value for key, _, value in pairs if not key.startswith(NOT_POD_LABELS)}


def _direction_unknown(record: Record) -> bool:
    """A record that says nothing about replies counts only when it opens a TCP connection."""
    if record.is_reply is not None or record.reply is not None:
        return False
    flags = record.l4.get(Protocol.TCP, Ports()).flags
    return not (flags.syn and not flags.ack)


def _no_address(record: Record) -> bool:
    ends = [_end(end, address) for end, address in _ends(record)]
    return any(isinstance(end, str) and not _is_address(end) for end in ends)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


# Asked in this order; the first that holds tells why a record is left out.
_REASONS: tuple[tuple[str, Callable[[Record], bool]], ...] = (
    ("verdict {record.verdict}", lambda record: record.verdict not in PASSED),
    ("reply", lambda record: bool(record.is_reply or record.reply)),
    ("does not say whether it is a reply", _direction_unknown),
    ("no destination port", lambda record: not record.port),
    ("an end without pod and address", _no_address),
    (
        "from the pod's own node, which always reaches it",
        lambda record: "reserved:host" in record.source.labels,
    ),
)
