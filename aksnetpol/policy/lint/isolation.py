"""Pods that are open, and pods that are closed more than their owner knows: no DNS."""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.findings import Severity
from aksnetpol.policy.lint.context import Context, Site, sites_of
from aksnetpol.policy.lint.cover import covers_pods
from aksnetpol.policy.lint.model import WEBSITE, Hit, Rule
from aksnetpol.policy.model.cluster import Action, Direction, NamedPort, Policy, Port, Protocol
from aksnetpol.policy.model.peers import Peer, PodPeer
from aksnetpol.policy.model.selectors import matches
from aksnetpol.words import a_few

DNS = 53
SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease"})
_NAME = "kubernetes.io/metadata.name"


def open_ingress(context: Context) -> Iterator[Hit]:
    """Find workloads that everyone may reach."""
    return _open(context, Direction.INGRESS, "everyone may reach it")


def open_egress(context: Context) -> Iterator[Hit]:
    """Find workloads that may reach everyone."""
    return _open(context, Direction.EGRESS, "it may reach everyone")


def _open(context: Context, direction: Direction, effect: str) -> Iterator[Hit]:
    if context.profile.linux.settings.unenforced:
        return
    left = context.universe.pod_bits & ~context.isolated[direction]
    seen: set[object] = set()
    for pod in context.pods_of(left):
        if pod.namespace in SYSTEM or pod.host_network or pod.identity in seen:
            continue
        seen.add(pod.identity)
        message = f"no policy isolates {pod.identity} for {direction}: {effect}"
        yield Hit(message, pod.origin, str(pod.identity))


def no_dns(context: Context) -> Iterator[Hit]:
    """Find egress isolation that leaves pods without names."""
    policies = [policy for policy in context.policies if policy.egress is not None]
    allowed: dict[Protocol, list[Policy]] = {
        protocol: [policy for policy in policies if _allows_dns(context, policy, protocol)]
        for protocol in (Protocol.UDP, Protocol.TCP)
    }
    for policy in policies:
        lacking = {p: _lacking(context, policy, found) for p, found in allowed.items()}
        missing = [protocol for protocol, (lacks, _) in lacking.items() if lacks]
        if missing:
            pods = a_few(str(pod) for _, bits in lacking.values() for pod in context.pods_of(bits))
            ports = " and ".join(f"{protocol} {DNS}" for protocol in missing)
            message = f"{policy} isolates egress and no policy allows {ports}: names are not resolved"
            yield Hit(message + (f" by {pods}" if pods else ""), policy.origin, str(policy))


def _lacking(context: Context, policy: Policy, allowing: list[Policy]) -> tuple[bool, int]:
    """Tell whether pods of the policy are without, and which; without pods, by what is written."""
    selected = context.subject(policy).bits
    if not selected:
        return not any(covers_pods(other.subject, policy.subject) for other in allowing), 0
    for other in allowing:
        selected &= ~context.subject(other).perhaps()
    return bool(selected), selected


def _allows_dns(context: Context, policy: Policy, protocol: Protocol) -> bool:
    return any(
        site.direction is Direction.EGRESS
        and site.rule.action is Action.ALLOW
        and _has_port(site, protocol)
        and (site.rule.peers is None or any(_may_be_dns(context, peer) for peer in site.rule.peers))
        for site in sites_of(policy)
    )


def _has_port(site: Site, protocol: Protocol) -> bool:
    return site.rule.ports is None or any(_is_dns(port, protocol) for port in site.rule.ports)


def _is_dns(port: Port, protocol: Protocol) -> bool:
    if port.protocol not in (None, protocol):
        return False
    return port.name.startswith("dns") if isinstance(port, NamedPort) else port.first <= DNS <= port.last


def _may_be_dns(context: Context, peer: Peer) -> bool:
    """Tell whether a peer may be the cluster's DNS: kube-system, or a resolver by address or name."""
    if not isinstance(peer, PodPeer):
        return True
    if peer.namespace is not None:
        return peer.namespace == "kube-system"
    selector = peer.namespace_selector
    if selector is None:
        return True
    known = context.cluster.namespaces.get("kube-system")
    labels = known.labels if known else {_NAME: "kube-system"}
    by_name = all(r.key == _NAME for r in selector.requirements())
    return matches(selector, labels) or not (by_name or (known and known.declared))


RULES = (
    Rule(
        "pod-open-ingress",
        Severity.WARNING,
        "a workload that no policy isolates for ingress",
        "Add a default-deny policy to its namespace, then allow what it needs.",
        f"{WEBSITE}: default policies",
        open_ingress,
    ),
    Rule(
        "pod-open-egress",
        Severity.WARNING,
        "a workload that no policy isolates for egress",
        "Add a default-deny policy for egress to its namespace, then allow DNS and what it needs.",
        f"{WEBSITE}: default policies",
        open_egress,
    ),
    Rule(
        "egress-without-dns",
        Severity.WARNING,
        "egress isolation without UDP and TCP 53",
        "Allow UDP 53 and TCP 53 to the cluster's DNS in kube-system.",
        "mattfenwick/cyclonus, linter; Kubernetes docs, DNS for Services and Pods",
        no_dns,
    ),
)
