"""aksnetpol engine migrate"""

from typing import Annotated

import typer

from aksnetpol.cli.engine_execute import Target, execute
from aksnetpol.cli.engine_wish import OverlayOption, PodCidrOption, ToOption, wish
from aksnetpol.cli.named_cluster import (
    GroupOption,
    KubeconfigOption,
    NameOption,
    SubscriptionOption,
    TargetStackOption,
)
from aksnetpol.cli.options import JsonOption, LocalOption, YesOption
from aksnetpol.errors import UserError

VerifyOption = Annotated[
    bool,
    typer.Option(
        "--verify", help="Then attempt connections that exercise every policy; starts short-lived pods."
    ),
]


def command(
    to: ToOption = None,
    group: GroupOption = None,
    name: NameOption = None,
    subscription: SubscriptionOption = None,
    stack: TargetStackOption = None,
    local: LocalOption = False,
    overlay: OverlayOption = False,
    pod_cidr: PodCidrOption = None,
    kubeconfig: KubeconfigOption = None,
    verify: VerifyOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Move a live cluster in place, step by step, to another engine; nothing is replaced.

    Shows the plan and asks. A run that was cut off goes on where the cluster is. Exit code 1 where there
    is no way, a step fails, or --verify finds that the cluster does not do what its policies say. A stack's
    cluster is changed by its file instead.

    Example: [bold]aksnetpol engine migrate -g shop -n aks --to cilium[/bold]
    """
    target = Target(group, name, subscription, stack, local, kubeconfig)
    target.refuse_stack()
    if verify and kubeconfig is None:
        raise UserError("--verify attempts connections in the cluster: add --kubeconfig FILE.")
    execute(target, wish(to, None, pod_cidr, overlay=overlay), yes=yes, json=json, verify=verify)
