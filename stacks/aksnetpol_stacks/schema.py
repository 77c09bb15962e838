"""The JSON Schema of Pulumi.<stack>.yaml, for editors: `python -m aksnetpol_stacks.schema`."""

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from aksnetpol_stacks import settings
from aksnetpol_stacks.parse import NAMESPACE
from aksnetpol_stacks.settings import Settings, StackSettings


def stack_schema() -> dict[str, Any]:
    """Return the schema of a whole stack file; other projects' keys and encrypted values are allowed."""
    _describe()
    schema = StackSettings.model_json_schema(by_alias=True)
    sections = {f"{NAMESPACE}:{key}": value for key, value in schema["properties"].items()}
    password = f"{NAMESPACE}:windowsAdminPassword"
    sections[password] = {
        "description": sections[password]["description"],
        "type": "object",
        "properties": {"secure": {"type": "string"}},
        "required": ["secure"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack of aksnetpol",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": sections,
                "required": [f"{NAMESPACE}:cluster"],
                "additionalProperties": True,
            }
        },
        "required": ["config"],
        "additionalProperties": True,
        "$defs": schema["$defs"],
    }


def _describe() -> None:
    """Give each field the text that stands below it; models stand after those that they use."""
    written = {
        one.name: one for one in ast.parse(inspect.getsource(settings)).body if isinstance(one, ast.ClassDef)
    }
    for name in written:
        model = getattr(settings, name)
        if not issubclass(model, Settings):
            continue
        for owner in reversed(model.__mro__):
            if owner.__name__ in written:
                for field, text in _texts(written[owner.__name__]):
                    model.model_fields[field].description = text
        model.model_rebuild(force=True)


def _texts(model: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield each field of a class with the text below it."""
    for above, below in pairwise(model.body):
        match above, below:
            case ast.AnnAssign(target=ast.Name(id=field)), ast.Expr(value=ast.Constant(value=str(text))):
                yield field, inspect.cleandoc(text)
            case _:
                pass


def schema_text() -> str:
    """The schema as it is published under docs/."""
    return json.dumps(stack_schema(), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
