"""Expected verdicts: what a team says must be allowed and must be denied, held against a cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, field_validator

from aksnetpol.findings import Finding, Location
from aksnetpol.policy.ask.reach import Reachability, analyze
from aksnetpol.policy.ask.verdict import Verdict
from aksnetpol.policy.errors import (
    InvalidInputError,
    UnknownEndpointError,
    UnknownProfileError,
)
from aksnetpol.policy.load.validate import Strict, error, read_document, validated
from aksnetpol.policy.model.cluster import Certainty, Cluster
from aksnetpol.policy.model.endpoints import PROTOCOLS
from aksnetpol.policy.model.places import Document

ALLOW, DENY = "allow", "deny"


class Entry(Strict):
    """One expected verdict, as the file has it."""

    source: str = Field(alias="from", min_length=1)
    """Who connects: NAMESPACE/NAME of a pod or workload, node/NAME, an address, a CIDR or a domain."""
    destination: str = Field(alias="to", min_length=1)
    """Who is connected to: the same."""
    port: int | str | None = None
    """A number, or the name of a port of the destination; without it: any port of the protocol."""
    protocol: str = "TCP"
    """TCP, UDP, SCTP or ICMP."""
    expect: Literal["allow", "deny"]
    """What the verdict must be."""
    engine: str | None = None
    """Whose semantics; without it the file's."""
    name: str = ""
    """What the result is called; without it source, destination and port."""

    @field_validator("port", mode="before")
    @classmethod
    def _possible(cls, given: Any) -> Any:
        number = type(given) is int and 1 <= given <= 65535
        if given is None or number or (isinstance(given, str) and given and not given.isdecimal()):
            return given
        raise ValueError("must be a number from 1 to 65535 or the name of a port")

    @field_validator("protocol")
    @classmethod
    def _known(cls, given: str) -> str:
        if given not in PROTOCOLS:
            raise ValueError(f"must be one of {', '.join(PROTOCOLS)}")
        return given

    @property
    def title(self) -> str:
        """What the result is called."""
        port = self.protocol if self.port is None else f"{self.port}/{self.protocol}"
        return self.name or f"{self.source} -> {self.destination} on {port}"


class ExpectationFile(Strict):
    """A file of expected verdicts."""

    engine: str | None = None
    """Whose semantics, for entries that name none."""
    manifests: tuple[str, ...] = Field(default=(), strict=False)
    """What to read when the command line names nothing: paths from the file's folder."""
    expectations: tuple[Entry, ...] = Field(strict=False)
    """The expected verdicts."""

    @field_validator("expectations")
    @classmethod
    def _some(cls, given: tuple[Entry, ...]) -> tuple[Entry, ...]:
        if not given:
            raise ValueError("must hold at least one")
        return given


@dataclass(frozen=True, slots=True)
class Expectations:
    """A file of expected verdicts that was read."""

    file: str
    content: ExpectationFile
    document: Document

    def location(self, number: int) -> Location:
        """Return where an entry stands, counted from 0."""
        return self.document.locate(("expectations", number))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation beside what is.

    Args:
        engine: whose semantics the verdict has.
        location: where the expectation stands.
    """

    entry: Entry
    engine: str
    location: Location
    verdict: Verdict

    @property
    def met(self) -> bool:
        """Whether the verdict is the expected one, of all endpoints that are meant, and known."""
        known = self.verdict.certainty is not Certainty.UNKNOWN and not self.verdict.parts
        return known and self.verdict.allowed == (self.entry.expect == ALLOW)


def read(file: str, text: str) -> Expectations:
    """Return the expectations of a YAML or JSON text; `file` is what its locations say.

    Raises:
        InvalidInputError: what is wrong, each with its line.
    """
    document = read_document(file, text)
    return Expectations(file, validated(ExpectationFile, document.value, document), document)


def check(cluster: Cluster, expectations: Expectations, engine: str) -> list[Outcome]:
    """Return every expectation beside its verdict.

    Args:
        engine: for entries where neither they nor their file name one.

    Raises:
        InvalidInputError: entries that name no endpoint, port or engine that exists.
    """
    reaches: dict[str, Reachability] = {}
    outcomes: list[Outcome] = []
    wrong: list[Finding] = []
    for number, entry in enumerate(expectations.content.expectations):
        name = entry.engine or expectations.content.engine or engine
        place = expectations.location(number)
        try:
            reach = _once(reaches, name, lambda name=name: analyze(cluster, name))
            verdict = reach.can(entry.source, entry.destination, entry.port, entry.protocol)
        except (UnknownEndpointError, UnknownProfileError) as problem:
            wrong.append(error(place, str(problem)))
        else:
            outcomes.append(Outcome(entry, name, place, verdict))
    if wrong:
        raise InvalidInputError(wrong)
    return outcomes


def _once(known: dict[str, Reachability], name: str, make: Callable[[], Reachability]) -> Reachability:
    if name not in known:
        known[name] = make()
    return known[name]
