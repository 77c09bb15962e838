"""Short messages out of what the engine, the program and the providers report."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_COLOUR = re.compile(r"<\{%[^%]*%\}>|\x1b\[[0-9;]*m")
_TRACEBACK = re.compile(
    r"(?:^python inline source runtime error: (?P<message>.*?)\n)?Traceback .*", re.DOTALL
)
# The engine repeats under the stack what it has said under the resource.
_REPETITION = re.compile(r"^(update failed|preview failed|resource \S+ .*failed.*|.* errors? occurred:?)$")
# The second: gRPC's, where a user's proxy is not one that it could ask.
_NOISE = re.compile(r"^using pulumi-(language|resource)-\S+ from \$PATH|.*\bhttp_proxy_mapper\.cc:")
# What the engine's JSON and gRPC put before a message.
_PREFIX = re.compile(
    r"^(?:(?:warning|error|info): |Exception calling application: |an unhandled error occurred: )+"
)
_LINES = 12


@dataclass(frozen=True)
class Diagnostic:
    """One message.

    Args:
        severity: info, warning or error, as the engine says.
        resource: type and name, such as "ManagedCluster aks"; empty for the stack's own.
        message: without colours and tracebacks.
    """

    severity: str
    resource: str
    message: str

    def __str__(self) -> str:
        return f"{self.resource}: {self.message}" if self.resource else self.message


def diagnostic(severity: str, urn: str, message: str) -> Diagnostic:
    """Shorten a message of the engine's event stream or of its JSON.

    Args:
        severity: "info#err" is how the engine names a program's own standard error.
        urn: of the resource it is about, or empty.
    """
    text = _PREFIX.sub("", _COLOUR.sub("", message).strip())
    text = _TRACEBACK.sub(lambda match: match["message"] or _last_line(text), text).strip()
    return Diagnostic(severity.split("#")[0], _resource(urn), "\n".join(text.splitlines()[:_LINES]))


def worth_showing(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each message once, without the engine's repetitions and its remarks on where its plugins are."""
    kept: list[Diagnostic] = []
    for one in diagnostics:
        if one.message and not _NOISE.match(one.message) and one not in kept:
            kept.append(one)
    telling = [one for one in kept if not _REPETITION.match(one.message.splitlines()[0])]
    return tuple(telling or kept)


def _last_line(text: str) -> str:
    return text.splitlines()[-1]


def _resource(urn: str) -> str:
    parts = urn.split("::", 3)
    return "" if len(parts) < 4 or parts[2] == "pulumi:pulumi:Stack" else resource(urn)


def resource(urn: str) -> str:
    """Type and name of a resource, short."""
    parts = urn.split("::", 3)
    return f"{parts[2].rsplit('$', 1)[-1].rsplit(':', 1)[-1]} {parts[3]}"
