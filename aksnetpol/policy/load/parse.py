"""Tells JSON from YAML, and reads the objects of either."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from aksnetpol.findings import Finding, Location, Severity
from aksnetpol.policy.load import json_text, yaml_text
from aksnetpol.policy.load.finding import input_finding
from aksnetpol.policy.load.manifests import Manifest, manifests

_Documents = Iterable[yaml_text.YamlDocument | json_text.JsonDocument | Finding]


def read(file: str, text: str) -> Iterator[Manifest | Finding]:
    """Yield every object of a text, or what is wrong with it."""
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
    for document in yaml_text.documents(file, text):
        if isinstance(document, yaml_text.YamlError):
            yield _wrong(file, document.id, document.message, document.line, document.column)
        else:
            yield document


def _wrong(file: str, id_: str, message: str, line: int = 1, column: int = 1) -> Finding:
    return input_finding(id_, Severity.ERROR, message, Location(file, line, column))
