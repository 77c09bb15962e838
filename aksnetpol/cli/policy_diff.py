"""aksnetpol diff"""

from typing import Annotated

import typer

from aksnetpol.cli import rendering
from aksnetpol.cli.console import print_json
from aksnetpol.cli.options import JsonOption
from aksnetpol.cli.policy_input import (
    DEFAULT_ENGINE,
    ContextOption,
    Input,
    KindOption,
    KubeconfigOption,
    Live,
    LiveOption,
    PartialOption,
    RenderOption,
    analyzed,
    declared,
    read_loaded,
    refuse_two_inputs,
    width,
    write,
)
from aksnetpol.errors import UserError
from aksnetpol.policy import Loaded, diff, load
from aksnetpol.policy.load.custom_workloads import Declared
from aksnetpol.policy.load.tree import Render
from aksnetpol.report import changes
from aksnetpol.report.changes import Comparison, Side
from aksnetpol.report.connections.model import engine_name

PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="OLD NEW", help="Files, folders, REV:path; one PATH with two engines."),
]
EnginesOption = Annotated[
    tuple[str, str],
    typer.Option("--engine", "-e", metavar="OLD NEW", help="Two engines, each with its @VERSION if wanted."),
]


def command(
    paths: PathsArgument = None,
    engines: EnginesOption = (DEFAULT_ENGINE, DEFAULT_ENGINE),
    json: JsonOption = False,
    allow_partial: PartialOption = False,
    live: LiveOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    kind: KindOption = None,
    render: RenderOption = False,
) -> None:
    """Show the connections that two snapshots, or two engines, do not share, riskiest first.

    With a live cluster and one PATH, the cluster is the old snapshot. Exit code 1 when anything opened
    between ends that were there before, else 0; 2 for wrong input.

    Example: [bold]aksnetpol diff main:manifests manifests/[/bold]
    Example: [bold]aksnetpol diff --engine npm-linux cilium manifests/[/bold]
    """
    old, new = _snapshots(
        paths or [],
        engines,
        Live(live, kubeconfig, context),
        declared(kind),
        rendering.render if render else None,
    )
    before, after = (
        analyzed(loaded, engine, allow_partial=allow_partial)
        for (_, loaded), engine in zip((old, new), engines, strict=True)
    )
    comparison = Comparison(_side(old[0], before), _side(new[0], after), diff(before.reach, after.reach))
    if json:
        print_json(changes.data(comparison))
    else:
        write(changes.render(comparison, width()))
    if comparison.difference.opened:
        raise typer.Exit(1)


Named = tuple[str, Loaded]


def _snapshots(
    paths: list[str], engines: tuple[str, str], live: Live, kinds: Declared, render: Render | None
) -> tuple[Named, Named]:
    """Return the old and the new snapshot with their names.

    Raises:
        UserError: too few or too many of them.
    """
    refuse_two_inputs(paths)
    read = [(path, load([path], kinds, render)) for path in paths[:2]]
    if live.wanted:
        read.insert(0, ("live cluster", read_loaded(None, live)))
    if len(paths) <= 2 and len(read) == 2:
        return read[0], read[1]
    if len(read) == 1 and engines[0] != engines[1]:
        return read[0], read[0]
    raise UserError(
        "Give OLD and NEW, or two different engines and one PATH: --engine npm-linux cilium PATH."
    )


def _side(name: str, read: Input) -> Side:
    return Side(
        name=name,
        engine=engine_name(read.reach),
        view=read.reach.cluster.view,
        pods=len(read.reach.snapshot.pods),
        partial=read.partial,
        findings=read.findings,
    )
