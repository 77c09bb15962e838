"""Tells JSON from YAML, and plain manifests from Pulumi's output."""

from __future__ import annotations

import json
from typing import Any

from aksnetpol.policy.load import json_text, pulumi, yaml_text
from aksnetpol.policy.load.reader import Reader
from aksnetpol.policy.places import Document, Location, Severity


def read(reader: Reader, file: str, text: str) -> None:
    """Give every document of a text to the reader; what is no document becomes a finding."""
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "[") and _read_json(reader, file, text):
        return
    for document in yaml_text.documents(file, text):
        if isinstance(document, yaml_text.YamlError):
            place = Location(file, document.line, document.column)
            reader.report(document.id, Severity.ERROR, document.message, place)
        else:
            _add(reader, document, document.value)


def _read_json(reader: Reader, file: str, text: str) -> bool:
    """Read JSON; False leaves the text to the YAML reader, whose flow style also starts with a brace."""
    try:
        documents = json_text.documents(file, text)
    except RecursionError:
        reader.report("json-too-deep", Severity.ERROR, "nested too deep", Location(file, 1, 1))
        return True
    except json.JSONDecodeError as error:
        if not file.endswith(".json"):
            return False
        place = Location(file, error.lineno, error.colno)
        reader.report("json-syntax", Severity.ERROR, f"not JSON: {error.msg}", place)
        return True
    except ValueError as error:  # a number of more digits than Python converts
        reader.report("json-syntax", Severity.ERROR, f"not JSON: {error}", Location(file, 1, 1))
        return True
    for document in documents:
        _add(reader, document, document.value)
    return True


def _add(reader: Reader, document: Document, value: Any) -> None:
    if isinstance(value, dict) and pulumi.is_output(value):
        for path, manifest in pulumi.manifests(value):
            reader.add(pulumi.Nested(document, path), manifest)
        return
    reader.add(document, value)
