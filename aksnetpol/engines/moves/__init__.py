"""Migration in place: which moves lead from a live cluster's networking to the wanted one."""

from aksnetpol.engines.moves.arm import live_cluster
from aksnetpol.engines.moves.disturbance import Disturbance, Effect
from aksnetpol.engines.moves.duration import Duration
from aksnetpol.engines.moves.errors import LiveDocumentError, MovesError
from aksnetpol.engines.moves.live import LiveCluster, LiveNodePool, Obstacle, ObstacleKind
from aksnetpol.engines.moves.networking import UNSET, Networking, Unset, WantedNetworking, valid_networkings
from aksnetpol.engines.moves.obstacles import drain_obstacles, is_running
from aksnetpol.engines.moves.plan import Detour, Plan, Refusal, Requirement, Step, plan
from aksnetpol.engines.moves.search import Reason

__all__ = [
    "UNSET",
    "Detour",
    "Disturbance",
    "Duration",
    "Effect",
    "LiveCluster",
    "LiveDocumentError",
    "LiveNodePool",
    "MovesError",
    "Networking",
    "Obstacle",
    "ObstacleKind",
    "Plan",
    "Reason",
    "Refusal",
    "Requirement",
    "Step",
    "Unset",
    "WantedNetworking",
    "drain_obstacles",
    "is_running",
    "live_cluster",
    "plan",
    "valid_networkings",
]
