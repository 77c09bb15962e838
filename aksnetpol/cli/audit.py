"""aksnetpol audit"""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from aksnetpol import clock
from aksnetpol.audit.data import data
from aksnetpol.audit.model import Audit, Gate
from aksnetpol.cli import named_cluster
from aksnetpol.cli.audit_table import show
from aksnetpol.cli.console import err, note, print_json, say_error
from aksnetpol.cli.options import JsonOption, LocalOption
from aksnetpol.engines import NetworkPolicy
from aksnetpol.findings import Severity
from aksnetpol.words import counted

if TYPE_CHECKING:
    from aksnetpol.audit.fleet import Report

SubscriptionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--subscription", help="Id or name; several times for several. All that you see by default."
    ),
]
EngineOption = Annotated[
    list[NetworkPolicy] | None,
    typer.Option("--engine", help="Clusters with this networkPolicy; several times for several."),
]
FoundOption = Annotated[bool, typer.Option("--only-findings", help="Leave out clusters without findings.")]
SeverityOption = Annotated[
    Severity | None,
    typer.Option("--severity", help="Findings at least this severe, and clusters that have some."),
]
FailOption = Annotated[
    list[Gate] | None,
    typer.Option(
        "--fail-on",
        help="What makes the exit code 1: any finding (warning), an error, or what has ended (retired).",
    ),
]
_NOTED_SECONDS = 5.0  # shorter pauses are not worth a line


def command(
    subscription: SubscriptionsOption = None,
    engine: EngineOption = None,
    only_findings: FoundOption = False,
    severity: SeverityOption = None,
    fail_on: FailOption = None,
    local: LocalOption = False,
    json: JsonOption = False,
) -> None:
    """Hold every cluster of your subscriptions against retirements, limits and rules, the worst first.

    Only reads: needs Microsoft.ContainerService/managedClusters/read, which the role Reader has.

    Exit code 0: all was read, and no cluster shown has what --fail-on names. 1: one has, or a subscription or
    a cluster could not be read; what could be is shown. 2: a wrong option, or no such subscription.

    Example: [bold]aksnetpol audit --engine azure --only-findings --fail-on retired[/bold]
    """
    whole = _read(subscription or [], local=local)
    found = whole.only(engine or (), severity, found=only_findings)
    if json:
        print_json(data(found))
    else:
        show(found, all_clusters=len(whole.clusters))
    if found.partial:
        say_error(f"The audit is incomplete: {_missing(found)} could not be read.")
    if found.partial or found.tripped(fail_on or ()):
        raise typer.Exit(1)


def _missing(found: Audit) -> str:
    """Say how much could not be read."""
    lists = sum(one.cluster is None for one in found.unread)
    clusters = len(found.unread) - lists
    parts = ((lists, "subscription"), (clusters, "cluster"))
    return " and ".join(counted(count, word) for count, word in parts if count)


def _read(wanted: list[str], *, local: bool) -> Audit:
    # The Azure client takes a while to import; help and wrong options answer at once.
    from aksnetpol.audit.fleet import audit
    from aksnetpol.azure import ArmClient

    ended = threading.Event()
    arm = ArmClient(named_cluster.environment(local=local), sleep=_pause(ended))
    try:
        with _progress() as report:
            return audit(arm, wanted, clock.today(), report)
    finally:
        ended.set()
        arm.close()


def _pause(ended: threading.Event) -> Callable[[float], None]:
    """Wait as Azure asks, aloud; not longer than the command lives."""

    def pause(seconds: float) -> None:
        if seconds >= _NOTED_SECONDS and not ended.is_set():
            note(f"Azure asks to wait {seconds:.0f} s.")
        if ended.wait(seconds):
            raise KeyboardInterrupt

    return pause


@contextmanager
def _progress() -> "Generator[Report]":
    """Tell how far the audit is: a line that moves on a terminal, else one for every tenth of the lists."""
    from aksnetpol.audit.fleet import Progress

    last = 0

    def line(now: Progress) -> str:
        return (
            f"{now.subscriptions_read} of {now.subscriptions} subscriptions read, {now.clusters:,} clusters"
        )

    def tell(now: Progress) -> None:
        nonlocal last
        if not err.is_terminal:
            tenth = now.subscriptions_read * 10 // max(now.subscriptions, 1)
            if tenth > last:
                last = tenth
                note(line(now))
        else:
            status.update(line(now))

    with err.status("listing subscriptions") as status:
        yield tell
