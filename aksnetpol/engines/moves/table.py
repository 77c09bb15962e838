"""The moves that AKS makes in place, and what each needs."""

from collections.abc import Callable, Mapping

from aksnetpol.engines.addresses import network
from aksnetpol.engines.model import NetworkDataplane, NetworkPlugin, NetworkPolicy
from aksnetpol.engines.moves.live import ObstacleKind
from aksnetpol.engines.moves.move import Move, Precondition, Situation
from aksnetpol.engines.moves.networking import UNSET, Networking, WantedNetworking

# AKS's own choice for overlay where nobody names a range (AKS docs, azure-cni-overlay).
DEFAULT_POD_CIDR = "10.244.0.0/16"
_POLICIES = "AKS docs, use-network-policies"
_UPDATE = "AKS docs, update-azure-cni"
_EXPAND = "AKS docs, azure-cni-overlay-pod-expand"
_CRDS = (
    "Calico's custom resource definitions and objects, names ending in projectcalico.org or tigera.io; "
    "delete them only after this step: before it, that breaks the cluster."
)
_OBJECTS = "NetworkPolicy objects stay; nothing enforces them until an engine is installed."
_ENGINE_ENFORCES = (
    "NetworkPolicies that are already there are enforced once all nodes are reimaged: "
    "flows that they do not allow stop then."
)
_CILIUM_ENFORCES = (
    "Cilium enforces NetworkPolicies only after all nodes are reimaged; "
    "until then the nodes run a mix of both dataplanes."
)


def _minor(s: Situation) -> tuple[int, int]:
    return s.live.cluster.minor_version or (9, 9)  # Azure's default is newer than any bound here


def _version(minimum: tuple[int, int], source: str) -> Precondition:
    text = f"{minimum[0]}.{minimum[1]}"
    return Precondition(
        f"kubernetes-{text}",
        lambda s: _minor(s) >= minimum,
        f"Kubernetes {text} or newer",
        f"The cluster runs Kubernetes {{s.live.cluster.kubernetes_version}}; this needs {text}.",
        "Upgrade the cluster first, one minor version at a time: az aks upgrade.",
        source,
    )


def _linux_only(source: str) -> Precondition:
    return Precondition(
        "linux-only",
        lambda s: not s.live.cluster.has_windows,
        "every node pool runs Linux",
        "The cluster has Windows pools: {s.windows_pools}.",
        "Move the Windows workloads to another cluster and delete these pools: az aks nodepool delete.",
        source,
    )


_ENGINE_VERSION = _version((1, 30), "AKS release notes 2026-05-29")
_OVERLAY_VERSION = _version((1, 27), _UPDATE)
_NO_AUTO_PROVISIONING = Precondition(
    "no-auto-provisioning",
    lambda s: not s.live.node_auto_provisioning,
    "node auto-provisioning is off during the update",
    "Node auto-provisioning is on.",
    "Turn it off for the update (az aks update --node-provisioning-mode Manual), and on again afterwards.",
    _UPDATE,
)
_TYPHA_EVICTABLE = Precondition(
    "typha-evictable",
    lambda s: not s.live.has_obstacle(ObstacleKind.TYPHA),
    "calico-typha can be evicted",
    "calico-typha cannot be evicted now; Calico to Cilium in one operation has failed so.",
    "Go through no engine: uninstall Calico first, then move to Cilium.",
    "hashicorp/terraform-provider-azurerm#32827",
)
_NO_POD_SUBNET = Precondition(
    "no-pod-subnet",
    lambda s: not any(one.pod_subnet_id for one in s.live.pools),
    "no pool uses a pod subnet (dynamic IP allocation)",
    "A pool takes pod addresses from a pod subnet; AKS does not move those to overlay.",
    "Make a new cluster with overlay, or stay: Cilium runs with pod subnets too.",
    _UPDATE,
)
_ROUTE_TABLE = Precondition(
    "route-table-identity",
    lambda s: s.live.identity_type == "UserAssigned" or not any(one.vnet_subnet_id for one in s.live.pools),
    "in a subnet of your own, the cluster has a user-assigned identity, to detach the route table",
    "The cluster's system-assigned identity cannot detach the route table from your subnet.",
    "Give the cluster a user-assigned identity: az aks update --enable-managed-identity "
    "--assign-identity RESOURCE_ID.",
    _UPDATE,
)


def _pods_in_network(s: Situation) -> bool:
    pods = network(s.after.pod_cidr)
    ranges = [network(prefix) for prefix in s.live.virtual_network_prefixes]
    return pods is not None and any(one is not None and one.overlaps(pods) for one in ranges)


_POD_RANGE_FREE = Precondition(
    "pod-cidr-free",
    lambda s: not _pods_in_network(s),
    "podCidr overlaps neither the virtual network nor serviceCidr",
    "podCidr {s.after.pod_cidr} overlaps the cluster's virtual network.",
    "Choose another podCidr.",
    _UPDATE,
)


def _larger(s: Situation) -> bool:
    before, after = network(s.before.pod_cidr), network(s.after.pod_cidr)
    return before is not None and after is not None and before != after and before.subnet_of(after)


_SUPERSET = Precondition(
    "pod-cidr-superset",
    _larger,
    "the new podCidr contains the present one",
    "podCidr {s.after.pod_cidr} does not contain the present {s.before.pod_cidr}; AKS only expands it.",
    "Choose a larger range around {s.before.pod_cidr}.",
    _EXPAND,
)


def _policy(policy: NetworkPolicy) -> Callable[[Networking, WantedNetworking], Mapping[str, str]]:
    return lambda _before, _wanted: {"networkPolicy": policy.value}


def _engine(policy: NetworkPolicy) -> Callable[[Networking], bool]:
    """Where the engine is this one, on the azure dataplane, so that AKS installed it and can remove it."""
    return lambda now: (
        now.network_policy is policy
        and now.network_dataplane is NetworkDataplane.AZURE
        and now.network_plugin is not NetworkPlugin.NONE
    )


def _engine_on_azure_cni(policy: NetworkPolicy) -> Callable[[Networking], bool]:
    return lambda now: _engine(policy)(now) and now.network_plugin is NetworkPlugin.AZURE


def _to_cilium(_before: Networking, _wanted: WantedNetworking) -> Mapping[str, str]:
    # The dataplane alone is refused: Azure/azure-container-networking#4417.
    return {"networkDataplane": "cilium", "networkPolicy": "cilium"}


def _to_overlay(before: Networking, wanted: WantedNetworking) -> Mapping[str, str]:
    """Overlay; kubenet keeps its pod range where no other is wanted, node subnet has none to keep."""
    fallback = None if before.network_plugin is NetworkPlugin.KUBENET else DEFAULT_POD_CIDR
    pods = fallback if wanted.pod_cidr is UNSET else wanted.pod_cidr
    chosen = {} if pods is None or pods == before.pod_cidr else {"podCidr": pods}
    return {"networkPlugin": "azure", "networkPluginMode": "overlay", **chosen}


def _expand(before: Networking, wanted: WantedNetworking) -> Mapping[str, str]:
    wish = wanted.pod_cidr
    return {} if wish is UNSET or wish == before.pod_cidr else {"podCidr": wish}


_CILIUM_NEEDS = (_linux_only(_UPDATE), _NO_AUTO_PROVISIONING)
_OVERLAY_NOTES = (
    "Pod addresses change, and nothing outside the cluster's nodes reaches them any more.",
    "A ConfigMap azure-ip-masq-agent-config that is left over must go first; one of your own can cut off "
    "the ranges that it names.",
)

MOVES: tuple[Move, ...] = (
    Move(
        "install-azure",
        "Install Azure NPM",
        _engine_on_azure_cni(NetworkPolicy.NONE),
        _policy(NetworkPolicy.AZURE),
        (_ENGINE_VERSION,),
        _ENGINE_ENFORCES,
        f"{_POLICIES}; AKS release notes 2026-05-29",
        "2.63.0",
    ),
    Move(
        "install-calico",
        "Install Calico",
        _engine(NetworkPolicy.NONE),
        _policy(NetworkPolicy.CALICO),
        (_ENGINE_VERSION,),
        _ENGINE_ENFORCES,
        f"{_POLICIES}; AKS release notes 2026-05-29",
        "2.63.0",
        notes=("On Azure CNI, Calico allows a pod's egress a short moment after the pod starts.",),
    ),
    Move(
        "uninstall-azure",
        "Uninstall Azure NPM",
        _engine(NetworkPolicy.AZURE),
        _policy(NetworkPolicy.NONE),
        (_ENGINE_VERSION,),
        "From here on every pod reaches every pod: NetworkPolicies are no longer enforced.",
        f"{_POLICIES}; AKS release notes 2026-05-29",
        "2.63.0",
        leaves_behind=(_OBJECTS,),
    ),
    Move(
        "uninstall-calico",
        "Uninstall Calico",
        _engine(NetworkPolicy.CALICO),
        _policy(NetworkPolicy.NONE),
        (_ENGINE_VERSION,),
        "From here on every pod reaches every pod: NetworkPolicies are no longer enforced.",
        f"{_POLICIES}; AKS release notes 2026-05-29",
        "2.63.0",
        leaves_behind=(_OBJECTS, _CRDS),
    ),
    Move(
        "none-to-cilium",
        "Move to the Cilium dataplane and engine",
        _engine_on_azure_cni(NetworkPolicy.NONE),
        _to_cilium,
        _CILIUM_NEEDS,
        _CILIUM_ENFORCES,
        f"{_UPDATE}; Azure/azure-container-networking#4417",
        "2.63.0",
        irreversible=True,
    ),
    Move(
        "azure-to-cilium",
        "Move from Azure NPM to the Cilium dataplane and engine",
        _engine_on_azure_cni(NetworkPolicy.AZURE),
        _to_cilium,
        _CILIUM_NEEDS,
        _CILIUM_ENFORCES,
        f"{_UPDATE} and migrate-from-npm-to-cilium-network-policy; Azure/azure-container-networking#4417",
        "2.63.0",
        notes=(
            "Cilium reads some policies otherwise than NPM: ipBlock never matches pods or nodes, endPort "
            "needs Cilium 1.17, one named port must have one number, egress to the own node needs a rule, "
            "and ingress through a load balancer is enforced.",
        ),
        irreversible=True,
    ),
    Move(
        "calico-to-cilium",
        "Move from Calico to the Cilium dataplane and engine",
        _engine_on_azure_cni(NetworkPolicy.CALICO),
        _to_cilium,
        (*_CILIUM_NEEDS, _TYPHA_EVICTABLE),
        _CILIUM_ENFORCES,
        f"{_UPDATE}; hashicorp/terraform-provider-azurerm#31627",
        "2.63.0",
        leaves_behind=(_CRDS,),
        notes=(
            "If this fails because calico-typha cannot be evicted, go through no engine: uninstall Calico, "
            "then move to Cilium (hashicorp/terraform-provider-azurerm#32827).",
            "Calico's own policies (projectcalico.org) are not enforced by Cilium.",
        ),
        irreversible=True,
    ),
    Move(
        "kubenet-to-overlay",
        "Move from kubenet to Azure CNI Overlay",
        lambda now: now.network_plugin is NetworkPlugin.KUBENET and now.network_policy is NetworkPolicy.NONE,
        _to_overlay,
        (_OVERLAY_VERSION, _ROUTE_TABLE, _POD_RANGE_FREE),
        "No engine is installed in this step, so no NetworkPolicy is enforced.",
        f"{_UPDATE}; AKS release notes 2023-11-28 (no engine on the way)",
        None,
        notes=("AKS deletes the routes to pods, and a route table that it made itself.", *_OVERLAY_NOTES),
        irreversible=True,
    ),
    Move(
        "node-subnet-to-overlay",
        "Move from Azure CNI node subnet to Azure CNI Overlay",
        lambda now: _engine_on_azure_cni(NetworkPolicy.NONE)(now) and not now.is_overlay,
        _to_overlay,
        (_OVERLAY_VERSION, _NO_POD_SUBNET, _POD_RANGE_FREE),
        "No engine is installed in this step, so no NetworkPolicy is enforced.",
        f"{_UPDATE}; Azure/AKS#4006",
        None,
        notes=_OVERLAY_NOTES,
        irreversible=True,
    ),
    Move(
        "expand-pod-cidr",
        "Expand the pod range to {f[podCidr]}",
        lambda now: now.is_overlay,
        _expand,
        (_linux_only(_EXPAND), _SUPERSET),
        "NetworkPolicies stay enforced.",
        _EXPAND,
        "2.48.0",
        notes=(
            "AKS's docs do not say whether nodes are reimaged; the plan counts on it.",
            "Check each node's range afterwards: kubectl get nnc -A.",
        ),
        irreversible=True,
    ),
)
