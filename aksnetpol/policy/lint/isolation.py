"""Pods that are open, and pods that are closed more than their owner knows: no DNS."""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.findings import Severity
from aksnetpol.policy.lint.context import Context
from aksnetpol.policy.lint.egress import DNS
from aksnetpol.policy.lint.model import CILIUM_PLANES, WEBSITE, Hit, Rule
from aksnetpol.policy.model.cluster import Direction
from aksnetpol.policy.model.peers import DomainPeer
from aksnetpol.words import a_few

SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease"})


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
    if context.profile.linux.settings.unenforced:
        return
    for entry, lacking, pods in context.egress.without_dns():
        policy = entry.installed.written
        ports = " and ".join(f"{protocol} {DNS}" for protocol in lacking)
        who = a_few(sorted(str(pod) for pod in pods))
        message = f"{policy} isolates egress and nothing allows {ports} to a DNS server"
        yield Hit(f"{message}: names are not resolved by {who}", policy.origin, str(policy))


def unlearnt_names(context: Context) -> Iterator[Hit]:
    """Find rules by DNS name that hold no addresses."""
    for entry, rule, pods in context.egress.unlearnt():
        policy = entry.installed.written
        names = a_few([peer.pattern for peer in rule.rule.peers or () if isinstance(peer, DomainPeer)])
        who = a_few(sorted(str(pod) for pod in pods))
        message = f"no policy of {who} has rules.dns, so that Cilium learns no address of {names}"
        yield Hit(f"{message}: the rule matches nothing", rule.rule.origin or policy.origin, str(policy))


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
    Rule(
        "fqdn-without-dns-rule",
        Severity.WARNING,
        "a rule by DNS name of pods whose lookups Cilium does not see",
        'Add toPorts with rules: {dns: [{matchPattern: "*"}]} to the rule that allows port 53.',
        "Cilium docs, DNS based policies; cilium/cilium issue 44396",
        unlearnt_names,
        CILIUM_PLANES,
    ),
)
