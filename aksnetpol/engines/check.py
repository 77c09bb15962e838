"""Holds a cluster against all rules before anything is deployed."""

from datetime import date

from aksnetpol.engines.access import ACCESS
from aksnetpol.engines.addresses import ADDRESSES
from aksnetpol.engines.calendar import retirement_findings, version_findings
from aksnetpol.engines.combinations import COMBINATIONS
from aksnetpol.engines.model import Cluster
from aksnetpol.engines.naming import NAMES
from aksnetpol.engines.outbound import OUTBOUND
from aksnetpol.engines.pools import POOL_SETS, POOLS
from aksnetpol.engines.rule import cluster_findings, pool_findings
from aksnetpol.engines.scheduling import SCHEDULING
from aksnetpol.engines.windows import WINDOWS_PROFILE
from aksnetpol.findings import Finding, worst_first

CLUSTER_RULES = (*NAMES, *COMBINATIONS, *POOL_SETS, *WINDOWS_PROFILE, *OUTBOUND, *ACCESS, *ADDRESSES)


def check(cluster: Cluster, today: date) -> tuple[Finding, ...]:
    """Return everything that AKS would refuse, or that ends soon.

    Args:
        cluster: the cluster as it is wanted.
        today: the day to measure retirements from.

    Returns:
        Errors first, then warnings, each in the order of the tables.
    """
    found = [
        *cluster_findings(CLUSTER_RULES, cluster),
        *pool_findings((*POOLS, *SCHEDULING), cluster),
        *version_findings(cluster, today),
        *retirement_findings(cluster, today),
    ]
    return worst_first(found)
