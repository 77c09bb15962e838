"""Policies and rules that select nothing, or what engines can't select."""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.findings import Severity
from aksnetpol.policy.lint.context import Context, pod_peers_of
from aksnetpol.policy.lint.model import API, WEBSITE, Hit, Rule
from aksnetpol.policy.model.cluster import NAME_LABEL, NodeOs
from aksnetpol.policy.model.peers import PodPeer
from aksnetpol.policy.model.selectors import Operator
from aksnetpol.words import a_few


def policy_selects_nothing(context: Context) -> Iterator[Hit]:
    """Find policies without pods; an input without any pods tells nothing."""
    if not context.pods:
        return
    for policy in context.cluster.policies:
        if not context.subject(policy).perhaps():
            yield Hit(f"{policy} selects no pod of the input", policy.origin, str(policy))


def peer_selects_nothing(context: Context) -> Iterator[Hit]:
    """Find selectors of rules without pods."""
    if not context.pods:
        return
    for site in context.sites:
        for peer, origin in pod_peers_of(site):
            if not context.selection.match(peer).perhaps() and not _of_others(context, peer):
                message = f"this peer of {site.policy} selects no pod of the input: {_text(peer)}"
                yield Hit(message, origin, str(site.policy))


def _of_others(context: Context, peer: PodPeer) -> bool:
    """Tell whether a peer names namespaces that the input has nothing of: others know who is there."""
    names = [peer.namespace] if peer.namespace else []
    for requirement in peer.namespace_selector.requirements() if peer.namespace_selector else ():
        if requirement.key == NAME_LABEL and requirement.operator is Operator.IN:
            names += requirement.values
    return bool(names) and context.known_namespaces.isdisjoint(names)


def _text(peer: object) -> str:
    place = getattr(peer, "namespace", None) or getattr(peer, "namespace_selector", None)
    pods = getattr(peer, "pod_selector", None)
    return f"pods {pods if pods is not None else '{}'} in namespaces {place if place is not None else '{}'}"


def host_network(context: Context) -> Iterator[Hit]:
    """Find policies that select pods of the host's network."""
    if context.profile.linux.settings.host_network_selected:
        return
    hosts = context.universe.sides[0].host_network
    for policy in context.cluster.policies:
        selected = context.subject(policy).perhaps() & hosts
        if selected:
            pods = a_few(str(pod) for pod in context.pods_of(selected))
            yield Hit(
                f"{policy} selects hostNetwork pods, which stay open: {pods}", policy.origin, str(policy)
            )


def peer_host_network(context: Context) -> Iterator[Hit]:
    """Find selectors of rules that mean pods of the host's network only, which no selector finds."""
    if context.profile.linux.settings.host_network_selected is not False:
        return
    hosts = context.universe.sides[0].host_network
    for site in context.sites:
        for peer, origin in pod_peers_of(site):
            meant = context.selection.match(peer).perhaps()
            if meant and not meant & ~hosts:
                pods = a_few(str(pod) for pod in context.pods_of(meant))
                message = (
                    f"this peer of {site.policy} means hostNetwork pods, whose labels do not count: {pods}"
                )
                yield Hit(message, origin, str(site.policy))


def kind_not_enforced(context: Context) -> Iterator[Hit]:
    """Find policies of kinds that the engine does not read."""
    for policy in context.cluster.policies:
        plane = context.profile.linux
        if not plane.settings.unenforced and not plane.reads(policy.kind):
            kind = policy.kind.partition(".")[0]
            message = (
                f"{plane.name} {plane.version}".strip() + f" does not read {kind}: {policy} installs nothing"
            )
            yield Hit(message, policy.origin, str(policy))


def kind_by_version(context: Context) -> Iterator[Hit]:
    """Find policies of kinds that not every version of the engine reads, where none is named."""
    plane = context.profile.linux
    for policy in context.cluster.policies:
        row = plane.read_by(policy.kind)
        if row is not None and not plane.version:
            message = f"{row.effect}: {policy} counts as read ({row.source})"
            yield Hit(message, policy.origin, str(policy))


def windows_not_enforced(context: Context) -> Iterator[Hit]:
    """Find policies that select pods on Windows nodes where the engine has none."""
    planes = context.dataplanes
    if planes[NodeOs.LINUX].settings.unenforced or not planes[NodeOs.WINDOWS].settings.unenforced:
        return
    for policy in context.cluster.policies:
        windows = context.on_windows(context.subject(policy).perhaps())
        if windows:
            pods = a_few(str(pod) for pod in context.pods_of(windows))
            message = f"{context.profile} enforces nothing on Windows nodes; {policy} leaves open: {pods}"
            yield Hit(message, policy.origin, str(policy))


RULES = (
    Rule(
        "policy-selects-nothing",
        Severity.WARNING,
        "a policy that selects no pod",
        "Mend the podSelector or the namespace, or delete the policy.",
        f"{API}: podSelector",
        policy_selects_nothing,
    ),
    Rule(
        "peer-selects-nothing",
        Severity.WARNING,
        "a peer that selects no pod",
        "Mend the selector; namespaces are selected by their labels, not by name.",
        f"{API}: NetworkPolicyPeer",
        peer_selects_nothing,
    ),
    Rule(
        "host-network-selected",
        Severity.WARNING,
        "a policy that selects hostNetwork pods",
        "Protect the node's network instead, or run the pods without hostNetwork.",
        f"{WEBSITE}: hostNetwork pods",
        host_network,
    ),
    Rule(
        "peer-host-network",
        Severity.WARNING,
        "a peer that means pods of the host's network only",
        "Allow the addresses of their nodes by ipBlock, with Cilium the entities host and remote-node.",
        f"{WEBSITE}: hostNetwork pods; projectcalico/calico issue 5566",
        peer_host_network,
    ),
    Rule(
        "kind-not-enforced",
        Severity.ERROR,
        "a kind of policy that the engine does not read",
        "Write it as a NetworkPolicy, or use the engine whose kind it is.",
        "AKS docs, use-network-policies",
        kind_not_enforced,
    ),
    Rule(
        "kind-by-version",
        Severity.WARNING,
        "a kind of policy that only some versions of the engine read, where none is named",
        "Name the engine's version with --engine-version: AKS does not publish which one it installs.",
        "projectcalico/calico issue 10745",
        kind_by_version,
    ),
    Rule(
        "windows-not-enforced",
        Severity.ERROR,
        "a policy that selects pods on Windows nodes where the engine has none",
        "Use Calico on Windows nodes, or network security groups.",
        "AKS docs, use-network-policies",
        windows_not_enforced,
    ),
)
