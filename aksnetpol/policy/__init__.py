"""NetworkPolicy semantics: who reaches whom, why, what changes, what an engine does differently.

loaded = load(["manifests/"])
reach = analyze(loaded.cluster, engine="npm-linux")
reach.can("demo/client", "demo/server", 80).allowed
"""

from aksnetpol.policy.analysis.groups import Members, Outside
from aksnetpol.policy.ask.causes import Cause, CauseKind
from aksnetpol.policy.ask.diff import Change, ChangeKind, Difference, Risk, diff
from aksnetpol.policy.ask.explain import Explanation, explain
from aksnetpol.policy.ask.exposure import Exposure, exposure
from aksnetpol.policy.ask.reach import Connection, Filter, Group, Reachability, Verdict, analyze
from aksnetpol.policy.engines.dataplane import Profile
from aksnetpol.policy.engines.profiles import AKS_PROFILES, PROFILES, profile
from aksnetpol.policy.errors import (
    InvalidInputError,
    PartialInputError,
    PolicyError,
    SourceError,
    UnknownEndpointError,
    UnknownProfileError,
)
from aksnetpol.policy.load import Loaded, load, load_live, load_objects, load_text
from aksnetpol.policy.model.cluster import (
    Certainty,
    Cluster,
    Direction,
    Namespace,
    Node,
    NodeOs,
    Pod,
    Policy,
    PolicyKind,
    Protocol,
    View,
)
from aksnetpol.policy.model.endpoints import Domain, Endpoint, External

__all__ = [
    "AKS_PROFILES",
    "PROFILES",
    "Cause",
    "CauseKind",
    "Certainty",
    "Change",
    "ChangeKind",
    "Cluster",
    "Connection",
    "Difference",
    "Direction",
    "Domain",
    "Endpoint",
    "Explanation",
    "Exposure",
    "External",
    "Filter",
    "Group",
    "InvalidInputError",
    "Loaded",
    "Members",
    "Namespace",
    "Node",
    "NodeOs",
    "Outside",
    "PartialInputError",
    "Pod",
    "Policy",
    "PolicyError",
    "PolicyKind",
    "Profile",
    "Protocol",
    "Reachability",
    "Risk",
    "SourceError",
    "UnknownEndpointError",
    "UnknownProfileError",
    "Verdict",
    "View",
    "analyze",
    "diff",
    "explain",
    "exposure",
    "load",
    "load_live",
    "load_objects",
    "load_text",
    "profile",
]
