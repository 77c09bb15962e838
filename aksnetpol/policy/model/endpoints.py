"""Who a question is about: a pod, a node, an address outside, or a domain, from what a user writes."""

from __future__ import annotations

from dataclasses import dataclass

from aksnetpol.policy.errors import UnknownEndpointError
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.axis import Interval
from aksnetpol.policy.model.cluster import Cluster, Node, Pod, Service
from aksnetpol.words import nearest

OUTSIDE = "outside"  # in a filter: every address and domain that is not in the cluster
PROTOCOLS = ("TCP", "UDP", "SCTP", "ICMP")
MOST_NAMES = 5
_SERVICE = ("svc", "service", "services")


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
    return reference if not isinstance(reference, str) else resolve_all(cluster, reference)[0]


def resolve_all(cluster: Cluster, reference: str) -> tuple[Endpoint, ...]:
    """Return the endpoint that a user means, or all pods of the workload, at least one.

    Raises:
        UnknownEndpointError: nothing has that name.
    """
    outside = _outside(cluster, reference)
    if outside is not None:
        return (outside,)
    parts = reference.split("/")
    if len(parts) == 1 and "." in reference:
        return (Domain(reference),)
    if len(parts) == 2 and parts[0] == "node":
        found = next((node for node in cluster.nodes if node.name == parts[1]), None)
        if found is not None:
            return (found,)
    pods = pods_of(cluster, reference)
    if not pods:
        name = f"{parts[0] if len(parts) > 1 else 'default'}/{parts[-1]}"
        raise UnknownEndpointError(reference, f"no such pod or workload; {_nearest(cluster, name)}.")
    return pods


def service_of(cluster: Cluster, reference: str) -> Service | None:
    """Return the Service that a user names as one, or whose address it is; None where it is neither.

    Raises:
        UnknownEndpointError: it is said to be one, and there is none.
    """
    parts = reference.split("/")
    if len(parts) == 3 and (parts[0] in _SERVICE or parts[1] in _SERVICE):
        namespace, name = parts[1] if parts[0] in _SERVICE else parts[0], parts[2]
        found = service_named(cluster, namespace, name)
        if found is None and pods_of(cluster, reference):
            return None  # a workload whose kind is called so too: Knative's
        if found is None:
            there = ", ".join(f"{one.namespace}/{one.name}" for one in cluster.services[:MOST_NAMES])
            raise UnknownEndpointError(reference, f"no such Service; there are: {there or 'none'}.")
        return found
    if addresses.is_address(reference):
        by_address = (s for s in cluster.services if reference in (*s.cluster_ips, *s.addresses))
        return next(by_address, None)
    return None


def service_named(cluster: Cluster, namespace: str, name: str) -> Service | None:
    """Return the Service of a name."""
    return next((s for s in cluster.services if (s.namespace, s.name) == (namespace, name)), None)


def pods_of(cluster: Cluster, reference: str) -> tuple[Pod, ...]:
    """Return the pod that a reference names, else those of the workload; none where it names neither."""
    parts = reference.split("/")
    if len(parts) > 3 or (len(parts) == 1 and "." in reference):
        return ()
    namespace, name = parts[0] if len(parts) > 1 else "default", parts[-1]
    kind = parts[1].lower() if len(parts) == 3 else ""
    here = [pod for pod in cluster.pods if pod.namespace == namespace]
    if kind in ("", "pod"):
        by_name = next((pod for pod in here if pod.name == name and not pod.potential), None)
        if by_name is not None:
            return (by_name,)
    refs = [pod for pod in here if pod.identity.name == name and kind in ("", pod.identity.kind.lower())]
    of_one = [pod for pod in refs if pod.identity == refs[0].identity]
    return tuple([pod for pod in of_one if not pod.finished] or of_one[:1])


def _outside(cluster: Cluster, reference: str) -> External | Pod | Node | None:
    """Return a CIDR, an address, or the pod or node that has the address."""
    try:
        if "/" in reference:
            addresses.cidr_interval(reference)
            return External(reference)
        addresses.address_point(reference)
    except ValueError:
        return None
    for pod in cluster.pods:
        if reference in pod.ips and not pod.finished and not pod.host_network:
            return pod
    for node in cluster.nodes:
        if reference in node.addresses:
            return node
    return External(addresses.cidr_of(reference))


def _nearest(cluster: Cluster, wanted: str) -> str:
    """Return the names most like the wanted one, else some of its namespace, else of the cluster."""
    known = sorted({f"{pod.namespace}/{pod.identity.name}" for pod in cluster.pods})
    near = nearest(wanted, known, MOST_NAMES)
    name = wanted.partition("/")[2]
    near += [full for full in known if full.partition("/")[2] == name and full not in near]
    if near:
        return f"the nearest are {', '.join(near)}"
    namespace = wanted.partition("/")[0]
    there = [name for name in known if name.startswith(f"{namespace}/")] or known
    return f"there are {', '.join(there[:MOST_NAMES])}" if there else "the input has no pods"


@dataclass(frozen=True, slots=True)
class Target:
    """A destination as a user writes it: what `resolve` takes, and a port.

    Args:
        port: a number, a name, or None for any.
    """

    reference: str
    port: int | str | None
    protocol: str


def parse_target(text: str) -> Target:
    """Return the parts of DST[:PORT[/PROTOCOL]]; an IPv6 address with a port is in brackets.

    Raises:
        UnknownEndpointError: an empty destination, or a protocol that does not exist.
    """
    if text.startswith("["):
        reference, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") > 1:
        reference, port = text, ""
    else:
        reference, _, port = text.partition(":")
    if not reference:
        raise UnknownEndpointError(text, "no destination; write NAMESPACE/NAME:PORT/PROTOCOL.")
    return Target(reference, *(parse_port(port) if port else (None, "TCP")))


def parse_port(text: str) -> tuple[int | str | None, str]:
    """Return the port and protocol of PORT, PORT/PROTOCOL or PROTOCOL.

    Raises:
        UnknownEndpointError: a protocol that does not exist, or an impossible number.
    """
    port, _, protocol = text.partition("/")
    if not protocol and port in PROTOCOLS:
        port, protocol = "", port
    protocol = protocol.upper() or "TCP"
    if protocol not in PROTOCOLS:
        raise UnknownEndpointError(text, f"no protocol is called {protocol}: {', '.join(PROTOCOLS)}.")
    if port.isascii() and port.isdecimal():
        if not 1 <= int(port) <= 65535:
            raise UnknownEndpointError(text, "a port is a number from 1 to 65535.")
        return int(port), protocol
    return port or None, protocol


def selected(cluster: Cluster, text: str) -> list[str]:
    """Return the names by which `Filter` knows what a user selects.

    Args:
        text: a pod or workload as `resolve` takes it, "NAMESPACE/*", or "outside".

    Raises:
        UnknownEndpointError: nothing has that name, or it is an address.
    """
    if text == OUTSIDE:
        return [OUTSIDE]
    if text.endswith("/*"):
        names = {str(pod.identity) for pod in cluster.pods if pod.namespace == text[:-2]}
        if not names:
            raise UnknownEndpointError(text, f"the namespace has no pods; {_nearest(cluster, text)}.")
        return sorted(names)
    found = resolve(cluster, text)
    if not isinstance(found, Pod):
        raise UnknownEndpointError(text, f"no pod or workload; write {OUTSIDE}, or ask `can` about it.")
    by_pod = found.name == text.rpartition("/")[2] and not found.potential
    return [str(found) if by_pod else str(found.identity)]
