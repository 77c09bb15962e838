"""Plain YAML scalars as Kubernetes reads them: sigs.k8s.io/yaml, that is go-yaml v2 (YAML 1.1 with its
own choices): `y` and `on` are booleans, 012 is octal, 1:20 and 2026-11-23 are text.
"""

from __future__ import annotations

import re
from typing import Any

_WORDS: dict[str, Any] = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"], None),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
}
_FLOAT = re.compile(r"[-+]?[0-9]*\.?[0-9]+([eE][-+][0-9]+)?", re.ASCII)
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)", re.ASCII)
_NUMERIC_START = frozenset("+-.0123456789")
_LONGEST = 400  # characters: longer digits are no number that any field takes


def resolve(text: str) -> Any:
    """Return the value of a plain scalar: None, a bool, a number, or the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START or len(text) > _LONGEST:
        return text
    digits = text.replace("_", "")
    if _INTEGER.fullmatch(digits):
        return _integer(digits)
    if _FLOAT.fullmatch(digits):
        return float(digits)
    return text


def _integer(digits: str) -> int:
    sign = -1 if digits[0] == "-" else 1
    bare = digits.lstrip("+-")
    prefix = bare[:2].lower()
    if prefix in ("0x", "0b", "0o"):
        return sign * int(bare[2:], {"0x": 16, "0b": 2, "0o": 8}[prefix])
    return sign * int(bare, 8 if len(bare) > 1 and bare[0] == "0" else 10)
