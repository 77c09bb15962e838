"""What an engine can do, but AKS only with more, or without support."""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.findings import Severity
from aksnetpol.policy.lint.context import Context, peers_of
from aksnetpol.policy.lint.model import CALICO_PLANES, CILIUM_PLANES, Hit, Rule
from aksnetpol.policy.model.cluster import PolicyKind
from aksnetpol.policy.model.peers import DomainPeer

_CILIUM = (PolicyKind.CILIUM_NETWORK_POLICY, PolicyKind.CILIUM_CLUSTERWIDE_NETWORK_POLICY)
_CALICO = (PolicyKind.CALICO_NETWORK_POLICY, PolicyKind.CALICO_GLOBAL_NETWORK_POLICY)


def advanced_networking(context: Context) -> Iterator[Hit]:
    """Find Cilium rules by DNS name or above layer 4."""
    for site in context.sites:
        if site.policy.kind not in _CILIUM:
            continue
        name = next((p.pattern for p, _ in peers_of(site) if isinstance(p, DomainPeer)), "")
        if name or site.rule.application:
            what = f"DNS name {name}" if name else site.rule.application[0]
            message = f"{what}: AKS has such rules with Advanced Container Networking Services only"
            yield Hit(message, site.origin, str(site.policy))


def calico_kinds(context: Context) -> Iterator[Hit]:
    """Find policies of Calico's own kinds."""
    for policy in context.cluster.policies:
        if policy.kind in _CALICO:
            message = f"{policy} is of a kind that works with AKS's Calico, but that AKS does not support"
            yield Hit(message, policy.origin, str(policy))


RULES = (
    Rule(
        "cilium-advanced-networking",
        Severity.WARNING,
        "a Cilium rule by DNS name or above layer 4",
        "Enable advancedNetworking.security on the cluster, or write addresses and ports.",
        "AKS docs, azure-cni-powered-by-cilium",
        advanced_networking,
        CILIUM_PLANES,
    ),
    Rule(
        "calico-kind-unsupported",
        Severity.WARNING,
        "a policy of Calico's own kinds on AKS",
        "Write it as a NetworkPolicy where that can say it; else know that it is yours to support.",
        "Azure/AKS issue 4038",
        calico_kinds,
        CALICO_PLANES,
    ),
)
