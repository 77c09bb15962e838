"""The properties of a node pool, the same for the inline system pool and for AgentPool resources."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from pulumi import Input

from aksnetpol_components.leaves import Leaf, sent


class PoolProfileArgs(TypedDict):
    """One node pool: its nodes, their number, their place."""

    name: str
    """Name in AKS: lower-case letters and digits, at most 12, at most 6 for Windows."""
    vm_size: Input[str]
    """Azure VM size of the nodes."""
    count: NotRequired[Input[int]]
    """Number of nodes, 1 by default; the starting number when autoscaled."""
    min_count: NotRequired[Input[int]]
    """Least nodes; with max_count, turns the cluster autoscaler on."""
    max_count: NotRequired[Input[int]]
    """Most nodes; with min_count, turns the cluster autoscaler on."""
    os_sku: NotRequired[Input[str]]
    """Operating system of the nodes, for example "AzureLinux" or "Windows2022"."""
    mode: NotRequired[Input[str]]
    """"System" or "User"."""
    max_pods: NotRequired[Input[int]]
    """Pods per node."""
    node_labels: NotRequired[Mapping[str, Input[str]]]
    """Kubernetes labels of the nodes."""
    node_taints: NotRequired[Sequence[Input[str]]]
    """Taints as ARM spells them: "key=value:Effect"."""
    availability_zones: NotRequired[Sequence[Input[str]]]
    """Zones to spread the nodes over."""
    vnet_subnet_id: NotRequired[Input[str]]
    """Existing subnet for the nodes."""
    pod_subnet_id: NotRequired[Input[str]]
    """Existing subnet for the pods, where they do not share the nodes' one."""
    orchestrator_version: NotRequired[Input[str]]
    """Kubernetes version of the nodes."""
    enable_fips: NotRequired[Input[bool]]
    """FIPS image; Windows Server 2025 needs it."""
    agent_pool_args: NotRequired[Mapping[str, Any]]
    """Any further azure-native AgentPool property; wins over the others."""


POOL = (
    Leaf("vm_size", "vmSize"),
    Leaf("count", "count"),
    Leaf("min_count", "minCount"),
    Leaf("max_count", "maxCount"),
    Leaf("os_sku", "osSKU"),
    Leaf("mode", "mode"),
    Leaf("max_pods", "maxPods"),
    Leaf("node_labels", "nodeLabels"),
    Leaf("node_taints", "nodeTaints"),
    Leaf("availability_zones", "availabilityZones"),
    Leaf("vnet_subnet_id", "vnetSubnetID"),
    Leaf("pod_subnet_id", "podSubnetID"),
    Leaf("orchestrator_version", "orchestratorVersion", in_place=True),
    Leaf("enable_fips", "enableFIPS"),
)


def is_autoscaled(args: PoolProfileArgs) -> bool:
    """Tell whether the cluster autoscaler, and not the program, decides the number of nodes."""
    return "min_count" in args and "max_count" in args


def pool_properties(args: PoolProfileArgs, *, os_type: str, mode: str) -> dict[str, Any]:
    """Return what to send for a pool, without its name.

    Args:
        args: the pool; `mode` in it wins over the argument.
        os_type: "Linux" or "Windows".
        mode: "System" or "User"; always sent, since a pool without one fails with "Must define at least
            one system pool" (Azure/AKS issue 1602).
    """
    properties: dict[str, Any] = {
        "os_type": os_type,
        "mode": mode,
        "type": "VirtualMachineScaleSets",
        # Sent with autoscaling too: ARM answers InvalidParameter without it (pulumi-azure-native 2943).
        "count": args.get("min_count", 1),
        # Explicit, so that turning the autoscaler off does not depend on what ARM makes of an absence.
        "enable_auto_scaling": is_autoscaled(args),
    }
    return {**properties, **sent(POOL, args)}
