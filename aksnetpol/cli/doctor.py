"""aksnetpol doctor"""

from dataclasses import asdict

import typer
from rich.text import Text

from aksnetpol.cli.console import out, print_json, table
from aksnetpol.cli.options import JsonOption
from aksnetpol.deploy import doctor

_STYLES = {"ok": "green", "note": "yellow", "missing": "red"}


def command(json: JsonOption = False) -> None:
    """Check tools, versions and credentials: what is missing, and how to get it. Exit code 1 if anything is.

    Example: [bold]aksnetpol doctor --json[/bold]
    """
    checks = doctor.examine()
    if json:
        print_json([asdict(one) for one in checks])
    else:
        rows = table("", "", "what", "found", "how to get it")
        for one in checks:
            rows.add_row(Text(one.status, _STYLES[one.status]), one.name, one.found, one.remedy)
        out.print(rows)
    if any(one.status == "missing" for one in checks):
        raise typer.Exit(1)
