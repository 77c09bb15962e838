"""Tells JSON from YAML, and reads the objects of either."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from aksnetpol.findings import Finding, Location, Severity
from aksnetpol.policy.load import json_text, yaml_text
from aksnetpol.policy.load.finding import input_finding
from aksnetpol.policy.load.manifests import Found, manifests

TEMPLATE_MARKS = ("{{", "{%")  # of Go's templates (Helm) and of Jinja
_Documents = Iterable[yaml_text.YamlDocument | json_text.JsonDocument | Finding]


def read(file: str, text: str) -> Iterator[Found]:
    """Yield every object of a text, what is wrong with it, or what may be of another program."""
    text = text.removeprefix("\ufeff")
    for document in _json(file, text) or _yaml(file, text):
        if isinstance(document, Finding):
            yield document
        else:
            yield from manifests(document, document.value)


def _json(file: str, text: str) -> _Documents:
    """Return JSON's documents; none leave the text to YAML, whose flow style also starts with a brace."""
    if text.lstrip()[:1] not in ("{", "["):
        return ()
    try:
        return json_text.documents(file, text)
    except RecursionError:
        return [_wrong(file, "json-too-deep", "nested too deep")]
    except json.JSONDecodeError as error:
        if not file.endswith(".json"):
            return ()
        if isinstance(error, json_text.DuplicateKeyError):
            return [_wrong(file, "json-duplicate-key", error.msg, error.lineno, error.colno)]
        return [_wrong(file, "json-syntax", f"not JSON: {error.msg}", error.lineno, error.colno)]
    except ValueError as error:  # a number of more digits than Python converts
        return [_wrong(file, "json-syntax", f"not JSON: {error}")]


def _yaml(file: str, text: str) -> _Documents:
    lines: list[str] = []
    for document in yaml_text.documents(file, text):
        if isinstance(document, yaml_text.YamlError):
            lines = lines or text.split("\n")
            message = document.message + _hint(lines[document.line - 1 : document.line])
            yield _wrong(file, document.id, message, document.line, document.column)
        else:
            yield document


def _hint(line: list[str]) -> str:
    """Return what the line at fault most likely has, behind the words of the parser."""
    if line and "\t" in line[0][: len(line[0]) - len(line[0].lstrip())]:
        return ": a tab indents this line, and YAML takes spaces only; put spaces in its place"
    if line and any(mark in line[0] for mark in TEMPLATE_MARKS):
        return (
            ": this is a template; render it first, a chart's by `helm template`, and give what that prints"
        )
    return ""


def _wrong(file: str, id_: str, message: str, line: int = 1, column: int = 1) -> Finding:
    return input_finding(id_, Severity.ERROR, message, Location(file, line, column))
