"""What an answer hangs on that the input does not tell, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aksnetpol.policy.analysis.compile import CompiledRule, CompiledSection, Compiler
from aksnetpol.policy.ask.verdict import Covers
from aksnetpol.policy.model.cluster import Action, Cluster, Direction, Pod, Rule
from aksnetpol.policy.model.endpoints import Endpoint
from aksnetpol.policy.model.peers import (
    CombinedPeer,
    DomainPeer,
    Entity,
    EntityPeer,
    IPBlock,
    Peer,
    PodPeer,
    UnknownPeer,
)

VERBS = {Action.ALLOW: "allow", Action.DENY: "deny", Action.PASS: "pass on"}


def doubts(
    compiler: Compiler,
    sections: Sequence[CompiledSection],
    direction: Direction,
    pod: int,
    bit: int,
    other: Endpoint,
    covers: Covers,
) -> Iterator[str]:
    """Yield each rule that may or may not be about a connection, and why nobody knows.

    Args:
        sections: that select the pod, or may.
        pod: the class whose side it is.
        bit, other: of the other side, and what it stands for.
        covers: tells whether a rule has the asked port.
    """
    for section in sections:
        if section.subject.unknown >> pod & 1:
            sample = compiler.side.samples[pod]
            why = (
                _why(section.policy.subject, sample, compiler.side.cluster)
                if sample
                else "its pods are not known"
            )
            yield f"{section.policy} ({_place(section)}) may select {sample}: {why}"
            continue
        for number, rule in enumerate(section.rules, 1):
            if (why := _unknown(compiler, section, rule, pod, bit, other)) and covers(rule):
                verb = VERBS[rule.rule.action]
                place = rule.rule.origin.location if rule.rule.origin else _place(section)
                yield f"{section.policy} {direction} rule {number} ({place}) may {verb} it: {why}"


def _place(section: CompiledSection) -> object:
    return section.policy.location or "engine"


def _unknown(
    compiler: Compiler, section: CompiledSection, rule: CompiledRule, pod: int, bit: int, other: Endpoint
) -> str:
    """Return why it is not known whether a rule is about both; empty where it is known."""
    if rule.subject is not None and rule.subject.unknown >> pod & 1 and rule.peers.perhaps() >> bit & 1:
        return "what narrows its own side is not modelled"
    if not rule.peers.unknown >> bit & 1:
        return ""
    selection = compiler.selection(section.installed)
    unsure = [peer for peer in rule.rule.peers or () if selection.match(peer).unknown >> bit & 1]
    parts = [part for peer in unsure for part in (peer.all_of if isinstance(peer, CombinedPeer) else (peer,))]
    doubtful = [part for part in parts if selection.match(part).unknown >> bit & 1]
    whys = [_why(part, other, compiler.side.cluster) for part in doubtful or parts]
    return "; ".join(dict.fromkeys(whys))


def unresolved(rule: Rule) -> Iterator[str]:
    """Yield why it is not known whom a rule is about, whoever the other side is."""
    for peer in rule.peers or ():
        for part in (*peer.all_of, *peer.none_of) if isinstance(peer, CombinedPeer) else (peer,):
            yield from _untold(part)


def _untold(peer: Peer) -> Iterator[str]:
    """Yield why nobody knows whom a peer means, whoever is asked about; nothing where that is known."""
    match peer:
        case UnknownPeer():
            yield peer.text
        case EntityPeer(entity=Entity.OTHER):
            yield f"who {peer.name} is, the input does not tell"
        case PodPeer(perhaps=True):
            yield "the labels of service accounts are not in the input"
        case _:
            return


def learns_names(sections: Iterable[CompiledSection]) -> bool:
    """Tell whether Cilium learns the names that a pod looks up, of whose egress these are all sections.

    Source: Cilium docs, DNS based policies: a rule with `rules.dns` must let the lookups through.
    """
    asked = (text for section in sections for rule in section.section.rules for text in rule.application)
    return any(text.startswith("DNS ") for text in asked)


def _why(peer: Peer, other: Endpoint, cluster: Cluster) -> str:
    for why in _untold(peer):
        return why
    match peer:
        case EntityPeer():
            return f"who {peer.name} is, the input does not tell"
        case DomainPeer():
            return f"which addresses {peer.pattern} has, the input does not tell"
        case IPBlock():
            return f"which address {other} has, the input does not tell"
        case PodPeer() if isinstance(other, Pod):
            return _labels(other, cluster)
        case _:
            return f"labels of {other} are not in the input"


def _labels(pod: Pod, cluster: Cluster) -> str:
    namespace = cluster.namespaces.get(pod.namespace)
    if pod.unknown_labels:
        keys = ", ".join(sorted(pod.unknown_labels))
        return f"a controller adds labels to {pod} whose values no manifest tells: {keys}"
    if namespace is None or not namespace.declared:
        return f"the labels of namespace {pod.namespace} are not in the input"
    return f"labels of {pod} are not in the input"
