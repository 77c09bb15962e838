"""What made a connection change: policies, label edits of pods and namespaces, or the engine itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, product

from aksnetpol.findings import Location
from aksnetpol.policy.analysis.compile import Compiled, CompiledSection, reads_differently
from aksnetpol.policy.analysis.snapshot import Analysis
from aksnetpol.policy.engines.dataplane import Delta
from aksnetpol.policy.model.cluster import Direction, NamedPort, Pod, Policy, PolicyKind
from aksnetpol.policy.model.peers import CombinedPeer, IPBlock, Peer
from aksnetpol.policy.model.selectors import members

OLD, NEW = 0, 1
SAMPLE = 4  # pods of each side of a group whose causes are looked for


class CauseKind(StrEnum):
    """What was edited."""

    POLICY_ADDED = "policy added"
    POLICY_REMOVED = "policy removed"
    POLICY_CHANGED = "policy changed"
    POD_LABELS = "pod labels changed"
    POD_CHANGED = "pod changed"
    NAMESPACE_LABELS = "namespace labels changed"
    ENGINE = "engine"
    WORKLOAD = "workload appeared or vanished"


@dataclass(frozen=True, slots=True)
class Cause:
    """One edit that took part in a change.

    Args:
        subject: what was edited, as text.
        detail: how: "app: web -> db", or an engine row's effect.
        location: in the new snapshot, else in the old one.
    """

    kind: CauseKind
    subject: str
    detail: str = ""
    location: Location | None = None


class Causes:
    """Finds causes for one pair at a time: policies asked on either side, and edits of the two ends."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.universe = analysis.universe
        self.policies = [
            {policy.key: policy for policy in snapshot.cluster.policies} for snapshot in analysis.snapshots
        ]
        self.same_engine = analysis.snapshots[OLD].profile == analysis.snapshots[NEW].profile

    def of_group(self, sources: int, destinations: int, ports: int) -> tuple[Cause, ...]:
        """Return the fewest causes that explain a sample of the group's pairs, policies first.

        Pairs with few causes are taken first; a pair that one of the causes so far explains adds none, so
        that an edit which is there by chance is not told.
        """
        pairs = product(islice(members(sources), SAMPLE), islice(members(destinations), SAMPLE))
        found: dict[Cause, None] = {}
        for causes in sorted(
            (self._of(source, destination, ports) for source, destination in pairs), key=len
        ):
            if not any(cause in found for cause in causes):
                found.update(dict.fromkeys(causes))
        order = list(CauseKind)
        return tuple(sorted(found, key=lambda cause: order.index(cause.kind)))

    def _of(self, source: int, destination: int, ports: int) -> tuple[Cause, ...]:
        """Return the causes of a change between two bits on some ports."""
        found: dict[Cause, None] = {}
        ends = [bit for bit in (source, destination) if bit < self.universe.first_node]
        for end in ends:
            found.update(dict.fromkeys(self._edits(end)))
        for direction, pod, peer in (
            (Direction.EGRESS, source, destination),
            (Direction.INGRESS, destination, source),
        ):
            if pod in ends:
                found.update(dict.fromkeys(self._policies(direction, pod, peer, ports)))
        return tuple(found)

    def _policies(self, direction: Direction, pod: int, peer: int, ports: int) -> Iterator[Cause]:
        """Yield the policies that differ and that select the pod in this direction, on either side."""
        for snapshot in (OLD, NEW):
            compiled = self.analysis.compiled[snapshot][direction]
            for entry in compiled.applied.get(pod, ()):
                if _matters(entry, peer, ports):
                    yield from self._policy(entry.installed.written)
                    if not self.same_engine and reads_differently(entry.installed, _kinds(compiled)):
                        yield from (_engine(entry.policy, delta) for delta in entry.installed.deltas)
            if not self.same_engine:
                yield from self._not_installed(snapshot, direction, pod)
        if not self.same_engine:
            yield from self._settings(
                pod, peer, self._by_address(direction, pod, peer), self._by_name(direction, pod)
            )

    def _by_address(self, direction: Direction, pod: int, peer: int) -> bool:
        """Tell whether a rule about the pod means the peer by its address, under either engine."""
        return any(
            compiler.selection(entry.installed).match(meant).perhaps() >> peer & 1
            for compiler, compiled in zip(self.analysis.compilers, self.analysis.compiled, strict=True)
            for entry in compiled[direction].applied.get(pod, ())
            for rule in entry.rules
            for meant in rule.rule.peers or ()
            if _is_block(meant)
        )

    def _by_name(self, direction: Direction, pod: int) -> bool:
        """Tell whether a rule about the pod means a port by its name."""
        return any(
            isinstance(port, NamedPort)
            for compiled in self.analysis.compiled
            for entry in compiled[direction].applied.get(pod, ())
            for rule in entry.section.rules
            for port in (*(rule.ports or ()), *rule.not_ports)
        )

    def _settings(self, number: int, peer: int, by_address: bool, by_name: bool) -> Iterator[Cause]:
        """Yield the rows of either engine that set how such a peer is matched, where the engines differ."""
        pods = [side.samples[number] for side in self.universe.sides]
        planes = [
            compiler.profile.dataplane(pod.node_os if pod else None)
            for compiler, pod in zip(self.analysis.compilers, pods, strict=True)
        ]
        hosts = self.universe.sides[OLD].host_network | self.universe.sides[NEW].host_network
        on_node = bool((self.universe.node_bits | hosts) >> peer & 1)
        is_pod = bool(self.universe.pod_bits >> peer & 1)
        relevant = {
            "ip_block_pods": by_address and is_pod and not on_node,
            "ip_block_nodes": by_address and on_node,
            "host_network_selected": is_pod and on_node,
            "named_ports": by_name,
        }
        for plane, other in (planes, planes[::-1]):
            for delta in plane.active:
                name, value = delta.setting or ("", None)
                if relevant.get(name) and getattr(other.settings, name) != value:
                    yield Cause(CauseKind.ENGINE, plane.name, f"{delta.effect} [{delta.id}]")

    def _not_installed(self, snapshot: int, direction: Direction, pod: int) -> Iterator[Cause]:
        for installed in self.analysis.compilers[snapshot].not_installed(pod):
            if installed.written.section(direction):
                yield from (_engine(installed.written, delta) for delta in installed.deltas)

    def _policy(self, policy: Policy) -> Iterator[Cause]:
        old, new = (policies.get(policy.key) for policies in self.policies)
        if old == new:
            return
        if old is None:
            kind = CauseKind.POLICY_ADDED
        else:
            kind = CauseKind.POLICY_REMOVED if new is None else CauseKind.POLICY_CHANGED
        shown = new or old
        yield Cause(kind, str(policy), location=shown.location if shown else None)

    def _edits(self, number: int) -> Iterator[Cause]:
        """Yield how a pod and its namespace were edited."""
        old, new = self.universe.classes[number].twins[0]
        if old is None or new is None:
            pod = old or new
            yield Cause(CauseKind.WORKLOAD, str(pod.identity) if pod else "", location=_place(pod))
            return
        asked = self.universe.mentions.labels
        labels = _edit(*({k: v for k, v in pod.labels.items() if k in asked} for pod in (old, new)))
        if labels:
            yield Cause(CauseKind.POD_LABELS, str(new.identity), labels, _place(new))
        network = [(self.universe.named_ports(pod), pod.node_os, pod.host_network) for pod in (old, new)]
        if network[0] != network[1]:
            yield Cause(CauseKind.POD_CHANGED, str(new.identity), "named ports, node or network", _place(new))
        namespaces = [side.cluster.namespaces.get(new.namespace) for side in self.universe.sides]
        edit = _edit(*(namespace.labels if namespace else dict[str, str]() for namespace in namespaces))
        if edit:
            after = namespaces[NEW]
            place = after.origin.location if after and after.origin else None
            yield Cause(CauseKind.NAMESPACE_LABELS, new.namespace, edit, place)


def _matters(entry: CompiledSection, peer: int, ports: int) -> bool:
    """Tell whether a section can decide about a peer and ports: it isolates, or a rule of it matches."""
    if entry.section.isolates:
        return True
    return any(rule.peers.perhaps() >> peer & 1 for rule in entry.rules) and bool(ports)


def _is_block(peer: Peer) -> bool:
    """Tell whether a peer means addresses, alone or combined, that engines match each in their way."""
    if isinstance(peer, CombinedPeer):
        return any(map(_is_block, (*peer.all_of, *peer.none_of)))
    return isinstance(peer, IPBlock) and not peer.in_cluster


def _kinds(compiled: Compiled) -> set[PolicyKind]:
    return {section.policy.kind for section in compiled.sections}


def _engine(policy: Policy, delta: Delta) -> Cause:
    return Cause(CauseKind.ENGINE, str(policy), f"{delta.effect} [{delta.id}]", policy.location)


def _edit(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return how two sets of labels differ, as text."""
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return ", ".join(f"{key}: {before.get(key, '(none)')} -> {after.get(key, '(none)')}" for key in keys)


def _place(pod: Pod | None) -> Location | None:
    return pod.origin.location if pod and pod.origin else None
