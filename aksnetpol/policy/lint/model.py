"""What a lint rule is, and where it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aksnetpol.findings import Fix, Severity, Topic
from aksnetpol.policy.model.places import Origin

if TYPE_CHECKING:
    from aksnetpol.policy.lint.context import Context


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule's condition holds; the rule brings the rest of the finding."""

    message: str
    origin: Origin | None = None
    subject: str = ""
    fix: Fix | None = None
    severity: Severity | None = None
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the linter's table.

    Args:
        id: stable.
        summary: what it finds, in a phrase.
        remedy: what to do.
        source: where that is written.
        check: yields the hits.
        engines: names of the dataplanes that it is about; empty is every one.
        fix: what `--fix` does about it; empty is nothing.
        topic: what its findings are about.
    """

    id: str
    severity: Severity
    summary: str
    remedy: str
    source: str
    check: Callable[[Context], Iterable[Hit]]
    engines: frozenset[str] = frozenset()
    fix: str = ""
    topic: Topic = Topic.POLICY


NPM_PLANES = frozenset({"npm-linux", "npm-windows", "npm-lite"})
WINDOWS_PLANES = frozenset({"npm-windows"})
CILIUM_PLANES = frozenset({"cilium"})
CALICO_PLANES = frozenset({"calico"})
LEARN = "AKS docs, use-network-policies"
API = "Kubernetes API reference, NetworkPolicySpec"
WEBSITE = "Kubernetes docs, Network Policies"
