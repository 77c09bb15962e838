"""aksnetpol doctor"""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from aksnetpol.cli.console import out, print_json, print_text, table
from aksnetpol.cli.options import JsonOption

_STYLES = {"ok": "green", "note": "yellow", "missing": "red"}


ReportOption = Annotated[
    bool,
    typer.Option("--report", help="Print a text for a bug report instead: secrets masked, exit code 0."),
]


def command(json: JsonOption = False, report: ReportOption = False) -> None:
    """Check tools, versions and credentials: what is missing, and how to get it. Exit code 1 if anything is.

    Example: [bold]aksnetpol doctor --json[/bold]

    Example: [bold]aksnetpol doctor --report > report.md[/bold]
    """
    if report:
        _print_report(json=json)
    else:
        _print_checks(json=json)


def _print_report(*, json: bool) -> None:
    from aksnetpol.cli.doctor_report import gather
    from aksnetpol.report.bug import as_data, as_text

    found = gather()
    if json:
        print_json(as_data(found))
    else:
        print_text(as_text(found))


def _print_checks(*, json: bool) -> None:
    from aksnetpol.machine import checks as machine_checks

    checks = machine_checks.examine()
    if json:
        print_json([asdict(one) for one in checks])
    else:
        rows = table("", "", "what", "found", "how to get it")
        for one in checks:
            rows.add_row(Text(one.status, _STYLES[one.status]), one.name, one.found, one.remedy)
        out.print(rows)
    if any(one.status == "missing" for one in checks):
        raise typer.Exit(1)
