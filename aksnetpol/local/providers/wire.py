"""Values as the engine sends them (protobuf structs) and as the stand-ins use them (plain JSON)."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

# Pulumi's deployment format, pkg/resource/plugin/rpc.go.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"

Json = dict[str, Any]


def from_struct(struct: struct_pb2.Struct) -> Json:
    """Return plain JSON: whole numbers as int, secrets opened, unknown values as UNKNOWN."""
    plain = _plain(json_format.MessageToDict(struct))
    return plain if isinstance(plain, dict) else {}


def to_struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return what the engine reads."""
    struct = struct_pb2.Struct()
    struct.update(dict(values))
    return struct


def secret(value: Any) -> Json:
    """Mark a value as secret: the engine encrypts it in the state and masks it in its output."""
    return {_SIGNATURE: _SECRET, "value": value}


def has_unknown(value: Any) -> bool:
    """Tell whether a value is, or holds, something known only after an update."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value == UNKNOWN


def without_none(value: Any) -> Any:
    """Drop properties that are null: absent and null are the same to a provider."""
    if isinstance(value, dict):
        return {key: without_none(item) for key, item in value.items() if item is not None}
    return [without_none(item) for item in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return _plain(value.get("value"))
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
