"""What an engine profile is made of: the specification, and what an engine does otherwise as rows.

A profile is a dataplane per node operating system; a dataplane is the specification plus `Delta` rows.
Nothing else in this package asks which engine it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aksnetpol.policy.model.cluster import Cluster, ContainerKind, NodeOs, Policy, PolicyKind


@dataclass(frozen=True, slots=True)
class Settings:
    """What the specification leaves to engines; None is "not defined".

    Args:
        enforces: the kinds that the engine reads.
        ip_block_pods: whether an ipBlock matches the addresses of pods.
        ip_block_nodes: whether it matches those of nodes.
        host_network_selected: whether selectors select hostNetwork pods.
        pod_to_own_node: whether a pod always reaches the node it runs on; False: by policy.
        sctp: whether SCTP policies work as written.
        same_named_port: whether one name may stand for different numbers on different pods.
        named_ports: whose ports a port's name is looked up among.
        unenforced: no policy is enforced on such nodes at all.
    """

    enforces: frozenset[PolicyKind]
    ip_block_pods: bool | None = None
    ip_block_nodes: bool | None = None
    host_network_selected: bool | None = None
    pod_to_own_node: bool | None = False
    sctp: bool | None = True
    same_named_port: bool | None = True
    named_ports: frozenset[ContainerKind] = frozenset({ContainerKind.CONTAINER, ContainerKind.SIDECAR})
    unenforced: bool = False


@dataclass(frozen=True, slots=True)
class Delta:
    """One deviation of an engine from the specification.

    Args:
        id: stable; findings and explanations quote it.
        effect: what is different, in a sentence.
        source: where that is written.
        setting: a field of Settings and its value here.
        reads: kinds that the engine reads in these versions, beside those that it always does.
        translate: what the engine makes of a policy; None is returned for one that it does not install.
        adds: what the engine does by itself, as policies.
        since: first version with it; empty is from the start.
        until: first version without it; empty is none.
    """

    id: str
    effect: str
    source: str
    setting: tuple[str, Any] | None = None
    reads: frozenset[PolicyKind] = frozenset()
    translate: Callable[[Policy], Policy | None] | None = None
    adds: Callable[[Cluster], Iterable[Policy]] | None = None
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Dataplane:
    """An engine on the nodes of one operating system."""

    name: str
    version: str
    base: Settings
    deltas: tuple[Delta, ...] = ()

    @cached_property
    def settings(self) -> Settings:
        """The base with the rows' settings."""
        values = {field: getattr(self.base, field) for field in Settings.__slots__}
        values.update(delta.setting for delta in self.active if delta.setting)
        return Settings(**values)

    @cached_property
    def active(self) -> tuple[Delta, ...]:
        """The rows that hold in this version."""
        return tuple(d for d in self.deltas if in_version(d, self.version))

    def read_by(self, kind: PolicyKind) -> Delta | None:
        """Return the row that says which versions read a kind; None where it is not up to the version."""
        return next((delta for delta in self.deltas if kind in delta.reads), None)

    def reads(self, kind: PolicyKind) -> bool:
        """Tell whether the engine reads a kind; a version that is not named is one that does."""
        row = self.read_by(kind)
        return kind in self.settings.enforces or (
            row is not None and (not self.version or in_version(row, self.version))
        )

    def install(self, policy: Policy) -> tuple[Policy | None, tuple[Delta, ...]]:
        """Return what the engine makes of a policy, and the rows that made the difference."""
        if self.settings.unenforced:
            return None, (Delta("not-enforced", "no engine enforces policies on such a node", ""),)
        row = self.read_by(policy.kind)
        if not self.reads(policy.kind):
            kind = policy.kind.partition(".")[0]
            effect = f"{self.name} {self.version} does not read it: {row.effect}" if row else ""
            effect = effect or f"{self.name} does not read {kind}"
            return None, (Delta("kind-not-enforced", effect, row.source if row else ""),)
        applied: list[Delta] = [row] if row and not self.version else []
        for delta in self.active:
            if delta.translate is None:
                continue
            translated = delta.translate(policy)
            if translated is not policy:
                applied.append(delta)
            if translated is None:
                return None, tuple(applied)
            policy = translated
        return policy, tuple(applied)


@dataclass(frozen=True)
class Profile:
    """An engine on a cluster: a dataplane per node operating system.

    Args:
        default_os: taken for pods whose node's operating system is open.
    """

    name: str
    version: str
    linux: Dataplane
    windows: Dataplane
    default_os: NodeOs = NodeOs.LINUX

    def dataplane(self, node_os: NodeOs | None) -> Dataplane:
        """Return the dataplane that a pod on such a node has."""
        return self.windows if (node_os or self.default_os) is NodeOs.WINDOWS else self.linux

    def __str__(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name


def in_version(delta: Delta, version: str) -> bool:
    """Tell whether a row holds in a version; an empty version is the newest."""
    if not version:
        return not delta.until
    number = version_key(version)
    after = not delta.since or number >= version_key(delta.since)
    return after and (not delta.until or number < version_key(delta.until))


def version_key(version: str) -> tuple[int, ...]:
    """Return 1.16.16, v1.17 or 2026-09 as numbers to compare."""
    parts = version.lstrip("v").replace("-", ".").split(".")
    return tuple(int(part) for part in parts if part.isdecimal())
