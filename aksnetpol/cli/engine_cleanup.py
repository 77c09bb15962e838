"""aksnetpol engine cleanup-calico"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aksnetpol import kube
from aksnetpol.azure import aks
from aksnetpol.cli import named_cluster
from aksnetpol.cli.console import confirm, out, print_json, table
from aksnetpol.cli.named_cluster import GroupOption, NameOption, SubscriptionOption, TargetStackOption
from aksnetpol.cli.options import JsonOption, LocalOption, YesOption
from aksnetpol.engines.moves import live_cluster
from aksnetpol.errors import UserError

if TYPE_CHECKING:
    from aksnetpol.migration.calico import Definition

KubeconfigOption = Annotated[
    Path | None,
    typer.Option(
        "--kubeconfig", exists=True, dir_okay=False, help="Reach the cluster with it; else Azure is asked."
    ),
]


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
    """Delete what an uninstalled Calico left: its custom resource definitions and all their objects.

    Calico's own policies are among them. Lists what will go, and asks; refuses while Calico still runs.

    Example: [bold]aksnetpol engine cleanup-calico -g shop -n aks[/bold]
    """
    access = _access(group, name, subscription, stack, kubeconfig, local=local)
    from aksnetpol.migration.calico import Calico

    calico = Calico(kube.Cluster(access))
    calico.refuse_while_running()
    found = calico.definitions()
    if not json:
        _show(found)
    if found:
        objects = sum(len(one.objects) for one in found)
        confirm(f"Delete these {len(found)} definitions and {objects} objects?", yes=yes)
        calico.refuse_while_running()
        calico.remove(found)
    if json:
        print_json(
            {"deleted": [{"name": one.name, "objects": [str(item) for item in one.objects]} for one in found]}
        )
    elif found:
        out.print("Deleted.")


def _access(
    group: str | None,
    name: str | None,
    subscription: str | None,
    stack: str | None,
    kubeconfig: Path | None,
    *,
    local: bool,
) -> Path | Mapping[str, Any]:
    """Return a kubeconfig: the given file, else the user's credentials that Azure has.

    Raises:
        UserError: it is not said which cluster, or there is none.
        CalicoRunsError: Calico is its engine.
    """
    if not any((group, name, stack)):
        if kubeconfig is None:
            raise UserError("Say which cluster: --resource-group and --name, --stack, or --kubeconfig.")
        return kubeconfig
    import yaml

    from aksnetpol.migration.calico import refuse_as_engine

    with named_cluster.reading(group, name, subscription, stack, local=local) as (arm, path):
        refuse_as_engine(live_cluster(arm.get(path, aks.API_VERSION).body))
        return kubeconfig or yaml.safe_load(aks.kubeconfig(arm, path))


def _show(found: "Sequence[Definition]") -> None:
    if not found:
        out.print("Nothing of Calico is left.")
        return
    rows = table("", "definition", "objects", "names")
    for one in found:
        rows.add_row(one.name, str(len(one.objects)), ", ".join(str(item) for item in one.objects))
    out.print(rows)
