"""Rules on the names of a cluster."""

import re

from aksnetpol.engines.rule import ClusterRule

_NAME = re.compile(r"[a-zA-Z0-9]|[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]")
_DNS_PREFIX = re.compile(r"[a-zA-Z0-9]|[a-zA-Z0-9][-a-zA-Z0-9]{0,52}[a-zA-Z0-9]")
_CAPZ = "cluster-api-provider-azure, validation.go"

NAMES = (
    ClusterRule(
        "cluster-name",
        "name",
        lambda c: _NAME.fullmatch(c.name) is None,
        "{c.name!r} is no name of a cluster.",
        "Use 1 to 63 letters, digits, - and _, with a letter or digit at both ends.",
        "AKS REST API, managedClusters resourceName",
    ),
    ClusterRule(
        "cluster-name-reserved",
        "name",
        lambda c: any(word in c.name.lower() for word in ("microsoft", "windows")),
        "The cluster's name {c.name!r} holds a word that Azure reserves.",
        "Leave out microsoft and windows.",
        _CAPZ,
    ),
    ClusterRule(
        "dns-prefix",
        "dnsPrefix",
        lambda c: c.dns_prefix is not None and _DNS_PREFIX.fullmatch(c.dns_prefix) is None,
        "{c.dns_prefix!r} is no DNS prefix.",
        "Use 1 to 54 letters, digits and -, with a letter or digit at both ends.",
        _CAPZ,
    ),
)
