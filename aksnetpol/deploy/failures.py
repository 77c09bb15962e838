"""Turns a failed command of the engine into an error that says what to do."""

import json
import re
from dataclasses import dataclass

from pulumi.automation.errors import CommandError, ConcurrentUpdateError

from aksnetpol.deploy.diagnostics import Diagnostic, diagnostic, worth_showing
from aksnetpol.deploy.errors import DeployError, PassphraseError, StackLockedError
from aksnetpol.errors import AksnetpolError
from aksnetpol.project import ProjectError


@dataclass(frozen=True)
class _Known:
    pattern: str
    error: type[AksnetpolError]
    message: str


_KNOWN = (
    _Known(
        r"passphrase must be set|unable to find either `?PULUMI_CONFIG_PASSPHRASE",
        PassphraseError,
        "The backend keeps secrets by a passphrase. Set PULUMI_CONFIG_PASSPHRASE, or "
        "PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it. With --local the session has one of its own.",
    ),
    _Known(
        r"incorrect passphrase",
        PassphraseError,
        "The passphrase is not the one that the stack was created with. Correct PULUMI_CONFIG_PASSPHRASE or "
        "PULUMI_CONFIG_PASSPHRASE_FILE.",
    ),
    _Known(
        r"PULUMI_ACCESS_TOKEN must be set|could not get cloud url|not logged in",
        ProjectError,
        "No backend is chosen for the state. Run `pulumi login`, or set PULUMI_BACKEND_URL, "
        "such as file://~, or use --local.",
    ),
    _Known(
        # The second: its port is another program's by now.
        r"plugin \[[\w-]+\] did not begin responding|unknown service pulumirpc\.",
        DeployError,
        "A plugin that PULUMI_DEBUG_PROVIDERS names does not answer: the local session that it was read from "
        "runs no more. Run `aksnetpol local start`, then read `aksnetpol local env` again.",
    ),
    _Known(
        r"error reading from server: |connection error: [^\n]*dial tcp 127\.0\.0\.1:\d+: ",
        DeployError,
        "A plugin ended while the engine worked with it. With --local it is part of the local session, whose "
        "`aksnetpol local start` brings back all that was there; then run the command again: it goes on.",
    ),
    _Known(
        r"(could not (?:load|read|unmarshal)[^\n]*Pulumi[^\n]*)",
        ProjectError,
        "The engine cannot read the project: {0}",
    ),
)
# A plan that `up` was given; the engine stops before the first operation that is not in it.
_BEYOND_PLAN = re.compile(r"violates plan|not allowed by the plan|expected resource operations for")
_KILLED = re.compile(r"\bcode: -(\d+)\b")
_ERROR_LINE = re.compile(r"^\s*(?:std(?:out|err): )?(?:error|fatal):\s*(.+)$", re.MULTILINE)


def readable(error: CommandError, stack: str, said: list[Diagnostic]) -> AksnetpolError:
    """The error to show.

    Args:
        error: of the Automation API.
        said: errors of the event stream, which tell more than the engine's output.
    """
    text = str(error)
    if isinstance(error, ConcurrentUpdateError):
        return StackLockedError(
            f"Another process works on stack {stack!r}. Wait for it to end; if none does, run "
            f"`pulumi cancel -s {stack}`."
        )
    if killed := _KILLED.search(text):
        return DeployError(
            f"The engine was killed (signal {killed[1]}) while it worked on stack {stack!r}. Run the command "
            "again: it looks at what is there and goes on."
        )
    for known in _KNOWN:
        if match := re.search(known.pattern, text):
            return known.error(known.message.format(*match.groups()))
    shown = worth_showing(said) or worth_showing(_in_json(text)) or _in_text(text)
    lines = "\n".join(f"  {one}".replace("\n", "\n  ") for one in shown)
    if any(_BEYOND_PLAN.search(one.message) for one in shown):
        lines += "\n  The update stopped where it would go beyond its plan. Preview again with --save-plan."
    return DeployError(f"Stack {stack!r} failed:\n{lines or text.strip()}")


def _in_json(text: str) -> list[Diagnostic]:
    """Errors inside the JSON of a failed preview; CommandError carries it amid other text."""
    start, end = text.find("{\n"), text.rfind("}")
    try:
        raw = json.loads(text[start : end + 1]).get("diagnostics") or []
    except (ValueError, AttributeError):
        return []
    return [
        diagnostic("error", one.get("urn") or "", one.get("message") or "")
        for one in raw
        if one.get("severity") == "error"
    ]


def _in_text(text: str) -> tuple[Diagnostic, ...]:
    return tuple(Diagnostic("error", "", line) for line in _ERROR_LINE.findall(text))
