"""Keeps secrets out of a report: by the engine's mark, by the kind of object, by the name; those in URLs."""

import json
import re
from typing import Any

from aksnetpol.documents import is_list, is_mapping
from aksnetpol.report.url_credentials import URL_CREDENTIALS
from aksnetpol.review.model import UNKNOWN

SECRET = "[secret]"
_LATER = "[known after the update]"
# Names whose values are secret by their meaning, though a program did not mark them.
_SECRET_NAME = re.compile(
    r"password|passwd|secret(?!Name|Ref|sProvider)|token|apikey|privatekey|kubeconfig", re.I
)
# Stands for an encrypted setting in a hermetic preview; the digest is of the encrypted text.
PLACEHOLDER = re.compile(r"Encrypted-[0-9a-f]{16}-1")


def masked(kind: str, path: str, value: Any) -> Any:
    """Return a value as it may be shown.

    Args:
        kind: the resource's type token.
        path: of the property, such as "windowsProfile.adminPassword".
    """
    if value is None:
        return None
    of_secret = kind.endswith(":Secret") and path.split(".")[0].split("[")[0] in ("data", "stringData")
    return SECRET if of_secret or is_secret(path) else _inside(value)


def _inside(value: Any) -> Any:
    if is_mapping(value):
        return {key: SECRET if is_secret(key) else _inside(one) for key, one in value.items()}
    if is_list(value):
        return [_inside(one) for one in value]
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    return URL_CREDENTIALS.sub(SECRET, PLACEHOLDER.sub(SECRET, value.replace(UNKNOWN, _LATER)))


def shown(value: Any) -> str:
    """Return a value as text."""
    return value if isinstance(value, str) else json.dumps(value, separators=(", ", ": "), default=str)


def is_secret(name: str) -> bool:
    """Tell whether a property of this name holds a secret."""
    return bool(_SECRET_NAME.search(name))
