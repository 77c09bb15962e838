"""Rules on the labels and taints of a pool's nodes, and on their zones."""

import re

from aksnetpol.engines.model import Cluster, NodePool
from aksnetpol.engines.rule import PoolRule

_VALIDATORS = "azure-cli 2.91.0, acs/_validators.py"
_TAINT = re.compile(
    r"[a-zA-Z\d][\w\-./]{0,252}=[a-zA-Z\d][\w\-.]{0,62}:(NoSchedule|PreferNoSchedule|NoExecute)", re.ASCII
)
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_ZONES = frozenset({"1", "2", "3"})


def _is_label(key: str, value: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    if slash and (len(prefix) > 253 or _PREFIX.fullmatch(prefix) is None):
        return False
    named = len(name) <= 63 and _NAME.fullmatch(name) is not None
    return named and len(value) <= 63 and (not value or _NAME.fullmatch(value) is not None)


def _bad_labels(_c: Cluster, p: NodePool) -> bool:
    return not all(_is_label(key, value) for key, value in p.node_labels)


SCHEDULING = (
    PoolRule(
        "node-labels",
        "nodeLabels",
        _bad_labels,
        "nodeLabels of pool {p.name!r} holds what Kubernetes takes for no label.",
        "Use letters, digits, -, _ and . with a letter or digit at both ends, at most 63; a key may have a "
        "DNS name and / before it.",
        f"{_VALIDATORS} validate_label",
    ),
    PoolRule(
        "node-taints",
        "nodeTaints",
        lambda _, p: not all(_TAINT.fullmatch(one) for one in p.node_taints),
        "nodeTaints of pool {p.name!r} holds what is no taint.",
        "Write key=value:NoSchedule, key=value:PreferNoSchedule or key=value:NoExecute.",
        f"{_VALIDATORS} validate_taint",
    ),
    PoolRule(
        "zones",
        "availabilityZones",
        lambda _, p: not _ZONES.issuperset(p.availability_zones),
        "availabilityZones of pool {p.name!r} holds a zone that no region has.",
        'Choose of "1", "2" and "3".',
        "Azure docs, availability-zones-overview",
    ),
)
