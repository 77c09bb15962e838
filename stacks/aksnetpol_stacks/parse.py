"""Reads settings from plain data; everything that is wrong comes back at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from aksnetpol.engines import check
from aksnetpol.findings import Finding, Location, Severity, Topic
from aksnetpol.words import nearest
from aksnetpol_stacks.settings import StackSettings
from aksnetpol_stacks.view import cluster_view

SCHEMA = "docs/stack.schema.json"
# Of the keys in a stack's file, whatever the project is called.
NAMESPACE = "aksnetpol"


@dataclass(frozen=True)
class Parsed:
    """The settings, where they could be read, and everything that was found."""

    settings: StackSettings | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be corrected first."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What works today."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)


def has_settings(config: object) -> bool:
    """Tell whether a stack's configuration holds a section of ours.

    Other keys of the namespace are no sign: the components' package has the same name.

    Args:
        config: of a stack's file, as it was read.
    """
    sections = {f"{NAMESPACE}:{field.alias or name}" for name, field in StackSettings.model_fields.items()}
    return isinstance(config, Mapping) and not sections.isdisjoint(map(str, cast(Mapping[Any, Any], config)))


def parse(data: Mapping[str, Any], today: date) -> Parsed:
    """Read and check settings.

    Args:
        data: by key without its namespace: cluster, demo, policies, windowsAdminPassword.
        today: the day to measure retirements from.
    """
    try:
        settings = StackSettings.model_validate(dict(data))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        return Parsed(None, tuple(_finding(detail) for detail in details))
    return Parsed(settings, check(cluster_view(settings), today))


def _finding(detail: ErrorDetails) -> Finding:
    path, kind = detail["loc"], detail["type"]
    if kind == "extra_forbidden":
        message, remedy = "The key is not known.", _nearest(path)
    elif kind == "missing":
        message, remedy = "The key is missing.", "Add it."
    else:
        said = "Expected keys and values" if kind in ("model_type", "dict_type") else detail["msg"]
        message, remedy = f"{said}{_given(detail)}.", _hint(detail)
    return unusable(f"settings-{kind.replace('_', '-')}", key_path(path), message, remedy)


def unusable(id_: str, key: str, message: str, remedy: str, place: Location | None = None) -> Finding:
    """Return a finding about a setting that does not fit the schema."""
    return Finding(id_, Topic.INPUT, Severity.ERROR, message, remedy, SCHEMA, place, key)


def key_path(path: Sequence[int | str]) -> str:
    """Write a path as people do: cluster.nodePools[0].osSku."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _may_repeat(detail: ErrorDetails) -> bool:
    # A password, or a whole section that may hold one, is never repeated.
    return isinstance(detail["input"], str | int | float | bool) and "assword" not in key_path(detail["loc"])


def _given(detail: ErrorDetails) -> str:
    return f", not {detail['input']!r}" if _may_repeat(detail) else ""


def _hint(detail: ErrorDetails) -> str:
    if detail["type"] == "string_type" and isinstance(detail["input"], int | float):
        return f'Write it in quotes: "{detail["input"]}".' if _may_repeat(detail) else "Write it in quotes."
    return f"See {SCHEMA}."


def _nearest(path: Sequence[int | str]) -> str:
    model = _model_at(path[:-1])
    known = [field.alias or name for name, field in model.model_fields.items()] if model else []
    close = nearest(str(path[-1]), known)
    return f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(known)}."


def _model_at(path: Sequence[int | str]) -> type[BaseModel] | None:
    model: type[BaseModel] | None = StackSettings
    for part in path:
        if isinstance(part, int) or model is None:
            continue
        by_alias = {field.alias or name: field for name, field in model.model_fields.items()}
        model = next(_models(by_alias[str(part)].annotation), None) if str(part) in by_alias else None
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
