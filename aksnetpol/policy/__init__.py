"""NetworkPolicy semantics: who reaches whom, why, what changes, what an engine does differently.

loaded = load(["manifests/"])
reach = analyze(loaded.cluster, engine="npm-linux")
reach.can("demo/client", "demo/server", 80).allowed
"""

from aksnetpol.policy.causes import Cause, CauseKind
from aksnetpol.policy.dataplane import Profile
from aksnetpol.policy.diff import Change, ChangeKind, Difference, Risk, diff
from aksnetpol.policy.endpoints import Domain, Endpoint, External
from aksnetpol.policy.errors import (
    InvalidInputError,
    PartialInputError,
    PolicyError,
    SourceError,
    UnknownEndpointError,
    UnknownProfileError,
)
from aksnetpol.policy.explain import Explanation, explain
from aksnetpol.policy.exposure import Exposure, exposure
from aksnetpol.policy.groups import Members, Outside
from aksnetpol.policy.load import Loaded, load, load_live, load_objects, load_text
from aksnetpol.policy.model import (
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
from aksnetpol.policy.places import Finding, Location, Severity
from aksnetpol.policy.profiles import AKS_PROFILES, PROFILES, profile
from aksnetpol.policy.reach import Connection, Filter, Group, Reachability, Verdict, analyze

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
    "Finding",
    "Group",
    "InvalidInputError",
    "Loaded",
    "Location",
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
    "Severity",
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
