"""Who a question is about: a pod, a node, an address outside, or a domain, from what a user writes."""

from __future__ import annotations

from dataclasses import dataclass

from aksnetpol.policy import addresses
from aksnetpol.policy.axis import Interval
from aksnetpol.policy.errors import UnknownEndpointError
from aksnetpol.policy.model import Cluster, Node, Pod


@dataclass(frozen=True, slots=True)
class External:
    """One address, or all of a CIDR, outside the cluster."""

    cidr: str

    @property
    def interval(self) -> Interval:
        """The addresses."""
        return addresses.cidr_interval(self.cidr)

    def __str__(self) -> str:
        network, _, length = self.cidr.partition("/")
        return network if length == ("128" if ":" in network else "32") else self.cidr


@dataclass(frozen=True, slots=True)
class Domain:
    """A host outside the cluster by its DNS name."""

    name: str

    def __str__(self) -> str:
        return self.name


Endpoint = Pod | Node | External | Domain


def resolve(cluster: Cluster, reference: str | Endpoint) -> Endpoint:
    """Return the endpoint that a user means.

    Args:
        reference: "namespace/pod", "namespace/workload", "namespace/kind/workload", "node/name", an IP
            address, a CIDR, or a DNS name; an endpoint is returned as it is. A bare word is a pod or
            workload of the namespace `default`.

    Raises:
        UnknownEndpointError: nothing has that name.
    """
    if not isinstance(reference, str):
        return reference
    outside = _outside(cluster, reference)
    if outside is not None:
        return outside
    parts = reference.split("/")
    if len(parts) == 1 and "." in reference:
        return Domain(reference)
    if len(parts) == 2 and parts[0] == "node":
        found = next((node for node in cluster.nodes if node.name == parts[1]), None)
        if found is not None:
            return found
    namespace = parts[0] if len(parts) > 1 else "default"
    kind = parts[1].lower() if len(parts) == 3 else ""
    return _pod(cluster, reference, namespace, kind, parts[-1])


def _outside(cluster: Cluster, reference: str) -> External | Pod | None:
    """Return a CIDR, an address, or the pod that has the address."""
    try:
        if "/" in reference:
            addresses.cidr_interval(reference)
            return External(reference)
        point = addresses.address_point(reference)
    except ValueError:
        return None
    for pod in cluster.pods:
        if reference in pod.ips and not pod.finished and not pod.host_network:
            return pod
    return External(f"{reference}/{32 if point < addresses.IPV4_END else 128}")


def _pod(cluster: Cluster, reference: str, namespace: str, kind: str, name: str) -> Pod:
    by_name = by_workload = None
    for pod in cluster.pods:
        if pod.namespace != namespace:
            continue
        if pod.name == name and kind in ("", "pod") and not pod.potential:
            by_name = pod
            break
        ref = pod.identity
        if by_workload is None and ref.name == name and kind in ("", ref.kind.lower()):
            by_workload = pod
    found = by_name or by_workload
    if found is None:
        there = sorted({pod.identity.name for pod in cluster.pods if pod.namespace == namespace})
        hint = f"namespace {namespace} has {', '.join(there[:8])}" if there else f"no pods in {namespace}"
        raise UnknownEndpointError(reference, f"no such pod or workload; {hint}. Write NAMESPACE/NAME.")
    return found
