"""aksnetpol verify: what a cluster really does, against what it should."""

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aksnetpol.cli import probing
from aksnetpol.cli.console import print_json, say_error
from aksnetpol.cli.options import JsonOption, LocalOption
from aksnetpol.cli.probing import CONCURRENCY, Format
from aksnetpol.errors import AksnetpolError, UserError
from aksnetpol.report import walkthrough

app = typer.Typer(help="Prove by real connections what a cluster's policies do.", no_args_is_help=True)


class Os(StrEnum):
    """Operating systems of nodes."""

    LINUX = "linux"
    WINDOWS = "windows"


KubeconfigOption = Annotated[Path | None, typer.Option("--kubeconfig", help="The cluster's kubeconfig file.")]
ContextOption = Annotated[str | None, typer.Option("--context", help="Context of the kubeconfig.")]
EngineOption = Annotated[
    str, typer.Option("--engine", "-e", help="Whose semantics to expect; with --local the cluster's own.")
]
ServerOsOption = Annotated[Os, typer.Option(help="Operating system of the server's node.")]
ClientOsOption = Annotated[Os, typer.Option(help="Operating system of the client's node.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print it.")]
ConcurrencyOption = Annotated[int, typer.Option(min=1, max=64, help="Connections at the same time.")]
WatchOption = Annotated[float, typer.Option(help="Repeat after so many seconds, until interrupted.")]


@app.command()
def demo(
    server_os: ServerOsOption = Os.LINUX,
    client_os: ClientOsOption = Os.LINUX,
    local: LocalOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    engine: EngineOption = "",
    form: FormatOption = Format.TABLE,
    json: JsonOption = False,
) -> None:
    """Run the documented walkthrough, step by step, in a namespace of its own; exit code 1 where it differs.

    Example: [bold]aksnetpol verify demo --local[/bold]
    """
    if form is Format.HTML:
        raise UserError("verify demo has no page: use --format table, json or junit.")
    chosen = probing.target(kubeconfig, context, engine, local=local)
    steps = list(probing.walk(chosen, server_os, client_os, show=not json and form is Format.TABLE))
    simulated = chosen.simulates(server_os, client_os)
    if json or form is Format.JSON:
        print_json({**walkthrough.data(chosen, steps), "simulatedWindows": simulated})
    elif form is Format.JUNIT:
        sys.stdout.write(walkthrough.as_junit(steps, simulated=simulated))
    if not all(step.as_expected for step in steps):
        raise typer.Exit(1)


@app.command()
def policies(
    local: LocalOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    engine: EngineOption = "",
    concurrency: ConcurrencyOption = CONCURRENCY,
    watch: WatchOption = 0.0,
    form: FormatOption = Format.TABLE,
    json: JsonOption = False,
) -> None:
    """Attempt few connections that exercise every rule of every policy.

    Pods whose image has no agnhost are probed from short-lived twins with the same labels. Exit code 1
    where the cluster does not do what the model says, or where nothing can be probed.

    Example: [bold]aksnetpol verify policies --kubeconfig ~/.kube/config --engine cilium[/bold]
    """
    chosen = probing.target(kubeconfig, context, engine, local=local)
    if chosen.is_model:
        raise UserError(
            "Here policies are only modelled: there is nothing to prove. See why: aksnetpol local status"
        )
    form = Format.JSON if json else form

    def proves() -> bool:
        found = probing.prove(chosen, concurrency)
        probing.show(found, form)
        return found.agrees

    while watch:
        try:
            proves()
        except AksnetpolError as error:  # the cluster may be away for a while: what it does then is told too
            say_error(str(error))
        time.sleep(watch)
    if not proves():
        raise typer.Exit(1)
