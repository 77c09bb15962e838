"""Namespaces, nodes and services (Kubernetes core/v1)."""

from __future__ import annotations

from typing import Any

from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.meta import Meta
from aksnetpol.policy.load.pods import OS_LABELS
from aksnetpol.policy.model.cluster import Namespace, Node, NodeOs, Protocol, Service, ServicePort

NAME_LABEL = "kubernetes.io/metadata.name"


def read_namespace(field: Field, meta: Meta) -> Namespace:
    """Return a namespace; the control plane sets its name as a label, whatever the manifest says."""
    labels = field.need("metadata").get("labels")
    return Namespace(
        meta.name, {**(labels.labels() if labels else {}), NAME_LABEL: meta.name}, origin=field.origin
    )


def read_node(field: Field, meta: Meta) -> Node:
    """Return a node."""
    found = field.need("metadata").get("labels")
    labels = found.labels() if found else {}
    asked = next((labels[key] for key in OS_LABELS if key in labels), None)
    status, spec = field.get("status"), field.get("spec")
    cidrs = spec.get("podCIDRs") if spec else None
    return Node(
        meta.name,
        labels,
        NodeOs(asked) if asked in ("linux", "windows") else None,
        tuple(
            item.need("address").address()
            for item in (status.list("addresses") if status else [])
            if item.text_of("type") in ("InternalIP", "ExternalIP")
        ),
        tuple(cidr.cidr() for cidr in cidrs.items()) if cidrs else (),
        field.origin,
    )


def read_service(field: Field, meta: Meta) -> Service:
    """Return a Service."""
    spec = field.need("spec")
    selector = spec.get("selector")
    ips = spec.get("clusterIPs")
    ranges = spec.get("loadBalancerSourceRanges")
    return Service(
        namespace=meta.namespace,
        name=meta.name,
        type=spec.text_of("type") or "ClusterIP",
        selector=selector.labels() if selector else None,
        ports=tuple(_service_port(port) for port in spec.list("ports")),
        cluster_ips=tuple(ip.address() for ip in ips.items() if ip.value != "None") if ips else (),
        external_traffic_policy=spec.text_of("externalTrafficPolicy") or "Cluster",
        source_ranges=tuple(cidr.cidr() for cidr in ranges.items()) if ranges else (),
        origin=field.origin,
    )


def _service_port(port: Field) -> ServicePort:
    number = port.need("port").integer(1, 65535)
    target: Any = port.get("targetPort")
    protocol = port.get("protocol")
    return ServicePort(
        port.text_of("name"),
        protocol.protocol() if protocol else Protocol.TCP,
        number,
        number
        if target is None
        else target.value
        if isinstance(target.value, str)
        else target.integer(1, 65535),
    )
