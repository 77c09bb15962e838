"""The JSON Schema of Pulumi.<stack>.yaml, for editors: `python -m aksnetpol_stacks.schema`."""

import json
import sys
from typing import Any

from aksnetpol_stacks.parse import NAMESPACE
from aksnetpol_stacks.settings import StackSettings


def stack_schema() -> dict[str, Any]:
    """Return the schema of a whole stack file; other projects' keys and encrypted values are allowed."""
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


def schema_text() -> str:
    """The schema as it is published under docs/."""
    return json.dumps(stack_schema(), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
