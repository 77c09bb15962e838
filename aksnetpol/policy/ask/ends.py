"""Whom a question means: one endpoint, the pods of a workload, or what is behind a Service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aksnetpol.policy.errors import UnknownEndpointError
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import Cluster, ContainerKind, Pod, Service, ServicePort
from aksnetpol.policy.model.endpoints import (
    Domain,
    Endpoint,
    External,
    resolve,
    resolve_all,
    service_named,
    service_of,
)
from aksnetpol.policy.model.ports import STRETCH

Port = int | None  # None is any
_TARGETS = (ContainerKind.CONTAINER, ContainerKind.SIDECAR)


@dataclass(frozen=True, slots=True)
class End:
    """One side of a question.

    Args:
        name: as the user means it.
        members: endpoints, each with the port that the connection has there.
        service: what it goes through.
        missing: why nobody knows the members: what the input lacks.
    """

    name: str
    members: tuple[tuple[Endpoint, Port], ...]
    service: Service | None = None
    missing: str = ""


def end(cluster: Cluster, reference: str | Endpoint, port: int | str | None, protocol: str) -> End:
    """Return whom a reference means, as a destination; of a source the port is None.

    Args:
        reference: see `endpoints.resolve`; and "svc/NAMESPACE/NAME", "NAMESPACE/svc/NAME", a Service's own
            address, or "NAMESPACE/NAME" where no pod or workload has that name.

    Raises:
        UnknownEndpointError: no such endpoint or port.
    """
    if not isinstance(reference, str):
        return End(str(reference), ((reference, port_number(reference, port, protocol)),))
    service = service_of(cluster, reference)
    if service is not None:
        return _through(cluster, service, port, protocol)
    try:
        members = resolve_all(cluster, reference)
    except UnknownEndpointError:
        namespace, _, name = reference.rpartition("/")
        service = service_named(cluster, namespace or "default", name)
        if service is None:
            raise
        return _through(cluster, service, port, protocol)
    name = str(members[0]) if len(members) == 1 else reference
    return End(name, tuple((one, port_number(one, port, protocol)) for one in members))


def port_number(destination: Endpoint, port: int | str | None, protocol: str) -> Port:
    """Return a port's number; a name is looked up on the destination.

    Raises:
        UnknownEndpointError: the destination has no such port, or the number is out of range.
    """
    if port is None or isinstance(port, int):
        if port is not None and not 0 <= port < STRETCH:
            raise UnknownEndpointError(str(port), "a port is a number from 1 to 65535")
        return port
    if port.isdecimal():
        return port_number(destination, int(port), protocol)
    if isinstance(destination, Pod):
        for declared in destination.ports:
            if declared.name == port and declared.protocol == protocol:
                return declared.number
    raise UnknownEndpointError(str(destination), f"has no {protocol} port named {port!r}")


def _through(cluster: Cluster, service: Service, port: int | str | None, protocol: str) -> End:
    """Return what is behind a Service: its address is rewritten before policies are asked.

    Source: Kubernetes docs, Service and Virtual IPs and Service Proxies.
    """
    if service.external_name:
        host = Domain(service.external_name)
        return End(str(service), ((host, port_number(host, port, protocol)),), service)
    asked = _asked(service, port, protocol)
    found = {
        (str(one), number): (one, number) for one, number in _members(cluster, service, asked, port, protocol)
    }
    members = tuple(found.values())
    return End(str(service), members, service, "" if members else _missing(service))


def _asked(service: Service, port: int | str | None, protocol: str) -> tuple[ServicePort, ...]:
    """Return the ports of a Service that a question is about."""
    wanted = int(port) if isinstance(port, str) and port.isdecimal() else port
    found = tuple(
        one
        for one in service.ports
        if protocol in (one.protocol, "ICMP") and (wanted is None or wanted in (one.port, one.name))
    )
    if not found and not service.headless:
        there = ", ".join(f"{one.port}/{one.protocol}" for one in service.ports) or "none"
        what = f"{port}/{protocol}" if port is not None else protocol
        raise UnknownEndpointError(str(service), f"has no port {what}; its ports: {there}")
    return found


def _members(
    cluster: Cluster,
    service: Service,
    asked: tuple[ServicePort, ...],
    port: int | str | None,
    protocol: str,
) -> Iterator[tuple[Endpoint, Port]]:
    pods = selected(cluster, service)
    for pod in pods:
        if service.headless and isinstance(port, int):
            yield pod, port  # its name leads to the pod, at the port that the client names
        elif port is None:
            yield pod, None
        else:
            yield from ((pod, number) for one in asked if (number := _target(pod, one)) is not None)
    if pods or service.backends is None:
        return
    for backend in service.backends:
        endpoint = resolve(cluster, backend.address)
        names = {one.name for one in asked}
        numbers = {
            one.number
            for one in backend.ports
            if one.protocol == protocol and (not one.name or one.name in names)
        }
        yield from ((endpoint, number) for number in ([None] if port is None else sorted(numbers)))


def selected(cluster: Cluster, service: Service) -> list[Pod]:
    """Return the pods that a Service selects, but for those that ended."""
    if not service.selector:
        return []
    wanted = service.selector.items()
    return [
        pod
        for pod in cluster.pods
        if pod.namespace == service.namespace and not pod.finished and wanted <= pod.labels.items()
    ]


def _target(pod: Pod, port: ServicePort) -> Port:
    """Return the number of a Service's target port on a pod (kubernetes, pkg/api/v1/pod: FindPort)."""
    if isinstance(port.target, int):
        return port.target
    named = (
        one.number
        for one in pod.ports
        if one.name == port.target and one.protocol == port.protocol and one.kind in _TARGETS
    )
    return next(named, None)


def _missing(service: Service) -> str:
    if service.selector:
        labels = ", ".join(f"{key}={value}" for key, value in service.selector.items())
        return f"no pod of the input is behind {service} ({labels}), nor are its endpoints in it"
    return f"the input has no Endpoints of {service}, which selects no pods itself: add them"


def stand_in(service: Service) -> Endpoint:
    """Return an endpoint to name in an answer about a Service that leads nowhere known."""
    for address in (*service.cluster_ips, *service.addresses):
        return External(addresses.cidr_of(address))
    return Domain(f"{service.name}.{service.namespace}.svc")
