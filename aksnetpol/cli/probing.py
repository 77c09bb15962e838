"""Probes a cluster before the user's eyes: which one, how far it is, what was seen."""

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress

from aksnetpol.cli.console import err, note, out, print_json, table
from aksnetpol.errors import UserError
from aksnetpol.probe.target import Target
from aksnetpol.report import proof

if TYPE_CHECKING:
    from aksnetpol.local.node.enforcement import Enforcement
    from aksnetpol.probe.proof import Proof
    from aksnetpol.probe.verify import Result
    from aksnetpol.probe.walkthrough import Step

CONCURRENCY = 8  # connections attempted at the same time


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"
    HTML = "html"


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


def enforcement(home: Path | None) -> "Enforcement | None":
    """Return how a local session enforces policies; None for a cluster elsewhere.

    Args:
        home: the local session's folder, None without one.

    Raises:
        UserError: it only models them.
    """
    if home is None:
        return None
    from aksnetpol.local import supervisor
    from aksnetpol.local.node.enforcement import Enforcement

    found = Enforcement(supervisor.status(home).enforcement or "model")
    if found is Enforcement.MODEL:
        raise UserError(
            "Here policies are only modelled: there is nothing to prove. Leave --verify out, or see why: "
            "aksnetpol local status"
        )
    return found


def prove(chosen: Target, concurrency: int = CONCURRENCY) -> "Proof":
    """Attempt the connections that exercise every rule of every policy; see probe.proof.

    Raises:
        PartialInputError: part of it can't be understood.
        ApiError: the cluster does not answer, or refuses.
    """
    # Policies' semantics take a while to import.
    from aksnetpol.probe.proof import prepare

    attempt = prepare(chosen)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("probing", total=len(attempt.coverage.probes))

        def done(_result: "Result") -> None:
            progress.advance(task)

        return attempt.run(concurrency, done)


def walk(chosen: Target, server_os: str, client_os: str, *, show: bool) -> Iterator["Step"]:
    """Yield the steps of the walkthrough; each is shown when it is done, if wanted."""
    from aksnetpol.probe import walkthrough

    steps = walkthrough.start(chosen, server_os, client_os)
    if show:
        note(f"Walkthrough from AKS's documentation; enforcement: {chosen.enforced_by}")
        if chosen.simulates(server_os, client_os):
            note(proof.SIMULATED)
    for number, step in enumerate(steps, 1):
        if show:
            verdict = "as expected" if step.as_expected else "NOT AS EXPECTED"
            said = f"{number}. {step.title:<28} expected {step.expected:<8} seen {step.seen:<8} {verdict}"
            out.print(said, style="" if step.as_expected else "red", soft_wrap=True)
        yield step


def show(found: "Proof", form: Format = Format.TABLE) -> None:
    """Print what was attempted."""
    match form:
        case Format.JSON:
            print_json(proof.data(found))
        case Format.JUNIT:
            sys.stdout.write(proof.as_junit(found))
        case Format.HTML:
            sys.stdout.write(proof.as_page(found))
        case Format.TABLE:
            _print_table(found)


def _print_table(found: "Proof") -> None:
    shown = table("Connections", "from", "to", "expected", "seen", "")
    for one in found.results:
        probe = one.probe
        shown.add_row(
            str(probe.source),
            f"{probe.destination}:{probe.port}/{probe.protocol}",
            proof.expected(one),
            proof.seen(one),
            "" if one.agrees else "UNDECIDED" if one.undecided else "DIFFERS",
        )
    out.print(shown)
    for one in found.results:
        if not one.agrees:
            style = "yellow" if one.undecided else "red"
            out.print(f"{one.probe}: {one.cause}", style=style, soft_wrap=True)
    if any(proof.simulates(found, one) for one in found.results):
        out.print(proof.SIMULATED, soft_wrap=True)
    for item, why in found.coverage.missing:
        out.print(f"not probed: {item}: {why}", style="yellow", soft_wrap=True)
    out.print(proof.summary(found), soft_wrap=True)
