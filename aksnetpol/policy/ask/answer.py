"""Answers about a connection as a user means it: by group of endpoints that policies tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aksnetpol.policy.analysis.snapshot import Analysis, Snapshot
from aksnetpol.policy.ask.ends import End, Port, end, stand_in
from aksnetpol.policy.ask.pair import Question, ask, ended_verdict
from aksnetpol.policy.ask.verdict import Verdict
from aksnetpol.policy.model.cluster import Certainty, Node, Pod
from aksnetpol.policy.model.endpoints import Domain, Endpoint, External
from aksnetpol.policy.model.ports import PortSet

_FORWARDED = ("LoadBalancer", "NodePort")


@dataclass(frozen=True, slots=True)
class _Group:
    """Endpoints that no policy tells apart, and the port that the connection has there."""

    members: tuple[Endpoint, ...]
    port: Port

    def beside(self, other: Endpoint) -> Endpoint:
        """Return one of them, another than the other side where there are several."""
        return next((one for one in self.members if one is not other), self.members[0])


def answer(
    snapshot: Snapshot, src: str | Endpoint, dst: str | Endpoint, port: int | str | None, protocol: str
) -> Verdict:
    """Return the verdict; see `Reachability.can`.

    Raises:
        UnknownEndpointError: no such source, destination or port.
    """
    source, destination = (
        end(snapshot.cluster, src, None, protocol),
        end(snapshot.cluster, dst, port, protocol),
    )
    asked = ""
    if source.service or destination.service or len(source.members) > 1 or len(destination.members) > 1:
        shown = f"{port}/{protocol}" if port is not None else f"any {protocol} port"
        asked = f"{source.name} -> {destination.name} on {shown}"
    if source.missing or destination.missing:
        return _unknown(source, destination, protocol, asked)
    sources, destinations = _groups(snapshot, source, destination), _groups(snapshot, destination, source)
    verdicts = [
        _one(snapshot, Question(one.members[0], other.beside(one.members[0]), other.port, protocol))
        for one in sources
        for other in destinations
    ]
    found = _together(verdicts)
    notes = (*_leads(destination, destinations, port, protocol), *found.notes)
    if _from_outside(source, destination):
        client, certainty = _client(source, destination, found.certainty)
        found, notes = replace(found, certainty=certainty), (*notes, client)
    return replace(found, notes=notes, asked=asked)


def _one(snapshot: Snapshot, question: Question) -> Verdict:
    ended = [one for one in (question.source, question.destination) if isinstance(one, Pod) and one.finished]
    return ended_verdict(question, ended[0]) if ended else ask(snapshot, question)


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    """Return one verdict: the first that is no, where they differ, with all of them."""
    first = next((one for one in verdicts if not one.allowed), verdicts[0])
    if len({(one.allowed, one.certainty) for one in verdicts}) == 1:
        return first
    return replace(first, parts=tuple(verdicts))


def _groups(snapshot: Snapshot, side: End, other: End) -> list[_Group]:
    if len(side.members) == 1:
        return [_Group((side.members[0][0],), side.members[0][1])]
    pods = [one for one, _ in side.members if isinstance(one, Pod)]
    classes = Analysis([snapshot.about(pods, frozenset())]).universe.class_of if pods else {}
    by_node = any(
        isinstance(one, Node) or (isinstance(one, Pod) and one.host_network) for one, _ in other.members
    )
    found: dict[tuple[object, Port], list[Endpoint]] = {}
    for one, number in side.members:
        key: object = one
        if isinstance(one, Pod):
            place = one.node if by_node or one.host_network else ""
            key = (classes.get((0, one.namespace, one.name)), place)
        found.setdefault((key, number), []).append(one)
    return [_Group(tuple(ones), number) for (_, number), ones in found.items()]


def _unknown(source: End, destination: End, protocol: str, asked: str) -> Verdict:
    """Return that nobody knows, and what the input lacks."""

    def one(side: End) -> tuple[Endpoint, Port]:
        if side.members:
            return side.members[0]
        assert side.service is not None
        return stand_in(side.service), None

    (first, _), (second, number) = one(source), one(destination)
    return Verdict(
        allowed=False,
        certainty=Certainty.UNKNOWN,
        source=first,
        destination=second,
        port=number,
        protocol=protocol,
        ports=PortSet(()),
        notes=tuple(text for text in (source.missing, destination.missing) if text),
        asked=asked,
    )


def _leads(
    destination: End, groups: Sequence[_Group], port: int | str | None, protocol: str
) -> Iterator[str]:
    """Say what a Service is rewritten to, before any policy is asked."""
    if destination.service is None:
        return
    ends = ", ".join(
        f"{group.members[0]}{f' and {len(group.members) - 1} more' if len(group.members) > 1 else ''}"
        f"{f' on {group.port}/{protocol}' if group.port is not None else ''}"
        for group in groups
    )
    what = f"{destination.name}{f' on {port}' if port is not None else ''}"
    yield f"{what} leads to {ends}, which is what policies see"


def _from_outside(source: End, destination: End) -> bool:
    """Tell whether a client outside comes through a load balancer or a node."""
    service = destination.service
    outside = all(isinstance(one, External | Domain) for one, _ in source.members)
    return service is not None and service.type in _FORWARDED and outside and source.service is None


def _client(source: End, destination: End, certainty: Certainty) -> tuple[str, Certainty]:
    """Say what becomes of a client's address, and how sure an answer about it is.

    Source: Kubernetes docs, Using Source IP; which node forwards, and how, is the engine's.
    """
    if destination.service and destination.service.external_traffic_policy == "Local":
        return f"externalTrafficPolicy Local keeps the client's address {source.name}", certainty
    note = (
        "externalTrafficPolicy Cluster: the node that forwards may put its own address for the client's, "
        f"so that policies see a node and not {source.name}; Local keeps it"
    )
    return note, Certainty.ENGINE_DEFINED if certainty is Certainty.CERTAIN else certainty
