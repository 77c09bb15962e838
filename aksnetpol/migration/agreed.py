"""Goes a way that a person saw and agreed to."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aksnetpol.engines.moves import LiveCluster, Networking, Step, WantedNetworking
from aksnetpol.migration.live import described
from aksnetpol.migration.run import Migration, Wish

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient


def go(
    arm: "ArmClient",
    cluster_id: str,
    goal: Networking,
    today: date,
    *,
    begins: Callable[[Step, int, int], None],
    kubeconfig: Path | None = None,
) -> int:
    """Move a cluster to the goal of a plan; returns how many operations it took.

    Args:
        today: the day to measure retirements from.
        begins: as of Migration.
        kubeconfig: looks at the pods before each step: they decide between ways.

    Raises:
        MigrationError, AzureError: a step failed; the cluster stays where it is.
    """

    def look(document: Mapping[str, Any]) -> LiveCluster:
        return described(arm, cluster_id, document, kubeconfig)

    # What a wish leaves open stays as it is live, and halfway that is no longer what was shown: the goal
    # says all.
    wish = Wish(WantedNetworking.exactly(goal), acknowledged=True)
    return Migration(arm, cluster_id, today, begins=begins, look=look).run(wish)
