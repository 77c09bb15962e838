"""aksnetpol reach"""

from typing import Annotated

import typer

from aksnetpol.cli.console import print_json
from aksnetpol.cli.options import JsonOption
from aksnetpol.cli.policy_input import (
    DEFAULT_ENGINE,
    ContextOption,
    EngineOption,
    Format,
    KindOption,
    KubeconfigOption,
    Live,
    LiveOption,
    PartialOption,
    PathsArgument,
    RenderOption,
    VersionOption,
    analyzed,
    engine_of,
    read_loaded,
    width,
    write,
)
from aksnetpol.errors import UserError
from aksnetpol.policy import Cluster, Filter, Protocol
from aksnetpol.policy.model.endpoints import parse_port, selected
from aksnetpol.report import connections
from aksnetpol.report.connections import Level, Report

LevelOption = Annotated[Level, typer.Option(help="Groups, or pairs of workloads or of pods.")]
FromOption = Annotated[
    list[str] | None, typer.Option("--from", metavar="X", help="NAMESPACE/NAME, NAMESPACE/* or outside.")
]
ToOption = Annotated[list[str] | None, typer.Option("--to", metavar="Y", help="The same for destinations.")]
NamespaceOption = Annotated[
    list[str] | None, typer.Option("--namespace", "-n", help="Connections from or to this namespace.")
]
PortOption = Annotated[str, typer.Option("--port", "-p", metavar="80/TCP", help="This port only.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the connections.")]
NodesOption = Annotated[bool, typer.Option("--nodes", help="With nodes.")]
UnknownOption = Annotated[
    bool, typer.Option("--unknown", help="Also what may be open beyond this, and what the input lacks.")
]
ExposureOption = Annotated[
    bool, typer.Option("--exposure", help="Also what pods that do not exist yet could reach.")
]


def command(
    paths: PathsArgument = None,
    engine: EngineOption = DEFAULT_ENGINE,
    engine_version: VersionOption = "",
    level: LevelOption = Level.GROUPS,
    sources: FromOption = None,
    destinations: ToOption = None,
    namespace: NamespaceOption = None,
    port: PortOption = "",
    form: FormatOption = Format.TABLE,
    json: JsonOption = False,
    nodes: NodesOption = False,
    exposure: ExposureOption = False,
    unknown: UnknownOption = False,
    allow_partial: PartialOption = False,
    live: LiveOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    kind: KindOption = None,
    render: RenderOption = False,
) -> None:
    """Show all allowed connections under an engine, external peers as CIDRs.

    Example: [bold]aksnetpol reach manifests/ --engine cilium --namespace demo[/bold]
    """
    loaded = read_loaded(paths, Live(live, kubeconfig, context), kind, render=render)
    read = analyzed(loaded, engine_of(engine, engine_version), allow_partial=allow_partial)
    cluster = read.reach.cluster
    number, protocol = _port(port)
    wanted = Filter(
        namespaces=_namespaces(cluster, namespace),
        sources=frozenset(name for text in sources or () for name in selected(cluster, text)),
        destinations=frozenset(name for text in destinations or () for name in selected(cluster, text)),
        port=number,
        protocol=protocol,
        nodes=nodes,
    )
    report = connections.build(
        read.reach,
        level,
        wanted,
        read.findings,
        partial=read.partial,
        exposed=exposure,
        unknown=unknown,
    )
    _print(report, Format.JSON if json else form)


def _namespaces(cluster: Cluster, names: list[str] | None) -> frozenset[str]:
    for name in names or ():
        if name not in cluster.namespaces:
            there = ", ".join(sorted(cluster.namespaces)) or "none"
            raise UserError(f"--namespace: no namespace is called {name!r}; there are: {there}.")
    return frozenset(names or ())


def _port(text: str) -> tuple[int | None, Protocol]:
    if not text:
        return None, Protocol.TCP
    number, protocol = parse_port(text)
    if not isinstance(number, int) or protocol not in Protocol.__members__:
        raise UserError(f"--port: {text!r} is no port number with a protocol. Write it as 80/TCP.")
    return number, Protocol(protocol)


def _print(report: Report, form: Format) -> None:
    match form:
        case Format.TABLE:
            write(connections.table.render(report, width()))
        case Format.JSON:
            print_json(connections.json_data.data(report))
        case Format.CSV:
            write(connections.csv_rows.render(report))
        case Format.DOT:
            write(connections.dot.render(report))
        case Format.MERMAID:
            write(connections.mermaid.render(report))
