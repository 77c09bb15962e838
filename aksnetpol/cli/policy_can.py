"""aksnetpol can"""

import typer

from aksnetpol.cli.console import note, out, print_json
from aksnetpol.cli.options import JsonOption
from aksnetpol.cli.policy_input import (
    DEFAULT_ENGINE,
    ContextOption,
    DestinationArgument,
    EngineOption,
    KindOption,
    KubeconfigOption,
    Live,
    LiveOption,
    PartialOption,
    PathsArgument,
    RenderOption,
    SourceArgument,
    VersionOption,
    analyzed,
    engine_of,
    read_loaded,
)
from aksnetpol.policy.model.endpoints import parse_target
from aksnetpol.report import verdict as report
from aksnetpol.report.connections.model import engine_name


def command(
    source: SourceArgument,
    destination: DestinationArgument,
    paths: PathsArgument = None,
    engine: EngineOption = DEFAULT_ENGINE,
    engine_version: VersionOption = "",
    json: JsonOption = False,
    allow_partial: PartialOption = False,
    live: LiveOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    kind: KindOption = None,
    render: RenderOption = False,
) -> None:
    """Say whether a connection is allowed, and why: exit code 0 for yes, 1 for no, 2 for wrong input.

    Example: [bold]aksnetpol can demo/client demo/server:80/TCP manifests/[/bold]
    """
    target = parse_target(destination)
    loaded = read_loaded(paths, Live(live, kubeconfig, context), kind, render=render)
    read = analyzed(loaded, engine_of(engine, engine_version), allow_partial=allow_partial)
    verdict = read.reach.can(source, target.reference, target.port, target.protocol)
    if json:
        name, view = engine_name(read.reach), read.reach.cluster.view
        print_json(report.data(verdict, engine=name, view=view, partial=read.partial))
    else:
        mark = "PARTIAL INPUT, may be wrong: " if read.partial else ""
        style = "green" if verdict.allowed else "red"
        out.print(mark + report.line(verdict), style=style, soft_wrap=True)
        note(f"engine {engine_name(read.reach)}, {read.reach.cluster.view} pods")
        for text in verdict.notes:
            note(text)
    if not verdict.allowed:
        raise typer.Exit(1)
