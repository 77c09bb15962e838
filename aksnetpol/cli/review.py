"""aksnetpol review"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from aksnetpol import clock
from aksnetpol.cli import review_deployed
from aksnetpol.cli.console import err
from aksnetpol.cli.options import JsonOption, LocalOption, SavePlanOption, TimeoutOption
from aksnetpol.cli.review_deployed import Deployed
from aksnetpol.cli.review_formats import Format, check_saved, outputs, rendered, write
from aksnetpol.cli.review_post import post as post_report
from aksnetpol.cli.review_run import Asked, review
from aksnetpol.deploy import find_project
from aksnetpol.errors import UserError
from aksnetpol.post import ServiceName, pull_request, read_report
from aksnetpol.report.review import Gate, Review
from aksnetpol.report.review.schema import Report

BaseOption = Annotated[
    str | None, typer.Option("--base", metavar="REV", help="What the change is held against.")
]
HeadOption = Annotated[
    str | None,
    typer.Option("--head", metavar="REV", help="The change; committed files only.", show_default="HEAD"),
]
DeployedOption = Annotated[
    bool,
    typer.Option(
        "--deployed", help="Instead: what an up of the working tree would do to the deployed stacks."
    ),
]
LiveOption = Annotated[
    Path | None,
    typer.Option(
        "--kubeconfig",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="With --deployed: compare connections in this live cluster.",
    ),
]
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
FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help="How to print it.", show_default="terminal")
]
OutputOption = Annotated[
    list[str] | None,
    typer.Option("--output", "-o", metavar="FORMAT=FILE", help="Write it to a file too; several times."),
]
FromOption = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="Make no report: take one that --output json=FILE saved."),
]
PostOption = Annotated[
    ServiceName | None,
    typer.Option("--post", help="Comment on the CI job's pull request; its token is in the environment."),
]
FailOption = Annotated[list[Gate] | None, typer.Option("--fail-on", help="What makes the exit code 1.")]


def command(
    base: BaseOption = None,
    head: HeadOption = None,
    deployed: DeployedOption = False,
    stack: StacksOption = None,
    manifests: ManifestsOption = None,
    local: LocalOption = False,
    kubeconfig: LiveOption = None,
    save_plan: SavePlanOption = None,
    form: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    saved: FromOption = None,
    post: PostOption = None,
    fail_on: FailOption = None,
    timeout: TimeoutOption = None,
) -> None:
    """Say what a change does to stacks: resources, engine, connections, lint, retirements.

    Needs no cloud and no credential: both revisions are previewed against local stand-ins. With --deployed
    the state is read and Azure is asked, by the credentials of an up: not for forks. Exit code 1 when the
    change does what --fail-on names, or the report cannot be posted; 2 when a stack cannot be read.

    Example: [bold]aksnetpol review --base origin/main -s dev --format markdown --fail-on opened[/bold]
    Example: [bold]aksnetpol review --deployed -s prod --save-plan prod.plan[/bold]
    """
    files, form = outputs(output or []), Format.JSON if json else form
    place = pull_request(post, os.environ) if post else None
    names, others, today = tuple(stack or ()), tuple(manifests or ()), clock.today()
    if deployed and (base or head):
        raise UserError("--deployed is a review of the state and the working tree: no --base, no --head.")
    if not deployed and (local or kubeconfig or save_plan):
        raise UserError("--local, --kubeconfig and --save-plan go with --deployed.")
    if saved:
        if base or stack or manifests or fail_on or deployed:
            raise UserError(
                "--from takes a report as it is: no --base, --deployed, --stack, --manifests or --fail-on."
            )
        form = form or Format.MARKDOWN
        check_saved([form, *(file.form for file in files)])
    asked = (
        Deployed(names, others, local, kubeconfig, save_plan, today, timeout)
        if deployed
        else Asked(base or "", head or "HEAD", names, others, today, timeout)
    )
    found = read_report(saved) if saved else _review(asked)
    sys.stdout.write(rendered(found, form or Format.TERMINAL))
    sys.stdout.flush()
    write(found, files)
    posted = post_report(found, place) if place else True
    if code := _exit_code(found, posted, fail_on or []):
        raise typer.Exit(code)


def _review(asked: Asked | Deployed) -> Review:
    if isinstance(asked, Deployed):
        return review_deployed.review(find_project(Path.cwd()), asked)
    if not asked.base:
        raise UserError(
            "Name what the change is held against: --base, --deployed for the deployed stacks, or --from "
            "for a saved report."
        )
    with err.status("previewing both revisions"):
        return review(find_project(Path.cwd()), asked)


def _exit_code(found: Review | Report, posted: bool, gates: list[Gate]) -> int:
    """A saved report has had its gates when it was made."""
    if isinstance(found, Review):
        if found.broken:
            return 2
        if found.tripped(tuple(gates)):
            return 1
    return 0 if posted else 1
