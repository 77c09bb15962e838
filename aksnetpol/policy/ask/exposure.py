"""What pods that do not exist yet could reach, and who could reach them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from aksnetpol.policy.analysis.groups import Filter, Group
from aksnetpol.policy.ask.reach import Reachability
from aksnetpol.policy.model.cluster import NAME_LABEL, Namespace, Pod, Policy
from aksnetpol.policy.model.peers import CombinedPeer, Peer, PodPeer
from aksnetpol.policy.model.selectors import AllOf, Operator, Requirement, Selector

NEW_NAMESPACE = "(new namespace)"


@dataclass(frozen=True, slots=True)
class Exposure:
    """A pod that could be created, and its connections.

    Args:
        pod: with the labels that some policy looks for, or without any.
        reaches: groups whose sources hold the pod.
        reached_by: groups whose destinations hold it.
    """

    pod: Pod
    reaches: tuple[Group, ...]
    reached_by: tuple[Group, ...]


def exposure(reach: Reachability) -> list[Exposure]:
    """Return the exposure of pods that do not exist yet.

    They are: one without labels in each namespace and in one that is new and has no labels of its own;
    and, for each selector of a rule that matches no pod of the cluster, one that it would match.
    """
    pods = list(_candidates(reach))
    namespaces = {**reach.cluster.namespaces, **_new_namespaces(reach, pods)}
    widened = replace(reach.cluster, pods=[*reach.cluster.pods, *pods], namespaces=namespaces)
    wide = Reachability(widened, reach.profile)
    return [
        Exposure(
            pod,
            tuple(wide.groups(Filter(sources=frozenset({str(pod)})))),
            tuple(wide.groups(Filter(destinations=frozenset({str(pod)})))),
        )
        for pod in pods
    ]


def _candidates(reach: Reachability) -> Iterator[Pod]:
    names = [*reach.cluster.namespaces, NEW_NAMESPACE]
    for name in names:
        yield Pod(name, "(any new pod)", {}, potential=True)
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    for policy in reach.cluster.policies:
        for peer in _pod_peers(policy):
            labels = wanted_labels(peer.pod_selector)
            if not labels:
                continue
            for name in _namespaces_of(reach, peer):
                key = (name, tuple(sorted(labels.items())))
                if key not in seen and not _exists(reach, name, labels):
                    seen.add(key)
                    text = ",".join(f"{k}={v}" for k, v in key[1])
                    yield Pod(name, f"(new pod {text})", labels, potential=True)


def _pod_peers(policy: Policy) -> Iterator[PodPeer]:
    for section in (policy.ingress, policy.egress):
        for rule in section.rules if section else ():
            yield from _flat(rule.peers or ())


def _flat(peers: tuple[Peer, ...]) -> Iterator[PodPeer]:
    for peer in peers:
        if isinstance(peer, PodPeer):
            yield peer
        elif isinstance(peer, CombinedPeer):
            yield from _flat(peer.all_of)


def _namespaces_of(reach: Reachability, peer: PodPeer) -> list[str]:
    """Return the namespace that a peer names, else the new one, which stands for those it would select."""
    if peer.namespace is not None:
        return [peer.namespace]
    if peer.namespace_selector is None or peer.namespace_selector == AllOf():
        return [NEW_NAMESPACE]
    name = wanted_labels(peer.namespace_selector).get(NAME_LABEL)
    return [name] if name is not None else [NEW_NAMESPACE]


def _exists(reach: Reachability, namespace: str, labels: Mapping[str, str]) -> bool:
    return any(
        pod.namespace == namespace and labels.items() <= pod.labels.items() for pod in reach.cluster.pods
    )


def _new_namespaces(reach: Reachability, pods: list[Pod]) -> dict[str, Namespace]:
    missing = {pod.namespace for pod in pods} - set(reach.cluster.namespaces)
    return {name: Namespace(name, {NAME_LABEL: name}) for name in missing}


def wanted_labels(selector: Selector | None) -> dict[str, str]:
    """Return labels that meet a selector that is a conjunction; a value is made up where any will do."""
    found: dict[str, str] = {}
    for part in selector.parts if isinstance(selector, AllOf) else (selector,):
        if isinstance(part, Requirement) and part.operator is Operator.IN and part.values:
            found[part.key] = part.values[0]
        elif isinstance(part, Requirement) and part.operator is Operator.EXISTS:
            found.setdefault(part.key, "any")
    return found
