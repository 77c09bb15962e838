"""Shows a plan, asks, and executes it on the live cluster: what migrate and uninstall share."""

import shlex
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from aksnetpol import clock
from aksnetpol.cli import named_cluster, probing
from aksnetpol.cli.console import confirm, err, note, out, print_json
from aksnetpol.cli.engine_flows import compare, show_flows
from aksnetpol.cli.engine_table import show
from aksnetpol.engines import NetworkPolicy
from aksnetpol.engines.moves import LiveCluster, Networking, Plan, Refusal, Step, WantedNetworking, plan
from aksnetpol.engines.moves.data import data
from aksnetpol.errors import AksnetpolError, UserError
from aksnetpol.migration.agreed import go
from aksnetpol.policy import AKS_PROFILES
from aksnetpol.probe.target import Target as Probed
from aksnetpol.report import proof
from aksnetpol.words import counted, times

if TYPE_CHECKING:
    from aksnetpol.probe.proof import Proof

_LEAVES_CALICO = frozenset({"uninstall-calico", "calico-to-cilium"})


@dataclass(frozen=True)
class Target:
    """The cluster that the options name, and how it is reached."""

    group: str | None
    name: str | None
    subscription: str | None
    stack: str | None
    local: bool
    kubeconfig: Path | None

    def refuse_stack(self) -> None:
        """Accept no stack: its next update would undo what was done beside it.

        Raises:
            UserError: it is a stack.
        """
        if self.stack is not None:
            raise UserError(
                f"Stack {self.stack!r} owns the networking of its cluster: edit networkPolicy (and "
                f"networkPluginMode) in Pulumi.{self.stack}.yaml, add acknowledgeReimage: true beside it, "
                f"then run: aksnetpol up --stack {self.stack}"
            )

    def find(self) -> LiveCluster:
        """Read the cluster as `engine plan` does.

        Raises:
            UserError: there is none, or it is not said which.
        """
        return named_cluster.find(
            self.group,
            self.name,
            self.subscription,
            None,
            local=self.local,
            quota=True,
            kubeconfig=self.kubeconfig,
        )

    def command(self, goal: Networking) -> str:
        """Return the command that reaches a goal from wherever the cluster then is."""
        words = ["aksnetpol", "engine", "migrate", "-g", str(self.group), "-n", str(self.name)]
        words += ["--subscription", self.subscription] if self.subscription else []
        words += ["--local"] if self.local else []
        words += ["--to", goal.network_policy.value]
        words += ["--overlay"] if goal.is_overlay else []
        words += ["--pod-cidr", goal.pod_cidr] if goal.pod_cidr else []
        words += ["--kubeconfig", str(self.kubeconfig)] if self.kubeconfig else []
        return shlex.join(words)


def execute(target: Target, wanted: WantedNetworking, *, yes: bool, json: bool, verify: bool = False) -> None:
    """Show the way to what is wanted, ask, and go it.

    Args:
        verify: then attempt connections that exercise every policy; the target has a kubeconfig.

    Raises:
        UserError: the target is wrong, or nobody agreed.
        MigrationError, AzureError: a step failed; the cluster stays where it is.
        typer.Exit: 1, there is no way, or the cluster does not do what its policies say.
    """
    live = target.find()
    found = plan(live, wanted, clock.today())
    if not json:
        show(found)
        show_flows(compare(found, None, target.kubeconfig))
    if isinstance(found, Refusal):
        if json:
            print_json(data(found))
        raise typer.Exit(1)
    done = 0
    if found.steps or live.provisioning_state != "Succeeded":
        confirm(_question(found), yes=yes)
        done = _migrated(target, found)
    if not json and done:
        _show_end(target, found, done)
    proved = _prove(target, found, show=not json) if verify else None
    if json:
        print_json({**data(found), "operations": done, **({"verify": proof.data(proved)} if proved else {})})
    if proved and not proved.agrees:
        raise typer.Exit(1)


def _prove(target: Target, found: Plan, *, show: bool) -> "Proof":
    """Attempt connections under the new engine."""
    probed = Probed(target.kubeconfig, None, AKS_PROFILES[found.goal.network_policy])
    proved = probing.prove(probed)
    if show:
        probing.show(proved)
    return proved


def _question(found: Plan) -> str:
    if not found.steps:
        return f"Finish the operation that failed on {found.cluster}?"
    often = times(found.reimages)
    return f"Do this with {found.cluster}? All nodes of all pools are reimaged {often}, {found.duration}."


def _migrated(target: Target, found: Plan) -> int:
    """Execute a plan; returns how many operations it took."""
    arm, path = named_cluster.target(target.group, target.name, target.subscription, None, local=target.local)
    go_on = f"Whenever this is cut off, this goes on from there: {target.command(found.goal)}"
    note(go_on)
    try:
        with closing(arm), _progress() as begins:
            return go(arm, path, found.goal, clock.today(), begins=begins, kubeconfig=target.kubeconfig)
    except (AksnetpolError, KeyboardInterrupt):
        note(go_on)
        raise


@contextmanager
def _progress() -> Generator[Callable[[Step, int, int], None]]:
    """Print a line for each step; on a terminal, draw how many are done and for how long this one runs."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("Reading the cluster", total=None)

        def begins(step: Step, number: int, of: int) -> None:
            label = f"Step {number} of {of}: {step.title}"
            note(label)
            progress.reset(task, total=of, completed=number - 1, description=label)

        yield begins


def _show_end(target: Target, found: Plan, done: int) -> None:
    after = counted(done, "operation")
    out.print(f"\n{found.cluster} is at {found.goal}, after {after}.", style="bold")
    left = any(step.move in _LEAVES_CALICO for step in found.steps)
    if left and found.goal.network_policy is not NetworkPolicy.CALICO:
        where = shlex.join(["-g", str(target.group), "-n", str(target.name)])
        out.print(f"Calico's definitions are left: aksnetpol engine cleanup-calico {where}", soft_wrap=True)
