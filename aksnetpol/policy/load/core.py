"""Namespaces and nodes (Kubernetes core/v1)."""

from __future__ import annotations

from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.meta import Meta
from aksnetpol.policy.load.pods import OS_LABELS
from aksnetpol.policy.model.cluster import NAME_LABEL, Namespace, Node, NodeOs


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
