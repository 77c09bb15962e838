"""aksnetpol engine plan"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import aksnetpol_stacks
from aksnetpol.cli import engine_live
from aksnetpol.cli.console import print_json
from aksnetpol.cli.engine_flows import ManifestsOption, flows, show_flows
from aksnetpol.cli.engine_live import (
    GroupOption,
    KubeconfigOption,
    NameOption,
    SubscriptionOption,
    TargetStackOption,
)
from aksnetpol.cli.engine_table import show
from aksnetpol.cli.options import JsonOption, LocalOption
from aksnetpol.cli.policy_input import width
from aksnetpol.deploy import find_project
from aksnetpol.engines import NetworkPlugin, NetworkPluginMode, NetworkPolicy
from aksnetpol.engines.addresses import network
from aksnetpol.engines.moves import UNSET, Networking, Plan, Refusal, WantedNetworking, plan
from aksnetpol.engines.moves.data import data
from aksnetpol.engines.moves.markdown import markdown
from aksnetpol.errors import UserError
from aksnetpol.report import changes
from aksnetpol.report.changes import Comparison
from aksnetpol.report.review.markdown import fence
from aksnetpol_stacks.view import cluster_view


class Format(StrEnum):
    """How a plan is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


ToOption = Annotated[
    NetworkPolicy | None,
    typer.Option("--to", help="The engine to have. With --stack: by default what its file says."),
]
OverlayOption = Annotated[bool, typer.Option("--overlay", help="Have Azure CNI Overlay too.")]
PodCidrOption = Annotated[str | None, typer.Option("--pod-cidr", help="The pod range to have.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print it.")]


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
    manifests: ManifestsOption = None,
    form: FormatOption = Format.TABLE,
    json: JsonOption = False,
) -> None:
    """Show the steps in place from the live networking to the wanted one; nothing is changed.

    With --kubeconfig or --manifests it ends with the connections that the new engine opens and closes.
    Exit code 1 where there is no way; the nearest possible one is shown.

    Example: [bold]aksnetpol engine plan -g shop -n aks --to cilium[/bold]
    """
    wanted = wish(to, stack, pod_cidr, overlay=overlay)
    live = engine_live.find(group, name, subscription, stack, local=local, quota=True)
    if kubeconfig is not None:
        live = engine_live.with_pods(live, str(kubeconfig))
    found = plan(live, wanted, engine_live.today())
    _show(found, flows(found, manifests, kubeconfig), Format.JSON if json else form)
    if isinstance(found, Refusal):
        raise typer.Exit(1)


def wish(
    to: NetworkPolicy | None, stack: str | None, pod_cidr: str | None, *, overlay: bool
) -> WantedNetworking:
    """What the options ask for, else what the stack's file says.

    Raises:
        UserError: nothing is asked for, or the range is none.
    """
    if pod_cidr is not None and network(pod_cidr) is None:
        raise UserError(f"--pod-cidr: {pod_cidr!r} is no IPv4 range. Write it as 10.244.0.0/16.")
    if to is None and not overlay and pod_cidr is None:
        if stack is None:
            raise UserError("Say what to have: --to none, azure, calico or cilium; --overlay; --pod-cidr.")
        loaded = aksnetpol_stacks.load_file(find_project(Path.cwd()).require_file(stack), engine_live.today())
        return WantedNetworking.exactly(Networking.of(cluster_view(loaded.settings)))
    return WantedNetworking(
        network_plugin=NetworkPlugin.AZURE if overlay else UNSET,
        network_plugin_mode=NetworkPluginMode.OVERLAY if overlay else UNSET,
        network_policy=UNSET if to is None else to,
        pod_cidr=UNSET if pod_cidr is None else pod_cidr,
    )


def _show(found: Plan | Refusal, compared: Comparison | None, form: Format) -> None:
    match form:
        case Format.JSON:
            print_json(data(found) | ({"connections": changes.data(compared)} if compared else {}))
        case Format.MARKDOWN:
            sys.stdout.write(markdown(found))
            if compared:
                text = fence(changes.render(compared, width()).rstrip())
                sys.stdout.write(f"\n### Connections that change\n\n{text}\n")
        case Format.TABLE:
            show(found)
            show_flows(compared)
