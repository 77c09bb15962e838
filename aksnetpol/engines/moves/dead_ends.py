"""Why no way leads from one networking to another, where AKS has none at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from aksnetpol.engines.combinations import COMBINATIONS
from aksnetpol.engines.model import Cluster, NetworkDataplane, NetworkPlugin, NetworkPluginMode, NetworkPolicy
from aksnetpol.engines.moves.networking import UNSET, Networking, WantedNetworking
from aksnetpol.engines.moves.search import Reason
from aksnetpol.engines.rule import cluster_findings
from aksnetpol.findings import Finding

_UPDATE = "AKS docs, update-azure-cni"
_RECREATE = "Make a new cluster with it, and move the workloads there."


@dataclass(frozen=True)
class DeadEnd:
    """A pair of networkings with no way between them.

    Args:
        holds: whether it stands between a live networking and a wish.
    """

    id: str
    holds: Callable[[Networking, WantedNetworking], bool]
    message: str
    remedy: str
    source: str


def _off_cilium(live: Networking, wanted: WantedNetworking) -> bool:
    policy = wanted.network_policy not in (UNSET, NetworkPolicy.CILIUM)
    return live.network_dataplane is NetworkDataplane.CILIUM and (
        policy or wanted.network_dataplane is NetworkDataplane.AZURE
    )


DEAD_ENDS = (
    DeadEnd(
        "bring-your-own",
        lambda live, wanted: (
            (
                wanted.network_plugin is not UNSET
                and (live.network_plugin is NetworkPlugin.NONE)
                != (wanted.network_plugin is NetworkPlugin.NONE)
            )
            or (
                live.network_plugin is NetworkPlugin.NONE
                and wanted.network_policy not in (UNSET, NetworkPolicy.NONE)
            )
        ),
        "A live cluster neither gains nor loses Azure's network plugin.",
        _RECREATE,
        "AKS docs, use-byo-cni",
    ),
    DeadEnd(
        "to-kubenet",
        lambda live, wanted: (
            wanted.network_plugin is NetworkPlugin.KUBENET and live.network_plugin is NetworkPlugin.AZURE
        ),
        "No live cluster moves to kubenet, which ends on 2028-03-31.",
        "Stay on Azure CNI.",
        f"{_UPDATE}, supported migration paths",
    ),
    DeadEnd(
        "off-cilium",
        _off_cilium,
        "The cilium dataplane cannot be taken off a live cluster.",
        "Stay on cilium; to go back, make a new cluster.",
        "AKS docs name no way back; hashicorp/terraform-provider-azurerm replaces the cluster",
    ),
    DeadEnd(
        "off-overlay",
        lambda live, wanted: live.is_overlay and wanted.network_plugin_mode is None,
        "Azure CNI Overlay is one-way: a live cluster does not go back to node subnet.",
        "Stay on overlay; to go back, make a new cluster.",
        f"{_UPDATE}, supported migration paths",
    ),
    DeadEnd(
        "cilium-to-overlay",
        lambda live, wanted: (
            live.network_dataplane is NetworkDataplane.CILIUM
            and not live.is_overlay
            and wanted.network_plugin_mode is NetworkPluginMode.OVERLAY
        ),
        "A cluster moves to overlay without an engine only, and cilium cannot be taken off.",
        "Stay on node subnet; on other clusters move to overlay first, then to cilium.",
        f"{_UPDATE}; Azure/AKS#4006",
    ),
    DeadEnd(
        "kubenet-to-node-subnet",
        lambda live, wanted: (
            live.network_plugin is NetworkPlugin.KUBENET
            and wanted.network_plugin is NetworkPlugin.AZURE
            and wanted.network_plugin_mode is None
        ),
        "kubenet moves to Azure CNI Overlay only, not to node subnet.",
        "Ask for networkPluginMode overlay.",
        f"{_UPDATE}, supported migration paths",
    ),
    DeadEnd(
        "pod-cidr-fixed",
        lambda live, wanted: wanted.pod_cidr not in (UNSET, live.pod_cidr) and not live.is_overlay,
        "The pod range of this networking does not change.",
        "Leave podCidr out, or move to overlay with it.",
        "AKS error PropertyChangeNotAllowed",
    ),
)


def dead_ends(live: Networking, wanted: WantedNetworking) -> tuple[Reason, ...]:
    """Return why the table has no way: an impossible combination, else the dead ends that hold."""
    impossible = _impossible(wanted)
    if impossible:
        return tuple(map(Reason.of, impossible))
    found = tuple(
        Reason(row.id, row.message, row.remedy, row.source) for row in DEAD_ENDS if row.holds(live, wanted)
    )
    return found or (Reason("no-way", "AKS documents no way there.", _RECREATE, _UPDATE),)


def _impossible(wanted: WantedNetworking) -> tuple[Finding, ...]:
    """What is wrong with the wish whatever its open fields are; () when some choice of them is valid."""
    findings = [
        tuple(cluster_findings(COMBINATIONS, networking.on(Cluster("aks", ()))))
        for networking in _readings(wanted)
    ]
    return min(findings, key=len)


def _readings(wanted: WantedNetworking) -> Iterator[Networking]:
    plugins = list(NetworkPlugin) if wanted.network_plugin is UNSET else [wanted.network_plugin]
    modes = (
        [None, NetworkPluginMode.OVERLAY]
        if wanted.network_plugin_mode is UNSET
        else [wanted.network_plugin_mode]
    )
    policies = list(NetworkPolicy) if wanted.network_policy is UNSET else [wanted.network_policy]
    planes = list(NetworkDataplane) if wanted.network_dataplane is UNSET else [wanted.network_dataplane]
    for row in product(plugins, modes, policies, planes):
        yield Networking(*row)
