"""A cluster's networking as `networkProfile` says it, and as somebody wants it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from itertools import product
from typing import Final, Literal

from aksnetpol.engines.combinations import COMBINATIONS
from aksnetpol.engines.model import Cluster, NetworkDataplane, NetworkPlugin, NetworkPluginMode, NetworkPolicy
from aksnetpol.engines.rule import cluster_findings


class Unset(Enum):
    """The type of UNSET: a wish that says nothing of a field; None is a value, node subnet."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True)
class Networking:
    """The leaves of `networkProfile` that a move changes.

    Args:
        network_plugin_mode: None is node subnet (or pod subnet).
        pod_cidr: None where pods take addresses of a subnet.
    """

    network_plugin: NetworkPlugin = NetworkPlugin.AZURE
    network_plugin_mode: NetworkPluginMode | None = None
    network_policy: NetworkPolicy = NetworkPolicy.NONE
    network_dataplane: NetworkDataplane = NetworkDataplane.AZURE
    pod_cidr: str | None = None

    @property
    def is_overlay(self) -> bool:
        """Whether pods have addresses of an overlay network."""
        return self.network_plugin_mode is NetworkPluginMode.OVERLAY

    @property
    def has_pod_range(self) -> bool:
        """Whether pods have a range of their own; else they take addresses of a subnet."""
        return self.is_overlay or self.network_plugin is NetworkPlugin.KUBENET

    @property
    def address_management(self) -> str:
        """The plugin and its mode in Azure's words."""
        if self.network_plugin is NetworkPlugin.NONE:
            return "no network plugin"
        if self.network_plugin is NetworkPlugin.KUBENET:
            return "kubenet"
        return "Azure CNI Overlay" if self.is_overlay else "Azure CNI node subnet"

    def __str__(self) -> str:
        engine = "no engine" if self.network_policy is NetworkPolicy.NONE else self.network_policy.value
        return f"{self.address_management}, {engine}"

    def network_profile(self) -> dict[str, str]:
        """Return the leaves as ARM spells them; what is absent is left out."""
        values = {arm: getattr(self, name) for name, arm in ARM_NAMES.items()}
        return {arm: str(value) for arm, value in values.items() if value is not None}

    def with_fields(self, changed: Mapping[str, str]) -> "Networking":
        """Return what a PUT with these leaves of `networkProfile` makes of it; others keep their value."""
        given = {name: changed[arm] for name, arm in ARM_NAMES.items() if arm in changed}
        return replace(self, **{name: _TYPES[name](value) for name, value in given.items()})

    def on(self, cluster: Cluster) -> Cluster:
        """Return a cluster with this networking, everything else as it is."""
        return replace(cluster, **{name: getattr(self, name) for name in ARM_NAMES})

    @classmethod
    def of(cls, cluster: Cluster) -> "Networking":
        """Read a cluster's networking; a pod range that nothing uses is dropped, as AKS does."""
        found = cls(**{name: getattr(cluster, name) for name in ARM_NAMES})
        return found if found.has_pod_range else replace(found, pod_cidr=None)


ARM_NAMES = {
    "network_plugin": "networkPlugin",
    "network_plugin_mode": "networkPluginMode",
    "network_policy": "networkPolicy",
    "network_dataplane": "networkDataplane",
    "pod_cidr": "podCidr",
}
_TYPES = {
    "network_plugin": NetworkPlugin,
    "network_plugin_mode": NetworkPluginMode,
    "network_policy": NetworkPolicy,
    "network_dataplane": NetworkDataplane,
    "pod_cidr": str,
}


@dataclass(frozen=True)
class WantedNetworking:
    """What a user asks for; UNSET keeps a field as it is live, where a way does, else leaves it open."""

    network_plugin: NetworkPlugin | Literal[Unset.UNSET] = UNSET
    network_plugin_mode: NetworkPluginMode | Literal[Unset.UNSET] | None = UNSET
    network_policy: NetworkPolicy | Literal[Unset.UNSET] = UNSET
    network_dataplane: NetworkDataplane | Literal[Unset.UNSET] = UNSET
    pod_cidr: str | Literal[Unset.UNSET] = UNSET

    @classmethod
    def exactly(cls, networking: Networking) -> "WantedNetworking":
        """Want every field as it is in a networking; a missing pod range stays open."""
        return cls(
            networking.network_plugin,
            networking.network_plugin_mode,
            networking.network_policy,
            networking.network_dataplane,
            UNSET if networking.pod_cidr is None else networking.pod_cidr,
        )

    def unmet(self, networking: Networking) -> tuple[str, ...]:
        """Return the fields that differ from what is wanted, as ARM spells them."""
        return tuple(
            arm
            for name, arm in ARM_NAMES.items()
            if (value := getattr(self, name)) is not UNSET and value != getattr(networking, name)
        )

    def met_by(self, networking: Networking) -> bool:
        """Tell whether a networking is what is wanted."""
        return not self.unmet(networking)

    def __str__(self) -> str:
        wanted = {arm: getattr(self, name) for name, arm in ARM_NAMES.items()}
        said = [
            f"{arm} {'(node subnet)' if value is None else value}"
            for arm, value in wanted.items()
            if value is not UNSET
        ]
        return ", ".join(said) or "anything"


def is_valid(networking: Networking) -> bool:
    """Tell whether AKS knows the combination (engines.combinations)."""
    return not any(cluster_findings(COMBINATIONS, networking.on(Cluster("aks", ()))))


def valid_networkings() -> tuple[Networking, ...]:
    """Return every combination of plugin, mode, engine and dataplane that AKS knows; no pod ranges."""
    every = product(NetworkPlugin, (None, NetworkPluginMode.OVERLAY), NetworkPolicy, NetworkDataplane)
    return tuple(found for row in every if is_valid(found := Networking(*row)))
