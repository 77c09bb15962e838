"""What a lint rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aksnetpol.policy.model.places import Location, Origin, Path, Severity

if TYPE_CHECKING:
    from aksnetpol.policy.lint.context import Context


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a source.

    Args:
        near: a place inside the document, to tell it from the others of its file.
        path: the field that is changed; for an insertion, the mapping that gets a key.
        value: the new text of a scalar; None removes the item of a list.
        key: insert `key: value` into the mapping instead.
    """

    near: Location
    path: Path
    value: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """How a finding is mended in its source.

    Args:
        title: what it does, in a few words.
        edit: the change.
        changes_verdicts: it makes the engine decide otherwise; else never.
    """

    title: str
    edit: Edit
    changes_verdicts: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do.

    Args:
        id: of the rule.
        location: None when it is about the cluster or the engine as a whole.
        subject: the object that it is about, such as "NetworkPolicy demo/allow"; may be empty.
        source: of the rule.
    """

    id: str
    severity: Severity
    message: str
    remedy: str
    source: str
    location: Location | None = None
    subject: str = ""
    fix: Fix | None = None


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
    """

    id: str
    severity: Severity
    summary: str
    remedy: str
    source: str
    check: Callable[[Context], Iterable[Hit]]
    engines: frozenset[str] = frozenset()
    fix: str = ""


NPM_PLANES = frozenset({"npm-linux", "npm-windows", "npm-lite"})
WINDOWS_PLANES = frozenset({"npm-windows"})
CILIUM_PLANES = frozenset({"cilium"})
CALICO_PLANES = frozenset({"calico"})
LEARN = "AKS docs, use-network-policies"
API = "Kubernetes API reference, NetworkPolicySpec"
WEBSITE = "Kubernetes docs, Network Policies"
