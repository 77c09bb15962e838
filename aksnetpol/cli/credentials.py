"""aksnetpol credentials"""

from pathlib import Path
from typing import Annotated

import typer

from aksnetpol.azure import aks
from aksnetpol.cli import named_cluster
from aksnetpol.cli.console import out, print_json
from aksnetpol.cli.named_cluster import GroupOption, NameOption, SubscriptionOption, TargetStackOption
from aksnetpol.cli.options import JsonOption, LocalOption

AdminOption = Annotated[bool, typer.Option("--admin", "-a", help="The administrator's, not the user's.")]
FileOption = Annotated[
    Path | None,
    typer.Option("--file", "-f", dir_okay=False, help="File to merge into; kubectl's by default."),
]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite-existing", help="Replace other entries of the same name.")
]


def command(
    group: GroupOption = None,
    name: NameOption = None,
    subscription: SubscriptionOption = None,
    stack: TargetStackOption = None,
    local: LocalOption = False,
    admin: AdminOption = False,
    file: FileOption = None,
    overwrite_existing: OverwriteOption = False,
    json: JsonOption = False,
) -> None:
    """Merge a cluster's credentials into your kubeconfig; they are never printed.

    Example: [bold]aksnetpol credentials -g shop -n aks[/bold]
    """
    from aksnetpol.deploy.kubeconfig import default_file, merge_into

    with named_cluster.reading(group, name, subscription, stack, local=local) as (arm, path):
        fresh = aks.kubeconfig(arm, path, admin=admin)
    target = file or default_file()
    context = merge_into(target, fresh, overwrite=overwrite_existing)
    if json:
        print_json({"file": str(target), "context": context})
    else:
        out.print(f"Merged {context} as current context in {target}", soft_wrap=True)
