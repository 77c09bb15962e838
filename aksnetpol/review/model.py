"""The report on a change: what happens to a stack, and how much that deserves a look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from aksnetpol.engines.moves import LiveCluster, Networking, Plan, Refusal
from aksnetpol.findings import Finding, Severity, Topic
from aksnetpol.policy import ChangeKind, Difference, Loaded, Reachability

# The engine's word for a value that only an update tells (pulumi, sdk/go/common/resource/plugin/rpc.go).
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Risk(IntEnum):
    """How much a change deserves a look."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """For people."""
        return f"{self.name.lower()} risk" if self else "no change"


class Gate(StrEnum):
    """What can fail a pipeline."""

    OPENED = "opened"
    REPLACE = "replace"
    LINT_ERROR = "lint-error"
    RETIRED = "retired"


class Operation(StrEnum):
    """What an update does to a resource, worst first."""

    REPLACE = "replace"
    DELETE = "delete"
    UPDATE = "update"
    CREATE = "create"


@dataclass(frozen=True)
class Resource:
    """One resource of a program.

    Args:
        type: its token, such as "azure-native:containerservice:ManagedCluster".
        name: in the program.
        inputs: secrets are "[secret]", values that only an update tells are UNKNOWN.
        ignored: property paths that the program ignores changes of.
        deleted_with: URN of the resource that takes this one along.
        needs: URNs of the resources that the inputs come from.
    """

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ignored: tuple[str, ...] = ()
    protected: bool = False
    deleted_with: str = ""
    needs: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Kind and name for people."""
        return f"{self.type.rsplit(':', 1)[-1]} {self.name}"


@dataclass(frozen=True)
class PropertyChange:
    """One leaf of a resource's inputs.

    Args:
        path: such as "networkProfile.networkPolicy".
        old, new: None where it is absent; secrets are masked.
        replaces: its change alone makes the resource be replaced.
    """

    path: str
    old: Any
    new: Any
    replaces: bool = False


@dataclass(frozen=True)
class ResourceChange:
    """What happens to one resource.

    Args:
        follows: label of the resource whose replacement takes this one along; else empty.
    """

    operation: Operation
    resource: Resource
    changes: tuple[PropertyChange, ...] = ()
    follows: str = ""


@dataclass(frozen=True)
class EngineChange:
    """Another networking, and the way there."""

    old: Networking
    new: Networking
    plan: Plan | Refusal


@dataclass(frozen=True)
class Compared:
    """Findings of two revisions; an edit that only moves lines changes none."""

    new: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    kept: tuple[Finding, ...] = ()

    @property
    def new_errors(self) -> tuple[Finding, ...]:
        """New ones that are errors."""
        return tuple(one for one in self.new if one.severity is Severity.ERROR)


@dataclass(frozen=True)
class Revision:
    """A stack as one revision declares it.

    Args:
        loaded: namespaces, pods and policies.
        engine: profile of the policy engine, such as "npm" or "cilium".
        live: the cluster as an update of this revision would leave it; None in other projects than ours.
        findings: what the settings warn of.
        secrets: a digest of each encrypted setting.
        plain_secrets: settings that are named like secrets and are not encrypted.
    """

    name: str
    resources: tuple[Resource, ...]
    loaded: Loaded
    engine: str
    live: LiveCluster | None = None
    findings: tuple[Finding, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict[str, str])
    plain_secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sides:
    """A stack before and after a change, and what happens to its resources on the way."""

    base: Revision
    head: Revision
    resources: tuple[ResourceChange, ...]


@dataclass(frozen=True)
class Problem:
    """Why a stack has no report.

    Args:
        revision: of which one, as given.
        message: with file and line.
        in_head: it is the change's own.
    """

    revision: str
    message: str
    in_head: bool


@dataclass(frozen=True)
class Folders:
    """What is compared where there is no stack.

    Args:
        paths: of manifests, from the repository's root.
        engine: whose semantics, with its version where one was asked for.
    """

    paths: tuple[str, ...]
    engine: str

    @property
    def name(self) -> str:
        """In a stack's place; no stack's name holds a space."""
        return " ".join(("manifests", *self.paths))


@dataclass(frozen=True)
class StackReview:
    """What a change does to one stack, or to folders of manifests.

    Args:
        stack: its name.
        difference: of the connections; None where there was a problem.
        reach: who reaches whom before and after; None where there was a problem.
        policies: names of policies that were added, removed or edited.
        lint, retirements: of the policies and of the settings.
        secrets: settings whose encrypted value is another one.
        plain_secrets: settings that were not in plain text before.
    """

    stack: str
    resources: tuple[ResourceChange, ...] = ()
    engine: EngineChange | None = None
    difference: Difference | None = None
    reach: tuple[Reachability, Reachability] | None = None
    policies: tuple[str, ...] = ()
    lint: Compared = Compared()
    retirements: Compared = Compared()
    secrets: tuple[str, ...] = ()
    plain_secrets: tuple[str, ...] = ()
    partial: bool = False
    problem: Problem | None = None
    folders: Folders | None = None

    @property
    def how_read(self) -> str:
        """What is done to read it."""
        return "read" if self.folders else "previewed"

    @property
    def changes(self) -> bool:
        """Whether there is anything to tell."""
        connections = self.difference is not None and bool(self.difference.changes)
        noted = any((*found.new, *found.fixed) for found in (self.lint, self.retirements))
        found = (self.resources, self.engine, self.policies, self.secrets, self.plain_secrets, self.problem)
        return connections or noted or any(found)

    def of(self, operation: Operation) -> tuple[ResourceChange, ...]:
        """Return the resources that an operation happens to."""
        return tuple(one for one in self.resources if one.operation is operation)

    def connections(self, *kinds: ChangeKind) -> int:
        """Return how many groups of connections changed so."""
        return sum(one.kind in kinds for one in self.difference.changes) if self.difference else 0

    def trips(self, gate: Gate) -> bool:
        """Tell whether the change does what a gate forbids."""
        match gate:
            case Gate.OPENED:
                return self.connections(ChangeKind.ADDED) > 0
            case Gate.REPLACE:
                return bool(self.of(Operation.REPLACE))
            case Gate.LINT_ERROR:
                return bool(self.lint.new_errors)
            case Gate.RETIRED:
                return any(one.topic is Topic.RETIRED for one in self.retirements.new)


@dataclass(frozen=True)
class Review:
    """The report on all stacks.

    Args:
        base, head: the revisions, as given.
    """

    base: str
    head: str
    stacks: tuple[StackReview, ...]

    def tripped(self, gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
        """Return the gates that a stack trips."""
        return tuple(gate for gate in gates if any(one.trips(gate) for one in self.stacks))

    @property
    def broken(self) -> bool:
        """Whether a stack has no report."""
        return any(one.problem for one in self.stacks)
