"""The policies that open one connection, as YAML to paste, and what the evaluator says that they open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from aksnetpol.policy.analysis.groups import Members
from aksnetpol.policy.ask.diff import Change, diff
from aksnetpol.policy.ask.reach import Reachability, analyze
from aksnetpol.policy.ask.verdict import Reasons, Verdict
from aksnetpol.policy.generate.label_classes import LabelClasses
from aksnetpol.policy.generate.manifest import Manifest, as_yaml, network_policy, pods_of_namespace
from aksnetpol.policy.load import load_objects
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import Cluster, Direction, Node, Pod, Policy, Protocol
from aksnetpol.policy.model.endpoints import Endpoint, External

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST = 63


@dataclass(frozen=True, slots=True)
class Opening:
    """Policies that together open a connection.

    Args:
        text: as YAML, one document for each side that denies.
        others: what else they open or close; empty where it is that connection and no other.
    """

    text: str
    others: tuple[Change, ...]


def opening(reach: Reachability, verdict: Verdict) -> Opening | None:
    """Return policies of their own that open a denied connection; None where no NetworkPolicy does.

    Nothing is added to a policy that is there: one that is for a whole namespace would open it for all.

    Args:
        reach: where it was asked.
        verdict: what was answered.
    """
    if verdict.allowed or verdict.doubts or verdict.parts or verdict.protocol not in list(Protocol):
        return None
    classes = LabelClasses(reach.cluster.pods)
    made = [_policy(side, pod, other, verdict, classes) for side, pod, other in _denied(verdict)]
    policies = [one for one in made if one is not None]
    if not policies or len(policies) != len(made):
        return None
    after = _with(reach, policies)
    if not after.can(verdict.source, verdict.destination, verdict.port, verdict.protocol).allowed:
        return None
    changes = diff(reach, after).changes
    others = tuple(one for one in changes if not _is_asked(one, verdict, reach.cluster))
    return Opening(as_yaml(policies, ()), others)


def _denied(verdict: Verdict) -> Iterator[tuple[Reasons, Endpoint, Endpoint]]:
    for side, pod, other in (
        (verdict.egress, verdict.source, verdict.destination),
        (verdict.ingress, verdict.destination, verdict.source),
    ):
        if side is not None and not side.allowed:
            yield side, pod, other


def _policy(
    side: Reasons, pod: Endpoint, other: Endpoint, verdict: Verdict, classes: LabelClasses
) -> Manifest | None:
    """Return the policy of one side; None where a rule denies, or no NetworkPolicy can name the other one."""
    peers = list(_peers(other, classes))
    if side.decided is not None or not isinstance(pod, Pod) or not peers:
        return None
    port: Manifest = {"protocol": verdict.protocol}
    if verdict.port is not None:
        port["port"] = verdict.port
    way = "to" if side.direction is Direction.EGRESS else "from"
    rule: Manifest = {way: peers, "ports": [port]}
    name = _name(f"allow-{pod.identity.name}-{way}-{_short(other)}", verdict.port)
    return network_policy(pod.namespace, name, classes.of(pod).selector, {side.direction: [rule]})


def _peers(other: Endpoint, classes: LabelClasses) -> Iterator[Manifest]:
    match other:
        case Pod() if not other.host_network:
            yield pods_of_namespace(other.namespace, classes.of(other).selector)
        case External():
            yield {"ipBlock": {"cidr": other.cidr}}
        case Node():
            for address in other.addresses:
                yield {"ipBlock": {"cidr": addresses.cidr_of(address)}}
        case _:
            return


def _short(other: Endpoint) -> str:
    return other.identity.name if isinstance(other, Pod) else str(other).removeprefix("node/")


def _name(text: str, port: int | None) -> str:
    name = _NOT_IN_A_NAME.sub("-", f"{text}{f'-{port}' if port is not None else ''}".lower())
    return name.strip("-")[:_LONGEST].strip("-")


def _with(reach: Reachability, policies: Iterable[Manifest]) -> Reachability:
    added: list[Policy] = list(load_objects(policies, "added").cluster.policies)
    cluster: Cluster = replace(reach.cluster, policies=[*reach.cluster.policies, *added])
    return analyze(cluster, reach.profile)


def _is_asked(change: Change, verdict: Verdict, cluster: Cluster) -> bool:
    """Tell whether a change is what was asked for: that port, and pods of the two workloads only."""
    ports = [(one.protocol, one.first, one.last) for one in change.ports.ranges]
    wanted = (0, 65535) if verdict.port is None else (verdict.port, verdict.port)
    return (
        change.opens
        and ports == [(Protocol(verdict.protocol), *wanted)]
        and _is(change.sources, verdict.source, cluster)
        and _is(change.destinations, verdict.destination, cluster)
    )


def _is(members: Members, end: Endpoint, cluster: Cluster) -> bool:
    if isinstance(end, External):
        return members == Members(addresses=(end.cidr,))
    if isinstance(end, Node):
        return members.nodes == (end.name,) and not (members.namespaces or members.workloads or members.pods)
    if not isinstance(end, Pod) or members.addresses or members.domains or members.nodes:
        return False
    meant = (
        pod.identity == end.identity
        for pod in cluster.pods
        if pod.namespace in members.namespaces
        or pod.identity in members.workloads
        or str(pod) in members.pods
    )
    return all(meant)
