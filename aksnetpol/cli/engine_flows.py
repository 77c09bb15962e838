"""The connections that a change of engine opens and closes, on a terminal."""

from pathlib import Path
from typing import Annotated

import typer

from aksnetpol.cli.console import note, out
from aksnetpol.cli.policy_input import width, write
from aksnetpol.engines.moves import Plan, Refusal
from aksnetpol.migration.flows import Flows, flows
from aksnetpol.policy import Reachability
from aksnetpol.report import changes
from aksnetpol.report.changes import Comparison, Side
from aksnetpol.report.connections.model import engine_name

ManifestsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--manifests",
        metavar="PATH",
        help="What is in the cluster, for the connections that change; else it is read by --kubeconfig.",
    ),
]


def compare(found: Plan | Refusal, manifests: list[str] | None, kubeconfig: Path | None) -> Comparison | None:
    """Compare the connections before and after; see migration.flows."""
    seen = flows(found, manifests, kubeconfig)
    if seen is None:
        return None
    if seen.loaded.partial:
        note(f"{seen.name}: part of it could not be read, so the connections below may be wrong")
    return Comparison(_side(seen, seen.old), _side(seen, seen.new), seen.difference)


def _side(seen: Flows, reach: Reachability) -> Side:
    loaded = seen.loaded
    return Side(seen.name, engine_name(reach), loaded.cluster.view, len(reach.snapshot.pods), loaded.partial)


def show_flows(compared: Comparison | None) -> None:
    """Print the connections that change, riskiest first."""
    if compared is not None:
        out.print("\nConnections that change:", style="bold")
        write(changes.render(compared, width()))
