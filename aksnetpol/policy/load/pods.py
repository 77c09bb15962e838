"""Pods, and the pods that workloads' templates would make; read by hand, as there are many."""

from __future__ import annotations

from typing import Any

from aksnetpol.documents import entries, is_mapping, mapping
from aksnetpol.policy.load.controllers import AddedLabels
from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import ContainerKind, ContainerPort, NodeOs, Pod, Protocol, WorkloadRef

OS_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
_PORTS: dict[tuple[str, str, int, ContainerKind], ContainerPort] = {}
_CONTAINER = ContainerKind.CONTAINER
_NO_LABELS: dict[str, str] = {}


def read_pod(field: Field, namespace: str, name: str, owner: WorkloadRef | None) -> Pod:
    """Return a Pod as the API server has it.

    Args:
        owner: the workload that controls it, None for a bare pod.

    Raises:
        FieldError: a field has a wrong type.
    """
    value = field.mapping()
    spec = _mapping(field, value, "spec")
    status = _mapping(field, value, "status")
    metadata = field.value["metadata"]
    return Pod(
        namespace=namespace,
        name=name,
        labels=_labels(field, metadata),
        workload=owner,
        node=_text(field, spec, "spec", "nodeName"),
        node_os=node_os(spec),
        host_network=bool(spec.get("hostNetwork")),
        phase=_text(field, status, "status", "phase") or "",
        ips=_ips(field, status),
        ports=_ports(field, spec),
        service_account=_text(field, spec, "spec", "serviceAccountName") or "default",
        origin=field.origin,
    )


def read_template(template: Field, owner: WorkloadRef, added: AddedLabels) -> Pod:
    """Return the pod that a workload's template would make.

    Args:
        added: what the workload's controller adds to the template's labels.

    Raises:
        FieldError: a field has a wrong type.
    """
    value = template.mapping()
    spec = _mapping(template, value, "spec")
    labels = _labels(template, _mapping(template, value, "metadata"))
    return Pod(
        namespace=owner.namespace,
        name=f"{owner.kind.lower()}/{owner.name}",
        labels={**added.known, **labels} if added.known else labels,
        workload=owner,
        node_os=node_os(spec),
        host_network=bool(spec.get("hostNetwork")),
        ports=_ports(template, spec),
        service_account=_text(template, spec, "spec", "serviceAccountName") or "default",
        potential=True,
        unknown_labels=added.unknown.difference(labels),
        origin=template.origin,
    )


def _mapping(field: Field, value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    if found is None:
        return {}
    return found if is_mapping(found) else Field(found, field.origin.at(key)).mapping()


def _labels(field: Field, metadata: dict[str, Any]) -> dict[str, str]:
    labels = metadata.get("labels")
    if labels is None:
        return _NO_LABELS
    if is_mapping(labels) and all(type(text) is str for text in labels.values()):
        return labels
    return Field(labels, field.origin.at("metadata", "labels")).labels()


def _text(field: Field, value: dict[str, Any], *path: str) -> str | None:
    """Return the text at the end of a path; None where there is none."""
    found = value.get(path[-1])
    return found if found is None or type(found) is str else Field(found, field.origin.at(*path)).text()


def _ips(field: Field, status: dict[str, Any]) -> tuple[str, ...]:
    several = status.get("podIPs")
    if several:
        found = tuple([entry["ip"] for entry in several if entry.get("ip")])
    else:
        found = (status["podIP"],) if status.get("podIP") else ()
    for ip in found:
        if type(ip) is not str or not addresses.is_address(ip):
            Field(ip, field.origin.at("status", "podIPs" if several else "podIP")).address()
    return found


def _ports(field: Field, spec: dict[str, Any]) -> tuple[ContainerPort, ...]:
    found: list[ContainerPort] = []
    for kind in ("containers", "initContainers"):
        for index, container in enumerate(entries(spec.get(kind))):
            of = _CONTAINER if kind == "containers" else _of_init(container)
            for number, port in enumerate(entries(container.get("ports"))):
                key = (port.get("name") or "", port.get("protocol") or "TCP", port.get("containerPort"), of)
                known = _PORTS.get(key)
                if known is None:
                    place = field.origin.at("spec", kind, index, "ports", number)
                    known = _PORTS[key] = _read_port(Field(port, place), of)
                found.append(known)
    return tuple(found)


def _of_init(container: dict[str, Any]) -> ContainerKind:
    return ContainerKind.SIDECAR if container.get("restartPolicy") == "Always" else ContainerKind.INIT


def _read_port(port: Field, kind: ContainerKind) -> ContainerPort:
    protocol = port.get("protocol")
    return ContainerPort(
        port.text_of("name"),
        protocol.protocol() if protocol else Protocol.TCP,
        port.need("containerPort").integer(1, 65535),
        kind,
    )


def node_os(spec: dict[str, Any]) -> NodeOs | None:
    """Return the operating system that a pod's spec asks for: os, nodeSelector or required affinity."""
    asked = mapping(spec.get("os")).get("name")
    selector = mapping(spec.get("nodeSelector"))
    for label in OS_LABELS:
        asked = asked or selector.get(label)
    asked = asked or (_affinity_os(spec["affinity"]) if spec.get("affinity") else None)
    return NodeOs(asked) if asked in ("linux", "windows") else None


def _affinity_os(affinity: dict[str, Any]) -> str | None:
    """Return the operating system that every required term asks for."""
    node = mapping(affinity.get("nodeAffinity"))
    required = mapping(node.get("requiredDuringSchedulingIgnoredDuringExecution"))
    found: set[str | None] = set()
    for term in entries(required.get("nodeSelectorTerms")):
        values: set[str | None] = {None}
        for expression in entries(term.get("matchExpressions")):
            if expression.get("key") in OS_LABELS and expression.get("operator") == "In":
                values = set(entries(expression.get("values")))
        found |= values
    return found.pop() if len(found) == 1 else None
