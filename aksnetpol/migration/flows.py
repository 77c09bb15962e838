"""Which connections a change of engine opens and closes: the same cluster under both engines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.engines.moves import Plan, Refusal
from aksnetpol.policy import AKS_PROFILES, Difference, Loaded, Reachability, analyze, diff, load, load_live


@dataclass(frozen=True)
class Flows:
    """What is in a cluster, and what connects there under its engine and under the goal's.

    Args:
        name: of the manifests, or of the cluster.
    """

    name: str
    loaded: Loaded
    old: Reachability
    new: Reachability
    difference: Difference


def flows(
    found: Plan | Refusal, manifests: Sequence[str] | None = None, kubeconfig: Path | None = None
) -> Flows | None:
    """Compare the connections under the live engine with those under the goal's.

    Args:
        found: a plan, or a refusal, whose nearest goal counts.
        manifests: paths of what is in the cluster.
        kubeconfig: reads the cluster, where no manifests are given.

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
    old, new = (
        analyze(loaded.cluster, AKS_PROFILES[networking.network_policy]) for networking in (found.live, goal)
    )
    return Flows(name, loaded, old, new, diff(old, new))
