"""Reads lists of flows: ours by name, or Hubble's export with all that it tells about both ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from aksnetpol.documents import entries, is_list, is_mapping
from aksnetpol.findings import Finding, Location
from aksnetpol.policy.errors import InvalidInputError, UnknownEndpointError
from aksnetpol.policy.generate import hubble, network_logs
from aksnetpol.policy.load import json_text
from aksnetpol.policy.load.validate import Strict, error, validated
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import Cluster, Node, Pod, Protocol
from aksnetpol.policy.model.endpoints import Domain, Endpoint, External, resolve
from aksnetpol.policy.model.places import Document, Path

End = Pod | External
ADDRESS_NEEDED = "NetworkPolicy knows pods and addresses only; write its address or CIDR."


@dataclass(frozen=True, slots=True)
class Flow:
    """A connection that is to be allowed; replies to it are allowed with it.

    Args:
        source: a pod, or addresses outside the cluster.
        destination: the same.
        port: of the destination.
    """

    source: End
    destination: End
    protocol: Protocol
    port: int

    @property
    def key(self) -> tuple[str, str, Protocol, int]:
        """What two records of the same flow share."""
        return str(self.source), str(self.destination), self.protocol, self.port


@dataclass(frozen=True, slots=True)
class FlowList:
    """The flows of a file.

    Args:
        left_out: why records of the file are no flow, and how many are so.
    """

    flows: tuple[Flow, ...]
    left_out: Mapping[str, int] = field(default_factory=dict[str, int])


class FlowEntry(Strict):
    """One flow as our JSON has it."""

    source: str = Field(alias="from", min_length=1)
    """NAMESPACE/NAME of a pod or workload, an address or a CIDR."""
    destination: str = Field(alias="to", min_length=1)
    """The same."""
    port: int = Field(ge=1, le=65535)
    """Of the destination."""
    protocol: Protocol = Field(default=Protocol.TCP, strict=False)
    """TCP, UDP or SCTP."""


class FlowFile(Strict):
    """Our JSON."""

    flows: tuple[FlowEntry, ...] = Field(strict=False)


def read_flows(file: str, text: str, cluster: Cluster) -> FlowList:
    """Return the flows of a JSON text.

    Args:
        file: what locations say.
        text: {"flows": [...]}, a list of flows, a flow a line, Hubble's records a line (as AKS's container
            network logs are on a node), or rows of these logs in Log Analytics.
        cluster: whose pods the flows name, by name or address; Hubble's records name their own.

    Raises:
        InvalidInputError: what is wrong, each with its line.
    """
    documents = _documents(file, text)
    records = list(_records(documents))
    if records:
        return _of_hubble(records, cluster)
    flows: list[Flow] = []
    wrong: list[Finding] = []
    for document, path, entry in _entries(documents):
        try:
            flows += _named(entry, cluster)
        except UnknownEndpointError as problem:
            wrong.append(error(document.locate(path), str(problem)))
    if wrong:
        raise InvalidInputError(wrong)
    return FlowList(_distinct(flows))


def _documents(file: str, text: str) -> list[json_text.JsonDocument]:
    try:
        return json_text.documents(file, text)
    except json.JSONDecodeError as problem:
        place = Location(file, problem.lineno, problem.colno)
        raise InvalidInputError([error(place, f"not JSON: {problem.msg}.")]) from None
    except (RecursionError, ValueError) as problem:
        raise InvalidInputError([error(Location(file), f"not JSON: {problem}.")]) from None


def _entries(documents: Iterable[json_text.JsonDocument]) -> Iterator[tuple[Document, Path, FlowEntry]]:
    for document in documents:
        value: Any = document.value
        if is_list(value):
            for number, one in enumerate(value):
                yield document, (number,), validated(FlowEntry, one, document, (number,))
        elif is_mapping(value) and "flows" in value:
            for number, entry in enumerate(validated(FlowFile, value, document).flows):
                yield document, ("flows", number), entry
        else:
            yield document, (), validated(FlowEntry, value, document)


def _named(entry: FlowEntry, cluster: Cluster) -> Iterator[Flow]:
    """Yield the flow, for every pod of a named workload."""
    for source in _ends(cluster, entry.source):
        for destination in _ends(cluster, entry.destination):
            yield Flow(source, destination, entry.protocol, entry.port)


def _ends(cluster: Cluster, reference: str) -> list[End]:
    found = resolve(cluster, reference)
    if isinstance(found, Pod) and (found.potential or found.name != reference.rpartition("/")[2]):
        same = [pod for pod in cluster.pods if pod.identity == found.identity and not pod.finished]
        return [_end(pod, reference) for pod in same]
    return [_end(found, reference)]


def _end(found: Endpoint, reference: str) -> End:
    match found:
        case Pod(host_network=True, ips=(address, *_)):
            return address_end(address)
        case Pod(host_network=False) | External():
            return found
        case Node(addresses=(address, *_)):
            return address_end(address)
        case Domain():
            raise UnknownEndpointError(reference, f"is a DNS name. {ADDRESS_NEEDED}")
        case _:
            raise UnknownEndpointError(reference, f"counts as its node. {ADDRESS_NEEDED}")


def address_end(address: str) -> External:
    """Return one address as an end."""
    return External(addresses.cidr_of(address))


def _records(documents: Iterable[json_text.JsonDocument]) -> Iterator[hubble.Record]:
    for document in documents:
        rows = entries(document.value) if is_list(document.value) else (document.value,)
        for number, row in enumerate(rows):
            if network_logs.is_row(row):
                path = (number,) if is_list(document.value) else ()
                yield hubble.validated_row(row, document, path)
        if hubble.is_record(document.value):
            yield hubble.validated_record(document)


def _of_hubble(records: Iterable[hubble.Record], cluster: Cluster) -> FlowList:
    by_name = {(pod.namespace, pod.name): pod for pod in cluster.pods if not pod.potential}
    by_workload = {pod.identity: pod for pod in cluster.pods if pod.potential}
    flows: list[Flow] = []
    left_out: dict[str, int] = {}

    by_address = {ip: pod for pod in cluster.pods if not (pod.finished or pod.host_network) for ip in pod.ips}

    def end(given: hubble.RecordEnd) -> End:
        if isinstance(given, str):
            return by_address.get(given) or address_end(given)
        # The cluster's manifests know every label; Hubble only those that make an identity.
        found = by_name.get((given.namespace, given.name)) or by_workload.get(given.identity) or given
        return address_end(found.ips[0]) if found.host_network and found.ips else found

    for record in records:
        found = hubble.connection(record)
        if isinstance(found, str):
            left_out[found] = left_out.get(found, 0) + 1
        else:
            flows.append(Flow(end(found.source), end(found.destination), found.protocol, found.port))
    return FlowList(_distinct(flows), left_out)


def _distinct(flows: Iterable[Flow]) -> tuple[Flow, ...]:
    return tuple({flow.key: flow for flow in flows}.values())


__all__ = ["End", "Flow", "FlowList", "address_end", "read_flows"]
