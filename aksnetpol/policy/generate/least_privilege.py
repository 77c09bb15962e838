"""The fewest rights that a list of flows needs: a default-deny per namespace, and exact policies on top.

Pods are told apart by namespace and labels, as policies can: see `label_classes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aksnetpol.policy.errors import PolicyError
from aksnetpol.policy.generate.flows import End, Flow
from aksnetpol.policy.generate.label_classes import LabelClass, LabelClasses, stable
from aksnetpol.policy.generate.manifest import BOTH, Manifest, network_policy, pods_of_namespace
from aksnetpol.policy.generate.templates import default_deny
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import Direction, Pod, Protocol
from aksnetpol.policy.model.endpoints import External

PEERS_KEY = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
SYSTEM = "kube-"  # namespaces that no one asked about and that clusters depend on
MOST_NAMES = 5

Port = tuple[Protocol, int]
Peer = LabelClass | External


@dataclass(frozen=True, slots=True)
class Generated:
    """Policies, in the order of namespaces and names.

    Args:
        notes: where the policies allow more than the flows, or less; a sentence each.
    """

    policies: tuple[Manifest, ...]
    notes: tuple[str, ...]


def from_flows(
    flows: Sequence[Flow],
    pods: Iterable[Pod],
    namespaces: Iterable[str] = (),
    directions: Sequence[Direction] = BOTH,
) -> Generated:
    """Return policies that allow the flows and, for the pods of their namespaces, nothing else.

    Args:
        pods: all pods of the cluster, as far as known; the ends of flows are added.
        namespaces: to isolate; empty is all that the flows touch, but for those named kube-*.
        directions: in which to isolate.

    Raises:
        PolicyError: there is nothing to isolate, or a namespace would get a default-deny and no more.
    """
    ends = [end for flow in flows for end in (flow.source, flow.destination)]
    known = {
        (pod.namespace, pod.name): pod for pod in (*pods, *(end for end in ends if isinstance(end, Pod)))
    }
    of_flows = {(end.namespace, end.name) for end in ends if isinstance(end, Pod)}
    there = [pod for key, pod in known.items() if key in of_flows or not (pod.finished or pod.host_network)]
    touched = {end.namespace for end in ends if isinstance(end, Pod)}
    isolated = set(namespaces) or {name for name in touched if not name.startswith(SYSTEM)}
    if not isolated:
        raise PolicyError("No flow has a pod of a namespace to isolate: name one with --namespace.")
    if strange := sorted(isolated - touched):
        raise PolicyError(
            f"No flow has a pod of the namespace {strange[0]}: all in it would be denied. Name another, give "
            f"more flows, or make just that by: aksnetpol generate default-deny {strange[0]}"
        )
    unlabelled = _unlabelled(ends)
    flows = [flow for flow in flows if not {str(flow.source), str(flow.destination)} & unlabelled.keys()]
    left_with = {
        end.namespace for flow in flows for end in (flow.source, flow.destination) if isinstance(end, Pod)
    }
    if closed := sorted(isolated - left_with):
        raise PolicyError(
            f"All in the namespace {closed[0]} would be denied: {'; '.join(unlabelled.values())}."
        )
    classes = LabelClasses(there)
    policies: list[Manifest] = []
    for namespace in sorted(isolated):
        policies.append(default_deny(namespace, directions))
        policies += _policies(namespace, _allowed(flows, classes, namespace, directions))
    left = sorted(touched - isolated)
    notes = [f"not isolated, because not asked for: {', '.join(left)}"] if left else []
    notes += unlabelled.values()
    notes += [*_same_labels(flows, classes, isolated), *_pods_in_blocks(flows, there)]
    return Generated(tuple(policies), tuple(notes))


def _unlabelled(ends: Iterable[End]) -> dict[str, str]:
    """Return the pods that no selector would mean for long, and what to do about each.

    An empty selector would mean all pods of the namespace; one by a run's own labels, none of the next.
    """
    return {
        str(end): f"{end} has no label that stays: its flows are left out; label the template of its workload"
        for end in ends
        if isinstance(end, Pod) and not stable(end)
    }


Rights = dict[LabelClass, dict[Direction, dict[Peer, set[Port]]]]


def _allowed(
    flows: Iterable[Flow], classes: LabelClasses, namespace: str, directions: Sequence[Direction]
) -> Rights:
    """Return what each class of a namespace may do: ports by peer, in each direction."""
    rights: Rights = {}
    for flow in flows:
        for direction in directions:
            end, other = flow.source, flow.destination
            if direction is Direction.INGRESS:
                end, other = other, end
            if isinstance(end, Pod) and end.namespace == namespace:
                peers = rights.setdefault(classes.of(end), {}).setdefault(direction, {})
                peers.setdefault(_peer(other, classes), set()).add((flow.protocol, flow.port))
    return rights


def _peer(end: End, classes: LabelClasses) -> Peer:
    if isinstance(end, Pod):
        return classes.of(end)
    return External(addresses.cidrs([end.interval])[0])


def _policies(namespace: str, rights: Rights) -> Iterator[Manifest]:
    """Yield a policy for each class, by name."""
    used: dict[str, int] = {}
    for name, labelled in sorted(
        ((_name(one), one) for one in rights), key=lambda pair: (pair[0], pair[1].labels)
    ):
        used[name] = used.get(name, 0) + 1
        unique = name if used[name] == 1 else f"{name}-{used[name]}"
        rules = {
            direction: list(_rules(namespace, direction, peers))
            for direction, peers in rights[labelled].items()
        }
        yield network_policy(namespace, unique, labelled.selector, rules)


def _name(labelled: LabelClass) -> str:
    """Return a name that Kubernetes takes (RFC 1123 subdomain)."""
    return f"allow-{re.sub('[^a-z0-9]+', '-', labelled.name.lower()).strip('-') or 'pods'}"


def _rules(namespace: str, direction: Direction, peers: dict[Peer, set[Port]]) -> Iterator[Manifest]:
    """Yield a rule for each set of ports, with all peers that have just these."""
    by_ports: dict[tuple[Port, ...], list[Peer]] = {}
    for peer, ports in peers.items():
        by_ports.setdefault(tuple(sorted(ports, key=lambda port: (port[1], port[0]))), []).append(peer)
    for ports, same in sorted(
        by_ports.items(), key=lambda item: [(number, name) for name, number in item[0]]
    ):
        yield {
            PEERS_KEY[direction]: [_peer_manifest(namespace, peer) for peer in sorted(same, key=_peer_order)],
            "ports": [{"port": number, "protocol": str(protocol)} for protocol, number in ports],
        }


def _peer_order(peer: Peer) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    if isinstance(peer, LabelClass):
        return 0, peer.namespace, peer.labels
    return 1, f"{peer.interval[0]:039d}", ()


def _peer_manifest(namespace: str, peer: Peer) -> Manifest:
    if isinstance(peer, External):
        return {"ipBlock": {"cidr": peer.cidr}}
    if peer.namespace == namespace:
        return {"podSelector": peer.selector}
    return pods_of_namespace(peer.namespace, peer.selector)


def _same_labels(flows: Iterable[Flow], classes: LabelClasses, isolated: set[str]) -> Iterator[str]:
    """Yield which workloads get each other's rights, because labels don't tell them apart."""
    found: dict[tuple[Peer, Peer, Port], set[tuple[str, str]]] = {}
    for flow in flows:
        pair = (_peer(flow.source, classes), _peer(flow.destination, classes))
        names = tuple(
            str(end.identity if isinstance(end, Pod) else end) for end in (flow.source, flow.destination)
        )
        found.setdefault((*pair, (flow.protocol, flow.port)), set()).add((names[0], names[1]))
    told: dict[LabelClass, None] = {}
    for (source, destination, _), pairs in found.items():
        ends = [
            end for end in (source, destination) if isinstance(end, LabelClass) and len(end.identities) > 1
        ]
        if ends and isolated & {end.namespace for end in ends}:
            told |= dict.fromkeys(ends if len(pairs) < _possible(source, destination) else ())
    for one in told:
        names = [str(ref) for ref in one.identities]
        shown = ", ".join(names[:MOST_NAMES]) + (" and others" if len(names) > MOST_NAMES else "")
        yield f"labels don't tell apart {shown}: what one is allowed, each is"


def _possible(source: Peer, destination: Peer) -> int:
    """Return how many pairs of identities there are, a single pod with itself left out."""
    refs = [end.identities if isinstance(end, LabelClass) else () for end in (source, destination)]
    alone = sum(ref.kind == "Pod" for ref in refs[0]) if source == destination else 0
    return max(len(refs[0]), 1) * max(len(refs[1]), 1) - alone


def _pods_in_blocks(flows: Iterable[Flow], pods: Sequence[Pod]) -> Iterator[str]:
    """Yield which address ranges hold pods, whom some engines let in by them."""
    points = [addresses.address_point(ip) for pod in pods for ip in pod.ips]
    ends = {end for flow in flows for end in (flow.source, flow.destination) if isinstance(end, External)}
    for end in sorted(ends, key=lambda end: end.interval):
        first, last = end.interval
        if any(first <= point < last for point in points):
            yield f"{end} holds addresses of pods: whether an ipBlock lets pods in depends on the engine"


__all__ = ["Generated", "from_flows"]
