"""What `pulumi preview --json` says, as typed steps."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aksnetpol.deploy.diagnostics import Diagnostic, diagnostic
from aksnetpol.deploy.errors import DeployError

_UNCHANGED = frozenset({"same", "read"})
# Halves of a replacement, and the look at the live resource that comes before its own step.
_PARTS = frozenset(
    {"create-replacement", "delete-replaced", "discard-replaced", "remove-pending-replace", "refresh"}
)


@dataclass(frozen=True)
class PropertyChange:
    """One leaf that differs.

    Args:
        path: such as "networkProfile.networkPolicy".
        kind: add, delete, update, each also with "-replace".
        input_diff: the difference lies between old and new inputs rather than in the live state.
    """

    path: str
    kind: str
    input_diff: bool

    @property
    def replaces(self) -> bool:
        """Whether this leaf alone makes the resource be replaced."""
        return self.kind.endswith("-replace")


@dataclass(frozen=True)
class Step:
    """What the engine would do to one resource.

    Args:
        op: same, create, update, replace, delete, ...
        urn: of the resource.
        replace_keys: properties that force a replacement.
        changes: leaf by leaf.
        old, new: the resource's inputs before and after; secrets are "[secret]".
    """

    op: str
    urn: str
    replace_keys: tuple[str, ...] = ()
    changes: tuple[PropertyChange, ...] = ()
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None

    @property
    def type(self) -> str:
        """The resource's type token."""
        return self.urn.split("::")[2].rsplit("$", 1)[-1]

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return self.urn.split("::", 3)[3]

    @property
    def changes_something(self) -> bool:
        """Whether an up would touch the resource."""
        return self.op not in _UNCHANGED


@dataclass(frozen=True)
class Preview:
    """The engine's plan.

    Args:
        steps: one for each resource: of a replacement the "replace", not its halves.
        diagnostics: warnings and errors, from the program and the providers.
    """

    steps: tuple[Step, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def changed(self) -> tuple[Step, ...]:
        """The steps that do something."""
        return tuple(step for step in self.steps if step.changes_something)

    @property
    def counts(self) -> dict[str, int]:
        """How many resources by op."""
        return dict(Counter(step.op for step in self.steps))


def parse(text: str) -> Preview:
    """Read the engine's JSON.

    Raises:
        DeployError: it is not what the engine writes.
    """
    try:
        document = json.loads(text)
        steps = tuple(_step(raw) for raw in document.get("steps") or ())
        said = tuple(
            diagnostic(raw.get("severity", "error"), raw.get("urn") or "", raw.get("message") or "")
            for raw in document.get("diagnostics") or ()
        )
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DeployError(f"The engine's preview is not the JSON that was expected: {error}.") from error
    return Preview(whole(steps), said)


def whole(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Leave out the halves of replacements, and looks at live resources."""
    return tuple(step for step in steps if step.op not in _PARTS)


def _step(raw: dict[str, Any]) -> Step:
    detailed = raw.get("detailedDiff") or {}
    return Step(
        op=raw["op"],
        urn=raw["urn"],
        replace_keys=tuple(raw.get("replaceReasons") or ()),
        changes=tuple(
            PropertyChange(path, change["kind"], bool(change.get("inputDiff")))
            for path, change in detailed.items()
        ),
        old=_inputs(raw.get("oldState")),
        new=_inputs(raw.get("newState")),
    )


def of_event(metadata: Any) -> Step:
    """The step that an engine event announces (pulumi.automation.StepEventMetadata), without its inputs."""
    detailed: dict[str, Any] = metadata.detailed_diff or {}
    return Step(
        op=str(metadata.op.value),
        urn=metadata.urn,
        replace_keys=tuple(metadata.keys or ()),
        changes=tuple(
            PropertyChange(path, str(change.diff_kind.value), bool(change.input_diff))
            for path, change in detailed.items()
        ),
    )


def _inputs(state: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if state is None else state.get("inputs") or {}
