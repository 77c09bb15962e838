"""Finds the cluster in Azure that a command's options name."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aksnetpol.azure import aks
from aksnetpol.engines.moves import LiveCluster
from aksnetpol.errors import UserError
from aksnetpol.migration import live

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient

GroupOption = Annotated[
    str | None, typer.Option("--resource-group", "-g", help="The cluster's resource group.")
]
NameOption = Annotated[str | None, typer.Option("--name", "-n", help="The cluster's name in Azure.")]
SubscriptionOption = Annotated[
    str | None, typer.Option("--subscription", help="Its subscription; ARM_SUBSCRIPTION_ID by default.")
]
TargetStackOption = Annotated[
    str | None, typer.Option("--stack", "-s", help="Instead: the stack that made the cluster.")
]
KubeconfigOption = Annotated[
    Path | None,
    typer.Option("--kubeconfig", exists=True, dir_okay=False, help="Look at the cluster's pods with it."),
]


def find(
    group: str | None,
    name: str | None,
    subscription: str | None,
    stack: str | None,
    *,
    local: bool,
    quota: bool = False,
    kubeconfig: Path | None = None,
) -> LiveCluster:
    """Read the live cluster that the options name; see migration.live.read.

    Raises:
        UserError: it is not said which cluster, or there is none.
        AzureError: Azure cannot be reached, or refuses.
        LiveDocumentError: Azure answers what the planner does not know.
        ApiError: the pods cannot be looked at.
    """
    with reading(group, name, subscription, stack, local=local) as (arm, path):
        return live.read(arm, path, quota=quota, kubeconfig=kubeconfig)


@contextmanager
def reading(
    group: str | None, name: str | None, subscription: str | None, stack: str | None, *, local: bool
) -> Generator["tuple[ArmClient, str]"]:
    """Give the client and the ARM id of `target` for as long as the cluster is read.

    Raises:
        UserError: as target, or there is no such cluster.
    """
    arm, path = target(group, name, subscription, stack, local=local)
    try:
        with aks.existing(path):
            yield arm, path
    finally:
        arm.close()


def target(
    group: str | None, name: str | None, subscription: str | None, stack: str | None, *, local: bool
) -> "tuple[ArmClient, str]":
    """Return a client of Azure Resource Manager and the ARM id of the cluster that the options name.

    Raises:
        UserError: it is not said which cluster, or the stack has none.
    """
    if (group is None) != (name is None) or (group is None) == (stack is None):
        raise UserError("Say which cluster: --resource-group and --name, or --stack.")
    # The Azure client takes a while to import; a command that is called wrongly answers at once.
    from aksnetpol.azure import ArmClient

    if stack is None:
        arm = ArmClient(environment(local=local))
        return arm, aks.cluster_id(subscription or arm.subscription_id, str(group), str(name))
    environ, path = _of_stack(stack, local=local)
    return ArmClient(environ), path


def environment(*, local: bool) -> Mapping[str, str]:
    """Return the variables that a client of Azure reads: the process's own, or the local session's over them.

    Raises:
        SessionError: local mode is asked for, and no session runs.
    """
    if not local:
        return os.environ
    from aksnetpol.local import supervisor
    from aksnetpol.local.home import default_home

    return {**os.environ, **supervisor.environment(default_home())}


def _of_stack(stack: str, *, local: bool) -> tuple[Mapping[str, str], str]:
    """The environment of a stack, and its cluster's id from its outputs."""
    from aksnetpol.cli.target import workspace

    target = workspace(stack, local=local)
    for output in target.outputs():
        if output.name == "clusterId":
            return {**os.environ, **target.environment}, str(output.value)
    raise UserError(f"Stack {stack!r} has no output clusterId. Run: aksnetpol up --stack {stack}")
