"""Services: ports that policies never see, and addresses that are rewritten on the way."""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.findings import Severity
from aksnetpol.policy.lint.context import Context, Site, blocks_of, ports_of, service_peer
from aksnetpol.policy.lint.model import LEARN, NPM_PLANES, WEBSITE, Hit, Rule
from aksnetpol.policy.model.addresses import IPV4, IPV6, cidr_interval
from aksnetpol.policy.model.cluster import Direction, PortRange, Service, ServicePort


def _selected(context: Context) -> Iterator[tuple[Service, int]]:
    """Yield services with the classes that they send to."""
    for service in context.cluster.services:
        if service.selector:
            found = context.selection.match(service_peer(service)).bits
            if found:
                yield service, found


def service_port(context: Context) -> Iterator[Hit]:
    """Find rules that name a service's port where pods listen on another."""
    services = [*_selected(context)]
    for site in context.sites:
        for port, origin in ports_of(site):
            if not isinstance(port, PortRange) or port.first != port.last:
                continue
            for service, pods in services:
                used = _mistaken(service, port)
                here = pods & _destinations(context, site)
                if (
                    used is None
                    or not here
                    or _listens(context, here, port)
                    or _is_target(services, here, port)
                ):
                    continue
                message = (
                    f"port {port.first} is that of service {service.namespace}/{service.name}; policies see"
                    f" the pod's port {used.target}"
                )
                yield Hit(message, origin, str(site.policy), remedy=f"Write {used.target}.")
                break


def _mistaken(service: Service, port: PortRange) -> ServicePort | None:
    for declared in service.ports:
        same = declared.port == port.first and port.protocol in (None, declared.protocol)
        if same and str(declared.target) != str(declared.port):
            return declared
    return None


def _destinations(context: Context, site: Site) -> int:
    if site.direction is Direction.INGRESS:
        return context.subject(site.policy).bits
    return 0 if site.rule.peers is None else context.selection.anyone(site.rule.peers).bits


def _listens(context: Context, pods: int, port: PortRange) -> bool:
    return any(declared.number == port.first for pod in context.pods_of(pods) for declared in pod.ports)


def _is_target(services: list[tuple[Service, int]], pods: int, port: PortRange) -> bool:
    return any(str(p.target) == str(port.first) for s, bits in services if bits & pods for p in s.ports)


def source_addresses(context: Context) -> Iterator[Hit]:
    """Find rules by source address on the pods of load balancers that rewrite it."""
    services = [
        (service, pods)
        for service, pods in _selected(context)
        if service.type == "LoadBalancer" and service.external_traffic_policy == "Cluster"
    ]
    for site in context.sites:
        if site.direction is not Direction.INGRESS:
            continue
        for block, origin in blocks_of(site):
            if cidr_interval(block.cidr) in (IPV4, IPV6) and not block.excepts:
                continue
            hit = [s for s, pods in services if pods & context.subject(site.policy).bits]
            if hit:
                name = f"{hit[0].namespace}/{hit[0].name}"
                message = (
                    f"ipBlock {block.cidr} relies on source addresses, which LoadBalancer service {name}"
                    " rewrites to those of nodes"
                )
                yield Hit(message, origin, str(site.policy))


def through_node(context: Context) -> Iterator[Hit]:
    """Find services whose traffic passes NPM's ingress policies by."""
    for service, pods in _selected(context):
        forwarded = service.type in ("LoadBalancer", "NodePort")
        if not forwarded or service.external_traffic_policy != "Cluster":
            continue
        if pods & context.isolated[Direction.INGRESS]:
            name = f"{service.namespace}/{service.name}"
            message = f"traffic from outside through {service.type} service {name} passes ingress policies by"
            yield Hit(message, service.origin, f"Service {name}")


RULES = (
    Rule(
        "service-port",
        Severity.WARNING,
        "a service's port where the target port is meant",
        "Write the target port.",
        f"{WEBSITE}: policies apply after the service's address and port are rewritten",
        service_port,
    ),
    Rule(
        "load-balancer-source",
        Severity.WARNING,
        "a policy by source addresses on the pods of a LoadBalancer service",
        "Use spec.loadBalancerSourceRanges of the service, or externalTrafficPolicy: Local.",
        LEARN,
        source_addresses,
    ),
    Rule(
        "npm-service-through-node",
        Severity.WARNING,
        "a service with externalTrafficPolicy Cluster to isolated pods on NPM",
        "Use spec.loadBalancerSourceRanges, or externalTrafficPolicy: Local.",
        "AKS docs, migrate-from-npm-to-cilium-network-policy",
        through_node,
        NPM_PLANES,
    ),
)
