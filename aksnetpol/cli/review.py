"""aksnetpol review"""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aksnetpol.cli.console import err, print_json
from aksnetpol.cli.options import JsonOption
from aksnetpol.cli.policy_input import width
from aksnetpol.cli.review_run import Asked, review
from aksnetpol.deploy import find_project
from aksnetpol.report.review import Gate, Review, data, markdown, sarif, terminal


class Format(StrEnum):
    """How a report is printed."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"


BaseOption = Annotated[str, typer.Option("--base", metavar="REV", help="What the change is held against.")]
HeadOption = Annotated[str, typer.Option("--head", metavar="REV", help="The change; committed files only.")]
StacksOption = Annotated[
    list[str] | None,
    typer.Option("--stack", "-s", help="A stack; several times for several. All by default."),
]
ManifestsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--manifests", metavar="PATH", help="What else is in the cluster: a file or folder of the repository."
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print it.")]
FailOption = Annotated[list[Gate] | None, typer.Option("--fail-on", help="What makes the exit code 1.")]


def command(
    base: BaseOption,
    head: HeadOption = "HEAD",
    stack: StacksOption = None,
    manifests: ManifestsOption = None,
    form: FormatOption = Format.TERMINAL,
    json: JsonOption = False,
    fail_on: FailOption = None,
) -> None:
    """Say what a change does to stacks: resources, engine, connections, lint, retirements.

    Needs no cloud and no credential: both revisions are previewed against local stand-ins. Exit code 1 when
    the change does what --fail-on names; 2 when a stack of the change cannot be read.

    Example: [bold]aksnetpol review --base origin/main -s dev --format markdown --fail-on opened[/bold]
    """
    project, today = find_project(Path.cwd()), datetime.now(UTC).date()
    with err.status("previewing both revisions"):
        found = review(project, Asked(base, head, tuple(stack or ()), tuple(manifests or ()), today))
    _print(found, Format.JSON if json else form)
    if found.broken:
        raise typer.Exit(2)
    if found.tripped(tuple(fail_on or ())):
        raise typer.Exit(1)


def _print(review: Review, form: Format) -> None:
    match form:
        case Format.JSON:
            print_json(data.data(review))
        case Format.SARIF:
            print_json(sarif.sarif(review))
        case Format.MARKDOWN:
            sys.stdout.write(markdown.render(review))
        case Format.TERMINAL:
            sys.stdout.write(terminal.render(review, width()))
