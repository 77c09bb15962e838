"""Ports that engines ignore, that differ between pods, or that mean less than they seem to."""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.findings import Severity
from aksnetpol.policy.engines.translations import end_port_ignored
from aksnetpol.policy.lint.context import Context, Site, peers_of, ports_of, written
from aksnetpol.policy.lint.model import API, CILIUM_PLANES, WEBSITE, Hit, Rule
from aksnetpol.policy.model.cluster import Direction, NamedPort, Pod, PolicyKind, PortRange, Protocol
from aksnetpol.policy.model.peers import IPBlock
from aksnetpol.policy.model.places import Origin
from aksnetpol.words import a_few


def end_port(context: Context) -> Iterator[Hit]:
    """Find ranges where the engine's version has no endPort."""
    if not any(delta.translate is end_port_ignored for delta in context.profile.linux.active):
        return
    for site in context.sites:
        for port, origin in ports_of(site):
            if isinstance(port, PortRange) and port.end_port and port.last != port.first:
                message = f"{context.profile} ignores endPort: only port {port.first} of {port} counts"
                yield Hit(message, origin, str(site.policy))


def _named(context: Context) -> Iterator[tuple[Site, NamedPort, Origin | None, list[Pod]]]:
    """Yield each named port with the pods that resolve it: the destinations."""
    for site in context.sites:
        destinations: list[Pod] | None = None
        for port, origin in ports_of(site):
            if isinstance(port, NamedPort):
                if destinations is None:
                    destinations = _destinations(context, site)
                yield site, port, origin, destinations


def _destinations(context: Context, site: Site) -> list[Pod]:
    if site.direction is Direction.INGRESS:
        return [*context.pods_of(context.subject(site.policy).bits)]
    return [*context.pods_of(context.selection.anyone(site.rule.peers).bits)]


def _numbers(context: Context, port: NamedPort, pod: Pod) -> set[int]:
    """Return what a name stands for on a pod, among the containers that the engine looks at."""
    kinds = context.profile.linux.settings.named_ports
    named = (p for p in pod.ports if p.name == port.name and p.kind in kinds)
    return {p.number for p in named if port.protocol in (None, p.protocol)}


def differs(context: Context) -> Iterator[Hit]:
    """Find names that stand for several numbers."""
    for site, port, origin, pods in _named(context):
        numbers = sorted({number for pod in pods for number in _numbers(context, port, pod)})
        if len(numbers) > 1:
            message = f"port {port} is {a_few([str(n) for n in numbers])} on different pods of {site.policy}"
            yield Hit(message, origin, str(site.policy))


def missing(context: Context) -> Iterator[Hit]:
    """Find names that no destination declares."""
    for site, port, origin, pods in _named(context):
        if pods and not any(_numbers(context, port, pod) for pod in pods):
            message = f"no pod that this rule is about declares port {port}: it allows nothing"
            yield Hit(message, origin, str(site.policy))


def named_on_block(context: Context) -> Iterator[Hit]:
    """Find named ports towards addresses."""
    for site in context.sites:
        blocks = [peer for peer, _ in peers_of(site) if isinstance(peer, IPBlock)]
        if site.direction is not Direction.EGRESS or not blocks:
            continue
        for port, origin in ports_of(site):
            if isinstance(port, NamedPort):
                message = (
                    f"port {port} is resolved on pods: towards ipBlock {blocks[0].cidr} it allows nothing"
                )
                yield Hit(message, origin, str(site.policy))


def tcp_only(context: Context) -> Iterator[Hit]:
    """Find `ports: [{}]`, which reads like every port but is TCP."""
    for site in context.sites:
        if site.policy.kind is not PolicyKind.NETWORK_POLICY:
            continue
        for port, origin in ports_of(site):
            whole = isinstance(port, PortRange) and (port.first, port.last) == (0, 65535)
            if whole and port.protocol is Protocol.TCP and written(origin) == {}:
                yield Hit("an empty port means every TCP port, not UDP or SCTP", origin, str(site.policy))


def sctp(context: Context) -> Iterator[Hit]:
    """Find SCTP on Cilium."""
    for site in context.sites:
        for port, origin in ports_of(site):
            if port.protocol is Protocol.SCTP:
                yield Hit("SCTP is off by default in Cilium, and partly supported", origin, str(site.policy))


RULES = (
    Rule(
        "end-port-ignored",
        Severity.ERROR,
        "endPort on an engine version that ignores it",
        "List the ports one by one, or upgrade: Cilium 1.17 (AKS 1.32) has endPort.",
        "cilium/cilium issue 28684; AKS docs, azure-cni-powered-by-cilium",
        end_port,
    ),
    Rule(
        "named-port-differs",
        Severity.WARNING,
        "a named port that is another number on other pods",
        "Give the ports different names, or write the numbers.",
        f"{API}: NetworkPolicyPort; cilium/cilium issue 30003",
        differs,
    ),
    Rule(
        "named-port-missing",
        Severity.WARNING,
        "a named port that no selected pod declares",
        "Name a port that the pods' containers declare, with the same protocol.",
        f"{API}: NetworkPolicyPort",
        missing,
    ),
    Rule(
        "named-port-ip-block",
        Severity.WARNING,
        "a named port towards an ipBlock",
        "Write the port's number.",
        f"{API}: NetworkPolicyPort",
        named_on_block,
    ),
    Rule(
        "port-tcp-only",
        Severity.WARNING,
        "an empty item of ports",
        "Leave ports out to mean every port of every protocol; else write protocol: TCP.",
        f"{API}: NetworkPolicyPort; {WEBSITE}",
        tcp_only,
    ),
    Rule(
        "cilium-sctp",
        Severity.WARNING,
        "SCTP on Cilium",
        "Do not rely on it; AKS has no switch for it.",
        "Cilium docs, SCTP support",
        sctp,
        CILIUM_PLANES,
    ),
)
