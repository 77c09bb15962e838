"""Calico's NetworkSet and GlobalNetworkSet: addresses that selectors match by the labels of the set.

Sources: Calico docs, resource reference; libcalico-go, updateprocessors (networksetprocessor.go).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.model.cluster import Namespace, Policy, Rule
from aksnetpol.policy.model.peers import CombinedPeer, IPBlock, Peer, PodPeer
from aksnetpol.policy.model.selectors import matches

_NAMESPACE = "projectcalico.org/namespace"


@dataclass(frozen=True, slots=True)
class NetworkSet:
    """Addresses with labels; `namespace` None is a GlobalNetworkSet."""

    namespace: str | None
    labels: Mapping[str, str]
    nets: tuple[str, ...]


def read(field: Field, namespace: str | None) -> NetworkSet:
    """Return a NetworkSet or GlobalNetworkSet.

    Raises:
        FieldError: a field that Calico does not know, or an address that is none.
    """
    labels = field.need("metadata").get("labels")
    found = labels.labels() if labels else {}
    if namespace is not None:
        found = {**found, _NAMESPACE: namespace}
    spec = field.get("spec")
    nets = tuple(net.net() for net in spec.only("nets").list("nets")) if spec else ()
    return NetworkSet(namespace, found, nets)


def with_sets(policy: Policy, sets: Sequence[NetworkSet], namespaces: Mapping[str, Namespace]) -> Policy:
    """Return a Calico policy whose peers also mean the addresses of the sets that they select."""

    def rule(written: Rule) -> Rule:
        if written.peers is None:
            return written
        return replace(written, peers=tuple(new for peer in written.peers for new in widened(peer)))

    def widened(peer: Peer) -> Iterator[Peer]:
        if not isinstance(peer, CombinedPeer):
            yield from with_blocks(peer)
            return
        none_of = tuple(new for part in peer.none_of for new in with_blocks(part))
        for all_of in product(*map(with_blocks, peer.all_of)):
            yield CombinedPeer(all_of, none_of)

    def with_blocks(peer: Peer) -> tuple[Peer, ...]:
        return (peer, *_blocks(peer, sets, namespaces)) if isinstance(peer, PodPeer) else (peer,)

    return policy.with_rules(rule)


def _blocks(
    peer: PodPeer, sets: Iterable[NetworkSet], namespaces: Mapping[str, Namespace]
) -> Iterator[IPBlock]:
    """Yield the addresses of the sets that a peer selects."""
    for one in sets:
        labelled = peer.pod_selector is None or matches(peer.pod_selector, one.labels)
        if labelled and not peer.service_accounts and _inside(peer, one, namespaces):
            yield from map(IPBlock, one.nets)


def _inside(peer: PodPeer, one: NetworkSet, namespaces: Mapping[str, Namespace]) -> bool:
    if peer.namespace_selector is not None:
        known = namespaces.get(one.namespace) if one.namespace is not None else None
        return known is not None and matches(peer.namespace_selector, known.labels)
    return peer.namespace in (None, one.namespace)
