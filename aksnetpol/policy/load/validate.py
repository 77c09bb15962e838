"""Reads values of a file by a pydantic model; what is wrong is told with its line and what to do."""

from __future__ import annotations

from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from aksnetpol.findings import Finding, Location, Severity
from aksnetpol.policy.errors import InvalidInputError, SourceError
from aksnetpol.policy.load import yaml_text
from aksnetpol.policy.load.files import TooLarge
from aksnetpol.policy.load.finding import input_finding
from aksnetpol.policy.load.sources import texts
from aksnetpol.policy.model.places import Document, Path
from aksnetpol.words import nearest

Model = TypeVar("Model", bound=BaseModel)
ID = "invalid-input"


class Strict(BaseModel):
    """A part of a file of ours: unknown keys are refused, and numbers are no text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


def read_text(source: str) -> tuple[str, str]:
    """Return the name and text of one file, `-` or `REV:path`.

    Raises:
        SourceError: it does not exist, can't be read, or is a folder of more files.
    """
    found = list(texts(source))
    if len(found) != 1:
        raise SourceError(source, "is a folder: give one file.")
    name, content = found[0].name, found[0].content
    if isinstance(content, TooLarge):
        raise SourceError(name, str(content))
    return name, content


def read_document(file: str, text: str) -> yaml_text.YamlDocument:
    """Return the one YAML or JSON document of a text.

    Raises:
        InvalidInputError: no document, several, or not YAML.
    """
    found = list(yaml_text.documents(file, text))
    for one in found:
        if isinstance(one, yaml_text.YamlError):
            raise InvalidInputError([error(Location(file, one.line, one.column), one.message)])
    documents = [one for one in found if isinstance(one, yaml_text.YamlDocument) and one.value is not None]
    if len(documents) != 1:
        raise InvalidInputError([error(Location(file), f"must hold one document, not {len(documents)}.")])
    return documents[0]


def validated(model: type[Model], value: Any, document: Document, path: Path = ()) -> Model:
    """Return a value as a model.

    Args:
        value: the value at `path` of `document`.

    Raises:
        InvalidInputError: the value does not fit; every problem is told, with its place.
    """
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        details = problem.errors(include_url=False, include_context=False)
        found = [(document.locate(path + one["loc"]), _message(model, one)) for one in details]
        found.sort(key=lambda one: one[0].line)
        raise InvalidInputError([error(*one) for one in found]) from None


def error(place: Location, message: str) -> Finding:
    """Return what is wrong at a place."""
    return input_finding(ID, Severity.ERROR, message, place)


def _message(model: type[BaseModel], detail: ErrorDetails) -> str:
    key = ".".join(map(str, detail["loc"])) or "the document"
    if detail["type"] == "extra_forbidden":
        known = _keys(model, detail["loc"][:-1])
        close = nearest(str(detail["loc"][-1]), known)
        return f"{key} is not known. " + (
            f"Did you mean {close[0]}?" if close else f"Keys: {', '.join(known)}."
        )
    if detail["type"] == "missing":
        return f"{key} is missing."
    if detail["type"] == "model_type":
        return f"{key} must be a mapping with the keys {', '.join(_keys(model, detail['loc']))}."
    given = detail["input"]
    shown = f", not {given!r}" if isinstance(given, str | int | float | bool) else ""
    return f"{key}: {detail['msg'].removeprefix('Value error, ')}{shown}."


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that a model knows at a path."""
    for part in path:
        if isinstance(part, str):
            fields = {field.alias or name: field for name, field in model.model_fields.items()}
            model = _model_in(fields[part].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
