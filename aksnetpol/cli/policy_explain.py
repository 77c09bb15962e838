"""aksnetpol explain"""

from aksnetpol.cli.console import print_json
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
    width,
    write,
)
from aksnetpol.policy import explain
from aksnetpol.policy.generate.opening import opening
from aksnetpol.policy.model.endpoints import parse_target
from aksnetpol.report import explanation
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
    """Walk through why a connection is allowed or not, on both sides, and what would change that.

    Example: [bold]aksnetpol explain demo/client demo/server:80/TCP manifests/[/bold]
    """
    target = parse_target(destination)
    loaded = read_loaded(paths, Live(live, kubeconfig, context), kind, render=render)
    read = analyzed(loaded, engine_of(engine, engine_version), allow_partial=allow_partial)
    found = explain(read.reach, source, target.reference, target.port, target.protocol)
    opened = opening(read.reach, found.verdict)
    name, view = engine_name(read.reach), read.reach.cluster.view
    if json:
        verdict = report.data(found.verdict, engine=name, view=view, partial=read.partial)
        print_json(explanation.data(found, verdict, opened))
        return
    mark = "PARTIAL INPUT, may be wrong. " if read.partial else ""
    write(explanation.render(found, f"{mark}Engine {name}, {view} pods.", width(), opened))
