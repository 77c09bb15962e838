"""aksnetpol engine status"""

from typing import Any

from aksnetpol.cli import engine_live
from aksnetpol.cli.console import out, print_json, table
from aksnetpol.cli.engine_live import (
    GroupOption,
    KubeconfigOption,
    NameOption,
    SubscriptionOption,
    TargetStackOption,
)
from aksnetpol.cli.options import JsonOption, LocalOption
from aksnetpol.engines.moves import LiveCluster
from aksnetpol.engines.moves.status import Status, status


def command(
    group: GroupOption = None,
    name: NameOption = None,
    subscription: SubscriptionOption = None,
    stack: TargetStackOption = None,
    local: LocalOption = False,
    kubeconfig: KubeconfigOption = None,
    json: JsonOption = False,
) -> None:
    """Show the live engine, its versions, what ends when, and how much of its limits is in use.

    Example: [bold]aksnetpol engine status -g shop -n aks[/bold]
    """
    live = engine_live.find(group, name, subscription, stack, local=local)
    if kubeconfig is not None:
        live = engine_live.with_pods(live, str(kubeconfig))
    found = status(live, engine_live.today())
    if json:
        print_json(_data(live, found))
    else:
        _show(live, found)


def _show(live: LiveCluster, found: Status) -> None:
    cluster = live.cluster
    out.print(f"{cluster.name}: {live.networking}; Kubernetes {cluster.kubernetes_version}.", style="bold")
    if live.provisioning_state != "Succeeded":
        out.print(f"Azure says {live.provisioning_state}.", style="yellow")
    limits = table("Limits", "what", "in use", "of", "", "source")
    for one in found.limits:
        limits.add_row(one.what, f"{one.used:,}", f"{one.most:,}", f"{one.share:.0%}", one.source)
    ends = table("Ends", "what", "on", "days left", "then", "do", "source")
    for one in found.retirements:
        ends.add_row(one.what, str(one.ends), str(one.days), one.effect, one.remedy, one.source)
    pools = table("Pools", "name", "mode", "os", "image", "nodes", "max pods")
    for pool in cluster.node_pools:
        most = "" if pool.max_pods is None else str(pool.max_pods)
        pools.add_row(pool.name, pool.mode, pool.os_type, pool.os_sku or "", str(pool.count), most)
    for shown in (pools, limits, ends):
        if shown.row_count:
            out.print()
            out.print(shown)
    for one in found.warnings:
        out.print(f"{one.message} {one.remedy}", style="yellow")


def _data(live: LiveCluster, found: Status) -> dict[str, Any]:
    return {
        "cluster": live.cluster.name,
        "resourceGroup": live.resource_group,
        "provisioningState": live.provisioning_state,
        "kubernetesVersion": live.cluster.kubernetes_version,
        "networkProfile": live.networking.network_profile(),
        "pools": [
            {
                "name": pool.name,
                "mode": pool.mode.value,
                "osType": pool.os_type.value,
                "osSku": pool.os_sku.value if pool.os_sku else None,
                "count": pool.count,
                "maxPods": pool.max_pods,
            }
            for pool in live.cluster.node_pools
        ],
        "limits": [
            {"what": one.what, "used": one.used, "most": one.most, "source": one.source}
            for one in found.limits
        ],
        "retirements": [
            {
                "id": one.id,
                "what": one.what,
                "ends": one.ends.isoformat(),
                "daysLeft": one.days,
                "effect": one.effect,
                "remedy": one.remedy,
                "source": one.source,
            }
            for one in found.retirements
        ],
        "warnings": [{"id": one.id, "message": one.message, "remedy": one.remedy} for one in found.warnings],
    }
