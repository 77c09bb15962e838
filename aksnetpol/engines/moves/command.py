"""The `az` commands that equal a move."""

import shlex
from collections.abc import Mapping

from aksnetpol.engines.moves.live import LiveCluster

# `networkProfile` leaf -> option; Azure CLI 2.91, acs/_params.py.
_OPTIONS = {
    "networkPlugin": "--network-plugin",
    "networkPluginMode": "--network-plugin-mode",
    "networkPolicy": "--network-policy",
    "networkDataplane": "--network-dataplane",
    "podCidr": "--pod-cidr",
}


def az_update(live: LiveCluster, fields: Mapping[str, str]) -> str:
    """Return the command that sets leaves of `networkProfile`, quoted for a POSIX shell."""
    words = ["az", "aks", "update", "--resource-group", live.resource_group, "--name", live.cluster.name]
    if live.subscription_id is not None:
        words += ["--subscription", live.subscription_id]
    for leaf, value in fields.items():
        words += [_OPTIONS[leaf], value]
    return shlex.join(words)
