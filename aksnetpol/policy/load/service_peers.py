"""Services that rules name: the pods or addresses behind them, where the input has them.

Sources: Cilium docs, Services based; cilium, pkg/policy/k8s/service.go; Calico docs, EntityRule: services,
which hold a connection to the ports of the Service's endpoints too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import Direction, Policy, Port, PortRange, Rule, Service
from aksnetpol.policy.model.peers import CombinedPeer, IPBlock, Peer, PodPeer, UnknownPeer
from aksnetpol.policy.model.selectors import AllOf

Services = Mapping[tuple[str, str], Service]


def with_services(policy: Policy, services: Services, *, with_ports: bool) -> Policy:
    """Return a policy whose rules mean what is behind the Services that they name.

    Args:
        services: by namespace and name.
        with_ports: an egress rule that names one is about its target ports only (Calico).
    """
    ingress = partial(_resolve, services=services, with_ports=False)
    egress = partial(_resolve, services=services, with_ports=with_ports)
    return policy.with_rules(ingress, Direction.INGRESS).with_rules(egress, Direction.EGRESS)


def _resolve(written: Rule, services: Services, *, with_ports: bool) -> Rule:
    named = list(_named(written))
    if not named:
        return written
    peers = tuple(new for peer in written.peers or () for new in _resolved(peer, services))
    found = [services[name] for name in named if name in services]
    ports = tuple(dict.fromkeys(port for service in found for port in _targets(service)))
    return replace(written, peers=peers, ports=ports if with_ports and found else written.ports)


def _named(rule: Rule) -> Iterator[tuple[str, str]]:
    for peer in rule.peers or ():
        for part in peer.all_of if isinstance(peer, CombinedPeer) else (peer,):
            if isinstance(part, UnknownPeer) and part.service is not None:
                yield part.service


def _resolved(peer: Peer, services: Services) -> Iterator[Peer]:
    if isinstance(peer, CombinedPeer):
        for number, part in enumerate(peer.all_of):
            if isinstance(part, UnknownPeer) and part.service is not None:
                others = peer.all_of[:number] + peer.all_of[number + 1 :]
                yield from (replace(peer, all_of=(*others, new)) for new in _behind(part, services))
                return
    yield from _behind(peer, services)


def _behind(peer: Peer, services: Services) -> Iterator[Peer]:
    if not isinstance(peer, UnknownPeer) or peer.service is None:
        yield peer
        return
    service = services.get(peer.service)
    if service is not None and service.selector:
        yield PodPeer(namespace=service.namespace, pod_selector=AllOf.labelled(service.selector))
    elif service is not None and service.backends is not None:
        for backend in service.backends:
            yield IPBlock(addresses.cidr_of(backend.address), in_cluster=True)
    else:
        what = "is" if service is None else "and its Endpoints are"
        yield UnknownPeer(f"Service {'/'.join(peer.service)} {what} not in the input")


def _targets(service: Service) -> Iterator[Port]:
    if not service.selector and service.backends is not None:
        for backend in service.backends:
            yield from (PortRange(port.protocol, port.number, port.number) for port in backend.ports)
        return
    yield from (port.arrival for port in service.ports)
