"""Services of type ClusterIP as nftables rules: destinations rewritten to ready endpoints. Pure.

As with kube-proxy, the address is rewritten before policies are asked: they see the pod and its target
port, never the service's (policy-semantics: service addresses).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aksnetpol.local.kubernetes.api import Json

_SERVICE_NAME = "kubernetes.io/service-name"


@dataclass(frozen=True, order=True)
class Backend:
    """Where a service's connections go."""

    address: str
    port: int


@dataclass(frozen=True, order=True)
class Frontend:
    """An address, a protocol and a port of a service, with all its ready backends."""

    address: str
    protocol: str
    port: int
    backends: tuple[Backend, ...]


def frontends(services: Iterable[Json], slices: Iterable[Json]) -> list[Frontend]:
    """Return what services listen on.

    Args:
        services: Service objects.
        slices: EndpointSlice objects.
    """
    by_service: dict[tuple[str, str], list[Json]] = {}
    for item in slices:
        metadata = item["metadata"]
        key = (metadata["namespace"], (metadata.get("labels") or {}).get(_SERVICE_NAME, ""))
        by_service.setdefault(key, []).append(item)
    found: list[Frontend] = []
    for service in services:
        metadata, spec = service["metadata"], service["spec"]
        mine = by_service.get((metadata["namespace"], metadata["name"]), [])
        for address in _addresses(spec):
            found += [_frontend(address, port, mine) for port in spec.get("ports") or []]
    return sorted(found)


def _addresses(spec: Json) -> list[str]:
    addresses: list[str] = spec.get("clusterIPs") or []
    return [address for address in addresses if address not in ("None", "") and ":" not in address]


def _frontend(address: str, port: Json, slices: Sequence[Json]) -> Frontend:
    backends = {
        Backend(target, int(listed["port"]))
        for item in slices
        for listed in item.get("ports") or []
        if (listed.get("name") or "") == (port.get("name") or "") and listed.get("port")
        for endpoint in item.get("endpoints") or []
        if (endpoint.get("conditions") or {}).get("ready", True)
        for target in endpoint["addresses"]
    }
    protocol = str(port.get("protocol") or "TCP").lower()
    return Frontend(address, protocol, int(port["port"]), tuple(sorted(backends)))


def service_rules(found: Sequence[Frontend], service_cidr: str) -> str:
    """Return the commands that replace the table of services, in one transaction.

    Args:
        found: what services listen on.
        service_cidr: what of it no service listens on is refused, as kube-proxy does.
    """
    rules = "\n".join(f"    {rule}" for rule in _rules(found))
    own = sorted({f"{backend.address} . {backend.address}" for one in found for backend in one.backends})
    elements = f"elements = {{ {', '.join(own)} }};" if own else ""
    return f"""table ip services {{}}
delete table ip services
table ip services {{
  set own {{ type ipv4_addr . ipv4_addr; {elements} }}
  chain prerouting {{
    type nat hook prerouting priority dstnat;
{rules}
  }}
  chain refuse {{
    type filter hook prerouting priority filter;
    ip daddr {service_cidr} meta l4proto tcp reject with tcp reset
    ip daddr {service_cidr} reject
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat;
    ct status dnat ip saddr . ip daddr @own masquerade
  }}
}}
"""


def _rules(found: Sequence[Frontend]) -> Iterator[str]:
    for one in found:
        if one.backends:
            targets = ", ".join(
                f"{number} : {backend.address} . {backend.port}"
                for number, backend in enumerate(one.backends)
            )
            choice = f"numgen random mod {len(one.backends)} map {{ {targets} }}"
            yield f"ip daddr {one.address} {one.protocol} dport {one.port} dnat ip addr . port to {choice}"
