"""aksnetpol verify: what a cluster really does, against what it should."""

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from aksnetpol.cli.console import err, note, out, print_json, say_error, table
from aksnetpol.cli.options import JsonOption, LocalOption
from aksnetpol.errors import AksnetpolError, UserError
from aksnetpol.report.junit import Case, junit
from aksnetpol.report.matrix import Cell, page

if TYPE_CHECKING:
    from aksnetpol.local.node.enforcement import Enforcement
    from aksnetpol.probe.coverage import Coverage
    from aksnetpol.probe.verify import Result
    from aksnetpol.probe.walkthrough import Step

app = typer.Typer(help="Prove by real connections what a cluster's policies do.", no_args_is_help=True)

_SIMULATED = "Windows nodes are simulated here: Linux runs their pods, under the engine's rules for Windows."
_MARK = " (Windows simulated)"
_UNPROVED = "nothing could be probed, so nothing is proved"


class Os(StrEnum):
    """Operating systems of nodes."""

    LINUX = "linux"
    WINDOWS = "windows"


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"
    HTML = "html"


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


@dataclass(frozen=True)
class Target:
    """The cluster to probe.

    Args:
        kubeconfig: its file; None is KUBECONFIG or the user's own.
        engine: a profile's name.
        enforcement: of local mode; None for a cluster elsewhere.
    """

    kubeconfig: Path | None
    context: str | None
    engine: str
    enforcement: "Enforcement | None" = None

    @property
    def is_model(self) -> bool:
        """Whether no packet can be sent here."""
        return self.enforcement is not None and self.enforcement.value == "model"


def target(kubeconfig: Path | None, context: str | None, engine: str, *, local: bool) -> Target:
    """Find the cluster that a command is about.

    Raises:
        UserError: the options contradict each other, or the local session has no cluster.
    """
    if not local:
        return Target(kubeconfig, context, engine or "kubernetes")
    if kubeconfig is not None:
        raise UserError("--local has a kubeconfig of its own: leave --kubeconfig out.")
    from aksnetpol.local import supervisor
    from aksnetpol.local.home import default_home
    from aksnetpol.local.node.enforcement import Enforcement

    home = default_home()
    found = supervisor.status(home)
    if not found.clusters:
        raise UserError("The local session has no cluster. Make one: aksnetpol up --local -s dev")
    from aksnetpol.deploy.kubeconfig import current_context
    from aksnetpol.policy import AKS_PROFILES

    kubeconfig = home / "kubeconfig"
    if context is None and kubeconfig.exists():
        context = current_context(kubeconfig.read_text())  # the newest cluster
    named = next((one for one in found.clusters if one.name == context), None)
    if named is None:
        known = ", ".join(one.name for one in found.clusters)
        raise UserError(f"--context {context}: the local session has no such cluster. It has: {known}.")
    own = AKS_PROFILES[named.network_policy]
    return Target(kubeconfig, context, engine or own, Enforcement(found.enforcement or "model"))


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
    chosen = target(kubeconfig, context, engine, local=local)
    steps = list(walk(chosen, server_os, client_os, show=not json and form is Format.TABLE))
    simulated = _simulates(chosen, server_os, client_os)
    if json or form is Format.JSON:
        print_json({**walkthrough_data(chosen, steps), "simulatedWindows": simulated})
    elif form is Format.JUNIT:
        mark = _MARK if simulated else ""
        cases = (Case("verify demo", one.title + mark, _step_failure(one), "", one.seconds) for one in steps)
        sys.stdout.write(junit("aksnetpol verify demo", cases))
    if not all(step.as_expected for step in steps):
        raise typer.Exit(1)


def walk(chosen: Target, server_os: str, client_os: str, *, show: bool) -> Iterator["Step"]:
    """Yield the steps of the walkthrough; on a terminal each is shown when it is done."""
    from aksnetpol.probe import walkthrough
    from aksnetpol.probe.pods import Pods

    if chosen.is_model:
        steps = walkthrough.modelled(chosen.engine, server_os, client_os)
    else:
        steps = walkthrough.walk(Pods(chosen.kubeconfig, chosen.context), server_os, client_os)
    if show:
        note(f"Walkthrough from AKS's documentation; enforcement: {_enforcement(chosen)}")
        if _simulates(chosen, server_os, client_os):
            note(_SIMULATED)
    for number, step in enumerate(steps, 1):
        if show:
            verdict = "as expected" if step.as_expected else "NOT AS EXPECTED"
            said = f"{number}. {step.title:<28} expected {step.expected:<8} seen {step.seen:<8} {verdict}"
            out.print(said, style="" if step.as_expected else "red", soft_wrap=True)
        yield step


def _enforcement(chosen: Target) -> str:
    return chosen.enforcement.value if chosen.enforcement else "cluster"


def walkthrough_data(chosen: Target, steps: Iterable["Step"]) -> dict[str, Any]:
    """Return the walkthrough for programs."""
    return {"enforcement": _enforcement(chosen), "steps": [_step_data(step) for step in steps]}


def _step_data(step: "Step") -> dict[str, Any]:
    return {
        "step": step.title,
        "expected": str(step.expected),
        "seen": str(step.seen),
        "asExpected": step.as_expected,
        "said": step.said,
        "seconds": round(step.seconds, 2),
    }


def _step_failure(step: "Step") -> str:
    return "" if step.as_expected else f"expected {step.expected}, seen {step.seen}: {step.said}"


@app.command()
def policies(
    local: LocalOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    engine: EngineOption = "",
    concurrency: ConcurrencyOption = 8,
    watch: WatchOption = 0.0,
    form: FormatOption = Format.TABLE,
    json: JsonOption = False,
) -> None:
    """Attempt few connections that exercise every rule of every policy.

    Pods whose image has no agnhost are probed from short-lived twins with the same labels. Exit code 1
    where the cluster does not do what the model says, or where nothing can be probed.

    Example: [bold]aksnetpol verify policies --kubeconfig ~/.kube/config --engine cilium[/bold]
    """
    chosen = target(kubeconfig, context, engine, local=local)
    if chosen.is_model:
        raise UserError(
            "Here policies are only modelled: there is nothing to prove. See why: aksnetpol local status"
        )
    form = Format.JSON if json else form
    while watch:
        try:
            _round(chosen, form, concurrency)
        except AksnetpolError as error:  # the cluster may be away for a while: what it does then is told too
            say_error(str(error))
        time.sleep(watch)
    if not _round(chosen, form, concurrency):
        raise typer.Exit(1)


def _round(chosen: Target, form: Format, concurrency: int) -> bool:
    results, coverage = attempt(chosen, concurrency)
    show(results, coverage, chosen, form)
    return _agrees(results, coverage)


def _agrees(results: list["Result"], coverage: "Coverage") -> bool:
    """Tell whether it is proved that the cluster does what its policies say."""
    return not coverage.proves_nothing and not any(result.differs for result in results)


def attempt(chosen: Target, concurrency: int) -> "tuple[list[Result], Coverage]":
    """Attempt the connections that exercise every rule of every policy.

    Args:
        concurrency: how many at the same time.

    Raises:
        SourceError: the cluster can't be read.
        PartialInputError: part of it can't be understood.
    """
    from aksnetpol.policy import analyze, load_objects
    from aksnetpol.policy.load import live
    from aksnetpol.probe.coverage import cover
    from aksnetpol.probe.pods import Pods
    from aksnetpol.probe.twins import is_twin, left_behind, pod_specs
    from aksnetpol.probe.verify import Result, verify

    kubeconfig = str(chosen.kubeconfig) if chosen.kubeconfig else None
    pods = Pods(chosen.kubeconfig, chosen.context)
    objects = list(live.objects(live.connect(kubeconfig, chosen.context)))
    manifests = [one for one in objects if one["kind"] == "Pod"]
    for namespace, name in left_behind(manifests, datetime.now(UTC)):
        pods.delete_config_map(namespace, name)
    # Another verification may be under way: its twins are nobody's workload.
    kept = [one for one in objects if one["kind"] != "Pod" or not is_twin(one)]
    loaded = load_objects(kept, chosen.context or kubeconfig or "cluster")
    coverage = cover(analyze(loaded.complete(), chosen.engine))
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("probing", total=len(coverage.probes))

        def done(_result: Result) -> None:
            progress.advance(task)

        specs = pod_specs(manifests)
        return verify(pods, coverage, specs, concurrency=concurrency, done=done), coverage


def show(results: list["Result"], coverage: "Coverage", chosen: Target, form: Format) -> None:
    """Print what was attempted."""
    match form:
        case Format.JSON:
            print_json(data(results, coverage, chosen))
        case Format.JUNIT:
            sys.stdout.write(junit("aksnetpol verify policies", _cases(results, coverage, chosen)))
        case Format.HTML:
            sys.stdout.write(_page(results, coverage, chosen))
        case Format.TABLE:
            _print_table(results, coverage, chosen)


def _print_table(results: list["Result"], coverage: "Coverage", chosen: Target) -> None:
    shown = table("Connections", "from", "to", "expected", "seen", "")
    for one in results:
        probe = one.probe
        shown.add_row(
            str(probe.source),
            f"{probe.destination}:{probe.port}/{probe.protocol}",
            "allowed" if probe.expected.allowed else "denied",
            str(one.seen) if one.seen else "not attempted",
            "" if one.agrees else "UNDECIDED" if one.undecided else "DIFFERS",
        )
    out.print(shown)
    for one in results:
        if not one.agrees:
            style = "yellow" if one.undecided else "red"
            out.print(f"{one.probe}: {one.cause}", style=style, soft_wrap=True)
    if any(_simulated(one, chosen) for one in results):
        out.print(_SIMULATED, soft_wrap=True)
    for item, why in coverage.missing:
        out.print(f"not probed: {item}: {why}", style="yellow", soft_wrap=True)
    out.print(_summary(results, coverage, chosen), soft_wrap=True)


def _simulated(result: "Result", chosen: Target) -> bool:
    """Whether a verdict depends on a Windows node that is none."""
    return _simulates(chosen, result.probe.source.node_os, result.probe.destination.node_os)


def _simulates(chosen: Target, *systems: str | None) -> bool:
    return chosen.enforcement is not None and Os.WINDOWS in systems


def _page(results: list["Result"], coverage: "Coverage", chosen: Target) -> str:
    cells = [
        Cell(
            str(one.probe.source),
            str(one.probe.destination),
            f"{one.probe.port}/{one.probe.protocol}",
            "allowed" if one.probe.expected.allowed else "denied",
            str(one.seen) if one.seen else "not attempted",
            not one.differs,
            one.cause,
        )
        for one in results
    ]
    left_out = [f"undecided: {one.probe}: {one.cause}" for one in results if one.undecided]
    left_out += [f"not probed: {item}: {why}" for item, why in coverage.missing]
    if any(_simulated(one, chosen) for one in results):
        left_out.insert(0, _SIMULATED)
    return page("Connections, tried", _summary(results, coverage, chosen), cells, left_out)


def _summary(results: list["Result"], coverage: "Coverage", chosen: Target) -> str:
    differ, silent = sum(one.differs for one in results), sum(one.undecided for one in results)
    answer = "the cluster does what the model says" if not differ else f"{differ} differ"
    if not results:
        answer = _UNPROVED if coverage.proves_nothing else "there is no policy to prove"
    undecided = f", {silent} undecided" if silent else ""
    return f"{len(results)} connections under the semantics of {chosen.engine}: {answer}{undecided}."


def data(results: list["Result"], coverage: "Coverage", chosen: Target) -> Mapping[str, Any]:
    """Return what was attempted for programs."""
    return {
        "engine": chosen.engine,
        "enforcement": _enforcement(chosen),
        "agrees": _agrees(results, coverage),
        "probes": [
            {
                "source": str(one.probe.source),
                "destination": str(one.probe.destination),
                "port": one.probe.port,
                "protocol": str(one.probe.protocol),
                "expected": "allowed" if one.probe.expected.allowed else "denied",
                "seen": str(one.seen) if one.seen else None,
                "agrees": one.agrees,
                "undecided": one.undecided,
                "simulatedWindows": _simulated(one, chosen),
                "cause": one.cause,
                "exercises": [str(item) for item in one.probe.exercises],
                "seconds": round(one.seconds, 2),
            }
            for one in results
        ],
        "notProbed": [{"item": str(item), "because": why} for item, why in coverage.missing],
    }


def _cases(results: list["Result"], coverage: "Coverage", chosen: Target) -> Iterator[Case]:
    for one in results:
        failure, skipped = (one.cause, "") if one.differs else ("", one.cause)
        mark = _MARK if _simulated(one, chosen) else ""
        yield Case("verify policies", f"{one.probe}{mark}", failure, skipped, one.seconds)
    for item, why in coverage.missing:
        yield Case("verify policies", str(item), "", why)
    if coverage.proves_nothing:
        yield Case("verify policies", "any connection", _UNPROVED)
