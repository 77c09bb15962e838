"""aksnetpol engine plan"""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from aksnetpol import clock
from aksnetpol.cli import named_cluster
from aksnetpol.cli.console import print_json
from aksnetpol.cli.engine_flows import ManifestsOption, compare, show_flows
from aksnetpol.cli.engine_table import show
from aksnetpol.cli.engine_wish import OverlayOption, PodCidrOption, ToOption, wish
from aksnetpol.cli.named_cluster import (
    GroupOption,
    KubeconfigOption,
    NameOption,
    SubscriptionOption,
    TargetStackOption,
)
from aksnetpol.cli.options import JsonOption, LocalOption
from aksnetpol.cli.policy_input import width
from aksnetpol.engines.moves import Plan, Refusal, plan
from aksnetpol.engines.moves.data import data
from aksnetpol.engines.moves.markdown import markdown
from aksnetpol.report import changes
from aksnetpol.report.changes import Comparison
from aksnetpol.report.escape import fence


class Format(StrEnum):
    """How a plan is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


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
    live = named_cluster.find(
        group, name, subscription, stack, local=local, quota=True, kubeconfig=kubeconfig
    )
    found = plan(live, wanted, clock.today())
    _show(found, compare(found, manifests, kubeconfig), Format.JSON if json else form)
    if isinstance(found, Refusal):
        raise typer.Exit(1)


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
