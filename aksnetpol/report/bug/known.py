"""What is known to be secret or personal on this machine, whatever it looks like."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from aksnetpol.report.bug.clean import clean

# A shorter value is found in ordinary words, and hiding those would tell that they are the secret.
_LEAST = 6
_NAME = re.compile(
    r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|CONNECTION_?STRING|COOKIE|JWT|SIGNATURE|(?<![A-Z])(?:PWD|SIG|SAS|PAT)(?![A-Z])",
    re.I,
)
# The folders that a shell is and was in.
_FOLDERS = ("PWD", "OLDPWD")
_USER_INFO = re.compile(r"://([^/\s?#]*)@")


@dataclass(frozen=True)
class Known:
    """What must not be shown.

    Args:
        secrets: in every form in which they may be written; see `secrets_of`.
        homes: folders of the user.
        users: names of the user.
        hosts: names of the machine.
    """

    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    homes: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


def is_secret_name(name: str) -> bool:
    """Tell whether a variable of this name looks as if it held a secret."""
    return name not in _FOLDERS and bool(_NAME.search(name))


def secrets_of(environment: Mapping[str, str]) -> frozenset[str]:
    """Return the secret values among some variables, in every form in which they may be written."""
    named = (value for name, value in environment.items() if is_secret_name(name))
    in_urls = (part for value in environment.values() for part in _logins(value))
    return frozenset(form for value in (*named, *in_urls) for form in _forms(value))


def _logins(value: str) -> Iterator[str]:
    """Yield user and password of a URL, together and the password alone."""
    for login in _USER_INFO.findall(value):
        yield login
        yield login.partition(":")[2]


def _forms(value: str) -> Iterator[str]:
    """Yield a value as logs, URLs, JSON and Python write it, each line by itself: masking keeps lines."""
    for line in _long(part.strip() for part in clean(value).split("\n")):
        raw = line.encode(errors="surrogateescape")
        yield line
        yield from (quote(raw, safe=""), quote(raw), quote_plus(raw))
        yield from (json.dumps(line)[1:-1], json.dumps(line, ensure_ascii=False)[1:-1], repr(line)[1:-1])
        yield base64.b64encode(raw).decode().rstrip("=")


def _long(parts: Iterable[str]) -> Iterator[str]:
    return (part for part in parts if len(part) >= _LEAST)
