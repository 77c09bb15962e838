"""aksnetpol engine uninstall"""

from aksnetpol.cli.engine_execute import Target, execute
from aksnetpol.cli.named_cluster import (
    GroupOption,
    KubeconfigOption,
    NameOption,
    SubscriptionOption,
    TargetStackOption,
)
from aksnetpol.cli.options import JsonOption, LocalOption, YesOption
from aksnetpol.engines import NetworkPolicy
from aksnetpol.engines.moves import WantedNetworking


def command(
    group: GroupOption = None,
    name: NameOption = None,
    subscription: SubscriptionOption = None,
    stack: TargetStackOption = None,
    local: LocalOption = False,
    kubeconfig: KubeconfigOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Remove the engine from a live cluster: the same as migrate --to none.

    From then on NetworkPolicies are not enforced. Cilium cannot be removed.

    Example: [bold]aksnetpol engine uninstall -g shop -n aks[/bold]
    """
    target = Target(group, name, subscription, stack, local, kubeconfig)
    target.refuse_stack()
    execute(target, WantedNetworking(network_policy=NetworkPolicy.NONE), yes=yes, json=json)
