"""aksnetpol review"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aksnetpol import clock, extras
from aksnetpol.cli.console import err, note, say_error, tool_progress
from aksnetpol.cli.options import JsonOption, LocalOption, SavePlanOption, TimeoutOption
from aksnetpol.cli.policy_input import DEFAULT_ENGINE, width
from aksnetpol.errors import UserError
from aksnetpol.post import PostError, PullRequest, ServiceName, pull_request
from aksnetpol.project import find_project, nearest_project_file
from aksnetpol.review import Deployed, Gate, Manifests, Review, Revisions, review
from aksnetpol.review.formats.form import OF_SAVED, Format, Output

if TYPE_CHECKING:
    from aksnetpol.deploy import Engine
    from aksnetpol.review.formats.schema import Report

BaseOption = Annotated[
    str | None, typer.Option("--base", metavar="REV", help="What the change is held against.")
]
HeadOption = Annotated[
    str | None,
    typer.Option(
        "--head",
        metavar="REV",
        help="The change; committed files only.",
        show_default="HEAD; of manifests the working tree",
    ),
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
        "--manifests",
        metavar="PATH",
        help="What is in the cluster beside the stacks, or without any: a file or folder of the repository.",
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        "-e",
        help="Review manifests, in a project too, as this engine enforces them: ENGINE or ENGINE@VERSION.",
        show_default="kubernetes, of manifests",
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
    engine: EngineOption = None,
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
    """Say what a change does to stacks or manifests: connections, lint, resources, engine, retirements.

    Needs no cloud and no credential: both revisions are previewed against local stand-ins. Outside a Pulumi
    project the manifests are compared, which takes no extra. With --deployed the state is read and Azure is
    asked, by the credentials of an up: not for forks. Exit code 1 when the change does what --fail-on names,
    or the report cannot be posted; 2 when a stack cannot be read.

    Example: [bold]aksnetpol review --base origin/main -s dev --format markdown --fail-on opened[/bold]
    Example: [bold]aksnetpol review --base origin/main --manifests k8s --fail-on opened[/bold]
    Example: [bold]aksnetpol review --deployed -s prod --save-plan prod.plan[/bold]
    """
    from aksnetpol.post.report_file import read_report  # these are slow to import, and --help needs none
    from aksnetpol.review.formats.rendering import rendered, write

    files, form = _outputs(output or []), Format.JSON if json else form
    place = _place(post) if post else None
    names, others = tuple(dict.fromkeys(stack or ())), tuple(manifests or ())
    if deployed and (base or head):
        raise UserError("--deployed is a review of the state and the working tree: no --base, no --head.")
    if engine and (deployed or stack):
        raise UserError("--engine is for manifests: a stack's own settings name its engine.")
    if not deployed and (local or kubeconfig or save_plan):
        raise UserError("--local, --kubeconfig and --save-plan go with --deployed.")
    if saved:
        if base or stack or manifests or engine or fail_on or deployed:
            raise UserError(
                "--from takes a report as it is: no --base, --deployed, --stack, --manifests, --engine or "
                "--fail-on."
            )
        form = form or Format.MARKDOWN
        _check_saved([form, *(file.form for file in files)])
        found = read_report(saved)
    elif deployed:
        asked = _deployed(names, others, local, kubeconfig, save_plan, timeout)
        with err.status("previewing the update"):
            found = review(asked)
    elif _of_manifests(names, others, engine):
        asked = Manifests(_base(base), head, others, engine or DEFAULT_ENGINE, clock.today())
        with err.status("reading both revisions"):
            found = review(asked)
    else:
        asked = _revisions(base, head, names, others, timeout)
        with err.status("previewing both revisions"):
            found = review(asked)
    sys.stdout.write(rendered(found, form or Format.TERMINAL, width()))
    sys.stdout.flush()
    write(found, files, width())
    posted = _post(found, place) if place else True
    if code := _exit_code(found, posted, fail_on or []):
        raise typer.Exit(code)


def _outputs(texts: list[str]) -> tuple[Output, ...]:
    """Read FORMAT=FILE texts."""
    found: list[Output] = []
    for text in texts:
        form, _, path = text.partition("=")
        if form not in {one.value for one in Format} or not path:
            known = ", ".join(one.value for one in Format)
            raise UserError(f"--output {text}: must be FORMAT=FILE, where FORMAT is one of {known}.")
        found.append(Output(Format(form), Path(path)))
    return tuple(found)


def _check_saved(forms: list[Format]) -> None:
    for form in forms:
        if form not in OF_SAVED:
            raise UserError(f"A saved report can be written as markdown, html and json, not as {form}.")


def _place(post: ServiceName) -> PullRequest:
    extras.require("live", "--post")
    return pull_request(post, os.environ)


def _base(given: str | None) -> str:
    if not given:
        raise UserError(
            "Name what the change is held against: --base, --deployed for the deployed stacks, or --from "
            "for a saved report."
        )
    return given


def _of_manifests(stacks: tuple[str, ...], manifests: tuple[str, ...], engine: str | None) -> bool:
    """Tell whether manifests are reviewed and no stacks: outside a project, or where an engine is named."""
    if engine and not manifests:
        raise UserError("--engine is for manifests: name files or folders with --manifests.")
    return bool(engine) or (bool(manifests) and not stacks and nearest_project_file(Path.cwd()) is None)


def _revisions(
    base: str | None,
    head: str | None,
    stacks: tuple[str, ...],
    manifests: tuple[str, ...],
    timeout: float | None,
) -> Revisions:
    base = _base(base)
    if not nearest_project_file(Path.cwd()) and not manifests:
        raise UserError(
            f"No Pulumi.yaml in {Path.cwd()} or above it. Run this in the project's folder, or name what to "
            "compare with --manifests."
        )
    extras.require("local", "A review of stacks")
    # Imported here, as below: a saved report needs neither Pulumi nor local mode, which are slow to import.
    from aksnetpol.cli.target import preview_limit
    from aksnetpol.local.providers.rules import differences
    from aksnetpol.local.stand_ins import stand_ins

    return Revisions(
        project=find_project(Path.cwd()),
        base=base,
        head=head or "HEAD",
        stacks=stacks,
        manifests=manifests,
        rules=differences,
        today=clock.today(),
        limit=preview_limit(timeout),
        engine=_engine,
        stand_ins=stand_ins,
    )


def _engine() -> "Engine":
    from aksnetpol.deploy import find_engine

    with tool_progress() as report:
        return find_engine(report)


def _deployed(
    stacks: tuple[str, ...],
    manifests: tuple[str, ...],
    local: bool,
    kubeconfig: Path | None,
    save_plan: Path | None,
    timeout: float | None,
) -> Deployed:
    extras.require("local" if local else "pulumi", "A review of deployed stacks")
    from aksnetpol.cli.target import workspaces
    from aksnetpol.local.providers.rules import differences

    project = find_project(Path.cwd())
    names = stacks or project.stacks()
    for option, value in (("--save-plan", save_plan), ("--kubeconfig", kubeconfig)):
        if value and len(names) != 1:
            raise UserError(f"{option} is for one stack: name it with --stack.")
    opened = workspaces(project, local=local, timeout=timeout)
    return Deployed(names, manifests, differences, clock.today(), opened, kubeconfig, save_plan)


def _post(found: "Review | Report", place: PullRequest) -> bool:
    """Bring a report to a pull request; tell whether that worked."""
    from aksnetpol.post.publishing import Outcome, publish
    from aksnetpol.review.formats import markdown, published

    report = published.report(found) if isinstance(found, Review) else found
    try:
        with err.status("posting"):
            outcome = publish(place, markdown.comment(report, place.run))
    except PostError as error:
        say_error(f"The report was not posted. {error}")
        return False
    note(f"{'Not posted' if outcome is Outcome.NOTHING else 'Comment'}: {outcome}.")
    return True


def _exit_code(found: "Review | Report", posted: bool, gates: list[Gate]) -> int:
    """A saved report has had its gates when it was made."""
    if isinstance(found, Review):
        if found.broken:
            return 2
        if found.tripped(tuple(gates)):
            return 1
    return 0 if posted else 1
