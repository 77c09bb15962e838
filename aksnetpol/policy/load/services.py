"""Services, and what is behind them (Kubernetes core/v1, discovery/v1)."""

from __future__ import annotations

from typing import Any

from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.meta import Meta
from aksnetpol.policy.model.cluster import Backend, ContainerPort, Protocol, Service, ServicePort


def read_service(field: Field, meta: Meta) -> Service:
    """Return a Service."""
    spec = field.need("spec")
    selector = spec.get("selector")
    ranges = spec.get("loadBalancerSourceRanges")
    ips = spec.list("clusterIPs") or [one for one in [spec.get("clusterIP")] if one is not None]
    return Service(
        namespace=meta.namespace,
        name=meta.name,
        type=spec.text_of("type") or "ClusterIP",
        selector=selector.labels() if selector else None,
        ports=tuple(_service_port(port) for port in spec.list("ports")),
        cluster_ips=tuple(ip.address() for ip in ips if ip.value not in ("None", "")),
        addresses=_addresses(field, spec),
        external_name=spec.text_of("externalName") if spec.text_of("type") == "ExternalName" else "",
        headless=any(ip.value == "None" for ip in ips),
        external_traffic_policy=spec.text_of("externalTrafficPolicy") or "Cluster",
        source_ranges=tuple(cidr.cidr() for cidr in ranges.items()) if ranges else (),
        origin=field.origin,
    )


def _addresses(field: Field, spec: Field) -> tuple[str, ...]:
    """Return what clients outside use: the load balancer's, given or asked for, and external IPs."""
    status = field.get("status")
    balancer = status.get("loadBalancer") if status else None
    given = [one.get("ip") for one in (balancer.list("ingress") if balancer else [])]
    asked = spec.get("loadBalancerIP")
    found = [*given, *([] if any(given) else [asked]), *spec.list("externalIPs")]
    return tuple(dict.fromkeys(one.address() for one in found if one is not None and one.value != ""))


def read_endpoints(field: Field) -> tuple[Backend, ...]:
    """Return what Endpoints name, the ready ones and others: all of them may be connected to some day."""
    found: list[Backend] = []
    for subset in field.list("subsets"):
        ports = tuple(_endpoint_port(port) for port in subset.list("ports"))
        addresses = subset.list("addresses") + subset.list("notReadyAddresses")
        found += [Backend(one.need("ip").address(), ports) for one in addresses]
    return tuple(found)


def read_endpoint_slice(field: Field) -> tuple[Backend, ...]:
    """Return what an EndpointSlice names; one of names has no addresses."""
    if field.text_of("addressType") == "FQDN":
        return ()
    ports = tuple(_endpoint_port(port) for port in field.list("ports") if port.get("port") is not None)
    return tuple(
        Backend(address.address(), ports)
        for endpoint in field.list("endpoints")
        for address in endpoint.list("addresses")
    )


def _endpoint_port(port: Field) -> ContainerPort:
    protocol = port.get("protocol")
    return ContainerPort(
        port.text_of("name"),
        protocol.protocol() if protocol else Protocol.TCP,
        port.need("port").integer(1, 65535),
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
