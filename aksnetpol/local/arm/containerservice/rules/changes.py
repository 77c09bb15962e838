"""Which changes of a live cluster AKS makes in place (aks-facts, section 3, "In-place updates")."""

from dataclasses import dataclass

from aksnetpol.local.arm.containerservice.errors import property_change
from aksnetpol.local.arm.containerservice.rules.addresses import network
from aksnetpol.local.arm.containerservice.rules.rule import Rule, modelled
from aksnetpol.local.arm.containerservice.versions import Minor
from aksnetpol.local.arm.containerservice.view import Cluster
from aksnetpol.local.arm.store import Json

_POLICY = "networkProfile.networkPolicy"
_MODE = "networkProfile.networkPluginMode"
_POD = "networkProfile.podCidr"
_INSTALLABLE = ("azure", "calico")
_UPDATE_DOC = "AKS docs, update-azure-cni"

# Properties that never change on a live cluster; message pattern: kubernetes/autoscaler#1051.
IMMUTABLE = (
    "dnsPrefix",
    "fqdnSubdomain",
    "nodeResourceGroup",
    "networkProfile.serviceCidr",
    "networkProfile.dnsServiceIP",
    "networkProfile.networkMode",
    "windowsProfile.adminUsername",
    "linuxProfile.adminUsername",
    "diskEncryptionSetID",
)
# Properties that never change on a live pool; vmSize: pulumi-azure-native#959, Azure/AKS#3369.
IMMUTABLE_POOL = (
    "vmSize",
    "maxPods",
    "osType",
    "osDiskType",
    "osDiskSizeGB",
    "type",
    "vnetSubnetID",
    "podSubnetID",
    "availabilityZones",
    "enableNodePublicIP",
)
# AKS docs, egress-outboundtype: from -> to, for clusters in AKS's own network and in the user's.
_OUTBOUND_MANAGED = {
    "loadBalancer": {"managedNATGateway", "none", "block"},
    "managedNATGateway": {"none", "block", "managedNATGatewayV2"},
    "none": {"loadBalancer", "managedNATGateway", "managedNATGatewayV2", "block"},
    "block": {"loadBalancer", "managedNATGateway", "managedNATGatewayV2", "none"},
}
_OUTBOUND_OWN = {"loadBalancer", "userAssignedNATGateway", "userDefinedRouting", "none"}


@dataclass(frozen=True)
class Change:
    """A cluster as it is and as a PUT wants it."""

    live: Cluster
    wanted: Cluster

    @property
    def to_cilium(self) -> bool:
        """Whether the dataplane moves to Cilium."""
        return self.live.dataplane != "cilium" and self.wanted.dataplane == "cilium"

    @property
    def to_overlay(self) -> bool:
        """Whether the cluster moves to Azure CNI Overlay."""
        return self.live.mode != "overlay" and self.wanted.mode == "overlay"

    @property
    def reimages(self) -> bool:
        """Whether all nodes are reimaged: any change of engine, dataplane or address management."""
        return _network(self.live) != _network(self.wanted)


def _network(cluster: Cluster) -> tuple[str, ...]:
    return cluster.plugin, cluster.mode, cluster.policy, cluster.dataplane, cluster.pod_cidr


def _swap(change: Change) -> bool:
    live, wanted = change.live.policy, change.wanted.policy
    return live in _INSTALLABLE and wanted in _INSTALLABLE and live != wanted


def _install_or_remove(change: Change) -> bool:
    policies = {change.live.policy, change.wanted.policy}
    return "none" in policies and bool(policies & set(_INSTALLABLE))


def _plugin_kept(change: Change) -> bool:
    live, wanted = change.live.plugin, change.wanted.plugin
    return live == wanted or (live == "kubenet" and wanted == "azure" and change.wanted.mode == "overlay")


def _pods_expand(change: Change) -> bool:
    live, wanted = network(change.live.pod_cidr), network(change.wanted.pod_cidr)
    return live is not None and wanted is not None and live.subnet_of(wanted)


def _outbound_refused(change: Change) -> bool:
    live, wanted = change.live.outbound, change.wanted.outbound
    if live == wanted:
        return False
    if any(pool.subnet for pool in change.live.pools):
        return not {live, wanted} <= _OUTBOUND_OWN
    return wanted not in _OUTBOUND_MANAGED.get(live, set())


def _version_refused(change: Change) -> bool:
    live, wanted = change.live.version, change.wanted.version
    return wanted < live or wanted > _next(live)


def _next(version: Minor) -> Minor:
    return version[0], version[1] + 1


def _pods_changed(change: Change) -> bool:
    same_plugin = change.live.plugin == change.wanted.plugin and not change.to_overlay
    return same_plugin and change.live.pod_cidr != change.wanted.pod_cidr


RULES: tuple[Rule[Change], ...] = (
    Rule(
        "plugin-fixed",
        lambda s: not _plugin_kept(s),
        "PropertyChangeNotAllowed",
        "Changing property 'networkProfile.networkPlugin' is not allowed.",
        "kubernetes/autoscaler#1051",
        "networkProfile.networkPlugin",
    ),
    modelled(
        "overlay-and-cilium-at-once",
        lambda s: s.to_overlay and s.to_cilium,
        "Updating both networkPluginMode and networkDataplane in a single operation isn't supported.",
        _UPDATE_DOC,
        "networkProfile",
    ),
    modelled(
        "kubenet-calico-to-overlay",
        lambda s: s.to_overlay and s.live.plugin == "kubenet" and s.live.policy == "calico",
        "Cannot update a kubenet cluster with NetworkPolicy calico to Azure CNI Overlay.",
        "AKS CHANGELOG 2023-11-28",
        _MODE,
    ),
    Rule(
        "overlay-with-policy",
        lambda s: s.to_overlay and s.live.plugin == "azure" and s.live.policy != "none",
        "ValidationError",
        "Cannot update cluster to Azure CNI Overlay while using network policies with Azure CNI v1.",
        "Azure/AKS#4006",
        _MODE,
    ),
    modelled(
        "overlay-from-pod-subnet",
        lambda s: s.to_overlay and any(pool.pod_subnet for pool in s.live.pools),
        "Cannot update a cluster with pod subnets to Azure CNI Overlay.",
        _UPDATE_DOC,
        _MODE,
    ),
    modelled(
        "overlay-version",
        lambda s: s.to_overlay and s.wanted.version < (1, 27),
        "Updating to Azure CNI Overlay needs Kubernetes 1.27.",
        _UPDATE_DOC,
        _MODE,
    ),
    modelled(
        "cilium-update-windows",
        lambda s: s.to_cilium and any(pool.windows for pool in s.live.pools),
        "Cannot update to NetworkDataplane cilium while the cluster has Windows agent pools.",
        _UPDATE_DOC,
        "networkProfile.networkDataplane",
    ),
    modelled(
        "cilium-update-auto-provisioning",
        lambda s: s.to_cilium and s.live.provisioning == "Auto",
        "Cannot update to NetworkDataplane cilium while node auto-provisioning is on.",
        _UPDATE_DOC,
        "networkProfile.networkDataplane",
    ),
    modelled(
        "cilium-irreversible",
        lambda s: s.live.dataplane == "cilium" and s.wanted.dataplane != "cilium",
        "NetworkDataplane cannot be changed from cilium to azure.",
        "not documented as supported; terraform-provider-azurerm replaces",
        "networkProfile.networkDataplane",
    ),
    modelled(
        "policy-swap-needs-none",
        _swap,
        lambda s: (
            f"NetworkPolicy cannot be changed from {s.live.policy} to {s.wanted.policy} in one operation: "
            "set it to none first."
        ),
        "AKS docs, use-network-policies: Change cluster network policy",
        _POLICY,
    ),
    modelled(
        "policy-change-version",
        lambda s: _install_or_remove(s) and s.live.version < (1, 30),
        "Installing or removing a network policy engine needs Kubernetes 1.30.",
        "AKS CHANGELOG 2026-05-29",
        _POLICY,
    ),
    Rule(
        "pod-cidr-fixed",
        lambda s: _pods_changed(s) and s.live.mode != "overlay",
        "PropertyChangeNotAllowed",
        "Changing property 'networkProfile.podCidr' is not allowed.",
        "pattern: kubernetes/autoscaler#1051",
        _POD,
    ),
    modelled(
        "pod-cidr-superset",
        lambda s: _pods_changed(s) and not _pods_expand(s),
        "A new podCidr must contain the present one.",
        "AKS docs, azure-cni-overlay-pod-expand",
        _POD,
    ),
    modelled(
        "pod-cidr-windows",
        lambda s: _pods_changed(s) and any(pool.windows for pool in s.live.pools),
        "podCidr cannot be expanded while the cluster has Windows agent pools.",
        "AKS docs, azure-cni-overlay-pod-expand",
        _POD,
    ),
    modelled(
        "outbound-path",
        _outbound_refused,
        lambda s: f"outboundType cannot be changed from {s.live.outbound} to {s.wanted.outbound}.",
        "AKS docs, egress-outboundtype",
        "networkProfile.outboundType",
    ),
    modelled(
        "version-path",
        _version_refused,
        lambda s: (
            f"Kubernetes cannot go from {s.live.kubernetes_version} to {s.wanted.kubernetes_version}: "
            "one minor version up at a time."
        ),
        "AKS docs, upgrade-aks-cluster",
        "kubernetesVersion",
    ),
)


def check_fixed(live: Json, wanted: Json, paths: tuple[str, ...]) -> None:
    """Accept a change of properties that leaves the named ones alone.

    Raises:
        ArmFaultError: 400 PropertyChangeNotAllowed for the first that changed.
    """
    for path in paths:
        if _leaf(live, path) != _leaf(wanted, path):
            raise property_change(path)


def _leaf(properties: Json, path: str) -> object:
    value: object = properties
    for segment in path.split("."):
        value = value.get(segment) if isinstance(value, dict) else None
    return value
