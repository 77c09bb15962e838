"""Rules on who reaches the API server."""

from ipaddress import IPv4Network

from aksnetpol.engines.rule import ClusterRule

_SOURCE = "azure-cli 2.91.0, acs/_validators.py validate_ip_ranges"
_NODES_ONLY = "0.0.0.0/32"  # the API server answers the cluster's own nodes alone


def _is_range(text: str) -> bool:
    try:
        return IPv4Network(text).is_global
    except ValueError:
        return False


ACCESS = (
    ClusterRule(
        "authorized-ip-format",
        "authorizedIpRanges",
        lambda c: not all(one == _NODES_ONLY or _is_range(one) for one in c.authorized_ip_ranges),
        "authorizedIpRanges holds what is no range of public IPv4 addresses.",
        "Write CIDRs such as 20.30.40.0/24, or one address; private and reserved ones are refused.",
        _SOURCE,
    ),
    ClusterRule(
        "authorized-ip-alone",
        "authorizedIpRanges",
        lambda c: _NODES_ONLY in c.authorized_ip_ranges and len(c.authorized_ip_ranges) > 1,
        "0.0.0.0/32, which lets the cluster's own nodes in and nobody else, stands beside other ranges.",
        "Remove it, or the others.",
        _SOURCE,
    ),
    ClusterRule(
        "authorized-ip-private",
        "authorizedIpRanges",
        lambda c: bool(c.authorized_ip_ranges) and c.private_cluster,
        "A private cluster has no public API server that authorizedIpRanges could open.",
        "Remove authorizedIpRanges, or privateCluster.",
        "azure-cli 2.91.0, acs/managed_cluster_decorator.py",
    ),
)
