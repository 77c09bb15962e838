"""A bug report as Markdown with blocks of code, to be pasted into an issue."""

from collections.abc import Iterator, Mapping

from aksnetpol.report.bug.model import BugReport
from aksnetpol.report.escape import code, fence

_FIRST = "Secrets, names and ids are masked where they are recognised: read this before you paste it."


def as_text(report: BugReport) -> str:
    """Return a report as text."""
    return "\n\n".join(("# aksnetpol bug report", _FIRST, *_sections(report))) + "\n"


def _sections(report: BugReport) -> Iterator[str]:
    yield _section("Versions", _facts(report.versions))
    yield _section("Tools", "\n".join((*map(_check, report.checks), "", _facts(report.programs))))
    yield _section("Limits", _facts(report.limits))
    yield _section("Environment (names only)", "\n".join(report.environment))
    yield _section("Local session", _facts(report.session))
    yield "## Last logs" if report.logs else "## Last logs\n\nNone."
    for log in report.logs:
        yield f"### {code(log.file)}\n\n{fence(log.text)}"


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{fence(body)}"


def _facts(facts: Mapping[str, str]) -> str:
    width = max(map(len, facts), default=0)
    return "\n".join(f"{name:<{width}}  {' '.join(text.split())}" for name, text in facts.items())


def _check(check: Mapping[str, str]) -> str:
    remedy = f" ({check['remedy']})" if check.get("remedy") else ""
    return f"{check['status']:<7}  {check['name']}: {check['found']}{remedy}"
