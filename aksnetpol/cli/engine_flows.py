"""Which connections a change of engine opens and closes: the same cluster under both engines."""

from pathlib import Path
from typing import Annotated

import typer

from aksnetpol.cli.console import note, out
from aksnetpol.cli.policy_input import width, write
from aksnetpol.engines.moves import Networking, Plan, Refusal
from aksnetpol.policy import AKS_PROFILES, Loaded, analyze, diff, load, load_live
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


def flows(found: Plan | Refusal, manifests: list[str] | None, kubeconfig: Path | None) -> Comparison | None:
    """Compare the connections under the live engine with those under the goal's.

    Returns:
        None where nobody says what is in the cluster.

    Raises:
        UserError: the manifests or the cluster can't be read.
    """
    if manifests:
        name, loaded = ", ".join(manifests), load(manifests)
    elif kubeconfig is not None:
        name, loaded = "live cluster", load_live(str(kubeconfig))
    else:
        return None
    goal = found.nearest.goal if isinstance(found, Refusal) else found.goal
    if loaded.partial:
        note(f"{name}: part of it could not be read, so the connections below may be wrong")
    return _comparison(name, loaded, found.live, goal)


def _comparison(name: str, loaded: Loaded, live: Networking, goal: Networking) -> Comparison:
    old, new = (
        analyze(loaded.cluster, AKS_PROFILES[networking.network_policy]) for networking in (live, goal)
    )
    sides = [
        Side(name, engine_name(reach), loaded.cluster.view, len(reach.snapshot.pods), loaded.partial)
        for reach in (old, new)
    ]
    return Comparison(sides[0], sides[1], diff(old, new))


def show_flows(compared: Comparison | None) -> None:
    """Print the connections that change, riskiest first."""
    if compared is not None:
        out.print("\nConnections that change:", style="bold")
        write(changes.render(compared, width()))
