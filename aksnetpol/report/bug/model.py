"""What a bug report holds."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

_LINE = 300  # characters
_TEXT = 4_000  # characters; GitHub takes 65,536 in an issue


@dataclass(frozen=True)
class Log:
    """The end of a log file."""

    file: str
    text: str


@dataclass(frozen=True)
class BugReport:
    """What is known of a machine; facts by their names.

    Args:
        checks: what `doctor` looked for.
        programs: what other commands say of their versions.
        environment: names of the variables, never values.
        logs: newest first.
    """

    versions: Mapping[str, str]
    checks: tuple[Mapping[str, str], ...]
    programs: Mapping[str, str]
    limits: Mapping[str, str]
    environment: tuple[str, ...]
    session: Mapping[str, str]
    logs: tuple[Log, ...]

    def mapped(self, change: Callable[[str], str]) -> "BugReport":
        """Return the report with every text in it changed; names of facts are ours and stay."""

        def facts(given: Mapping[str, str]) -> dict[str, str]:
            return {name: change(text) for name, text in given.items()}

        return BugReport(
            versions=facts(self.versions),
            checks=tuple(facts(one) for one in self.checks),
            programs=facts(self.programs),
            limits=facts(self.limits),
            environment=tuple(change(name) for name in self.environment),
            session=facts(self.session),
            logs=tuple(Log(change(log.file), change(log.text)) for log in self.logs),
        )


def capped(text: str) -> str:
    """Return a text of moderate size: long lines lose their end, long texts their first lines.

    Only for what is masked already: half a secret would not be recognised.
    """
    kept: list[str] = []
    room = _TEXT
    for line in reversed(text.split("\n")):
        short = line if len(line) <= _LINE else line[:_LINE] + "…"
        room -= len(short) + 1
        if room < 0:
            break
        kept.append(short)
    return "\n".join(reversed(kept))


def as_data(report: BugReport) -> dict[str, Any]:
    """Return a report as JSON holds it."""
    return asdict(report)
