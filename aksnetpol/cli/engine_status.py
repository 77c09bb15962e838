"""aksnetpol engine status"""

from aksnetpol import clock
from aksnetpol.cli import named_cluster
from aksnetpol.cli.console import out, print_json, table
from aksnetpol.cli.named_cluster import (
    GroupOption,
    KubeconfigOption,
    NameOption,
    SubscriptionOption,
    TargetStackOption,
)
from aksnetpol.cli.options import JsonOption, LocalOption
from aksnetpol.engines.moves import LiveCluster
from aksnetpol.engines.moves.status import Status, data, status


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
    live = named_cluster.find(group, name, subscription, stack, local=local, kubeconfig=kubeconfig)
    found = status(live, clock.today())
    if json:
        print_json(data(live, found))
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
