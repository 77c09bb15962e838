"""The published shape of a report's JSON; `python -m aksnetpol.review.formats.schema` prints it."""

import json
import sys
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, JsonValue
from pydantic.alias_generators import to_camel

from aksnetpol.engines.moves.disturbance import Effect
from aksnetpol.findings import Severity
from aksnetpol.policy import ChangeKind
from aksnetpol.policy import Risk as ConnectionRisk
from aksnetpol.policy.ask.causes import CauseKind
from aksnetpol.review.model import Operation

RiskName = Literal["none", "low", "medium", "high"]


class _Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class Location(_Shape):
    """A place in a file of the repository; line 0 where a program made the object."""

    file: str
    line: int
    column: int


class Problem(_Shape):
    """Why a stack has no report."""

    revision: str
    message: str


class Ports(_Shape):
    """A range of ports, both ends included."""

    protocol: str
    first: int
    last: int


class Members(_Shape):
    """One side of connections."""

    namespaces: list[str]
    workloads: list[str]
    pods: list[str]
    addresses: list[str]
    domains: list[str]
    nodes: list[str]


class Cause(_Shape):
    """An edit that took part in a change of connections."""

    kind: CauseKind
    subject: str
    detail: str
    location: Location | None


class Connections(_Shape):
    """Connections that changed in the same way."""

    kind: ChangeKind
    risk: ConnectionRisk
    source: Members
    destination: Members
    ports: list[Ports]
    ports_before: list[Ports]
    ports_after: list[Ports]
    causes: list[Cause]


class PropertyChange(_Shape):
    """One property of a resource; null where it is absent, "[secret]" where it is secret."""

    path: str
    old: JsonValue
    new: JsonValue
    replaces: bool


class Resource(_Shape):
    """What happens to a resource; `follows` names the replaced one that takes it along."""

    operation: Operation
    type: str
    name: str
    urn: str
    follows: str
    changes: list[PropertyChange]


class Fix(_Shape):
    """An edit that ends a finding."""

    title: str
    changes_verdicts: bool


class Finding(_Shape):
    """What lint or a retirement says."""

    id: str
    severity: Severity
    subject: str
    message: str
    remedy: str
    source: str
    location: Location | None
    fix: Fix | None


class Compared(_Shape):
    """Findings of the head only, of the base only, and of both."""

    new: list[Finding]
    fixed: list[Finding]
    kept: list[Finding]


class NetworkProfile(_Shape):
    """Networking as Azure Resource Manager spells it; what is absent is left out."""

    network_plugin: str | None = None
    network_plugin_mode: str | None = None
    network_policy: str | None = None
    network_dataplane: str | None = None
    pod_cidr: str | None = None


class Reason(_Shape):
    """Why a way is not open."""

    id: str
    message: str
    remedy: str
    source: str


class Requirement(_Shape):
    """What must hold when a step begins."""

    id: str
    text: str
    source: str


class Disturbance(_Shape):
    """What a step does to workloads, or what can hold it up."""

    id: str
    effect: Effect
    subject: str
    message: str
    remedy: str
    pods: list[str]
    source: str


class Duration(_Shape):
    """How long a plan takes."""

    shortest_minutes: int
    longest_minutes: int
    drain_timeout_minutes: int
    basis: str
    source: str


class Detour(_Shape):
    """The shorter way, and why it is not taken."""

    moves: list[str]
    reasons: list[Reason]


class Step(_Shape):
    """One operation of a plan."""

    move: str
    title: str
    network_profile: NetworkProfile
    before: NetworkProfile
    after: NetworkProfile
    reimages: bool
    irreversible: bool
    requirements: list[Requirement]
    enforcement: str
    disturbances: list[Disturbance]
    leaves_behind: list[str]
    notes: list[str]
    command: str
    azure_cli: str | None
    source: str


class PlanWarning(_Shape):
    """What to know about the goal."""

    id: str
    key: str
    message: str
    remedy: str
    source: str


class Plan(_Shape):
    """The way from one networking to another."""

    possible: Literal[True]
    cluster: str
    live: NetworkProfile
    goal: NetworkProfile
    reimages: int
    duration: Duration
    pods_checked: bool
    detour: Detour | None
    steps: list[Step]
    warnings: list[PlanWarning]


class Refusal(_Shape):
    """Why there is no way in place."""

    possible: Literal[False]
    cluster: str
    live: NetworkProfile
    wanted: NetworkProfile
    reasons: list[Reason]
    unmet: list[str]
    nearest: Plan


class Engine(_Shape):
    """Another networking."""

    old: NetworkProfile
    new: NetworkProfile
    plan: Plan | Refusal


class Manifests(_Shape):
    """What is compared where there is no stack, and whose semantics."""

    paths: list[str]
    engine: str


class Stack(_Shape):
    """What a change does to one stack, or to manifests; worst reasons first."""

    stack: str
    risk: RiskName
    headline: str
    reasons: list[str]
    problem: Problem | None
    partial: bool
    engine: Engine | None
    connections: list[Connections]
    policies: list[str]
    resources: list[Resource]
    lint: Compared
    retirements: Compared
    secrets: list[str]
    plain_secrets: list[str]
    manifests: Manifests | None = None


class Report(_Shape):
    """What a change does to stacks; see docs/commands/review.md."""

    version: Literal[1]
    base: str
    head: str
    risk: RiskName
    stacks: list[Stack]


def review_schema() -> dict[str, Any]:
    """Return the schema that every `aksnetpol review --json` meets."""
    schema = Report.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A report of aksnetpol review",
    }


def schema_text() -> str:
    """The schema as it is published under docs/."""
    return json.dumps(review_schema(), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
