"""Finds the live cluster that an engine command is about."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from aksnetpol.cli.engine_quota import with_quota
from aksnetpol.engines.addresses import network
from aksnetpol.engines.moves import LiveCluster, drain_obstacles, is_running, live_cluster
from aksnetpol.errors import UserError

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

CLUSTER_API, _NETWORK_API = "2025-09-01", "2024-05-01"
_AZURE_RESERVED = 5  # addresses of every subnet; Microsoft Learn, virtual-networks-faq
_KINDS = (
    ("v1", "pods", "Pod"),
    ("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget"),
    ("apps/v1", "deployments", "Deployment"),
    ("apps/v1", "statefulsets", "StatefulSet"),
    ("apps/v1", "replicasets", "ReplicaSet"),
    ("admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
    ("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
)


def find(
    group: str | None,
    name: str | None,
    subscription: str | None,
    stack: str | None,
    *,
    local: bool,
    quota: bool = False,
) -> LiveCluster:
    """Read the live cluster from Azure, and what is known of its subnets and, when asked for, its quota.

    Raises:
        UserError: it is not said which cluster, or there is none.
        AzureError: Azure cannot be reached, or refuses.
        LiveDocumentError: Azure answers what the planner does not know.
    """
    with reading(group, name, subscription, stack, local=local) as (arm, path):
        document = arm.get(path, CLUSTER_API).body
        live = described(arm, path, document)
        return with_quota(arm, live, str(document.get("location", ""))) if quota else live


@contextmanager
def reading(
    group: str | None, name: str | None, subscription: str | None, stack: str | None, *, local: bool
) -> Generator["tuple[ArmClient, str]"]:
    """Give the client and the ARM id of `target` for as long as the cluster is read.

    Raises:
        UserError: as target, or there is no such cluster.
    """
    arm, path = target(group, name, subscription, stack, local=local)
    from aksnetpol.azure import ArmError

    try:
        yield arm, path
    except ArmError as error:
        if error.status != 404:
            raise
        raise UserError(f"There is no cluster {path}. {error.message}") from error
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
        return arm, _cluster_path(subscription or arm.subscription_id, str(group), str(name))
    environ, path = _of_stack(stack, local=local)
    return ArmClient(environ), path


def described(arm: "ArmClient", path: str, document: Mapping[str, Any]) -> LiveCluster:
    """Return a cluster of a document, with all its pools and what is known of its subnets."""
    return _with_subnets(arm, live_cluster(document, pools(arm, path)))


def today() -> date:
    """Return the day that retirements are counted from; pure code never reads the clock."""
    return datetime.now(UTC).date()


def with_pods(live: LiveCluster, kubeconfig: str) -> LiveCluster:
    """Look, through the Kubernetes API, at how many pods run and what would hold a drain.

    Raises:
        SourceError: the cluster cannot be read.
    """
    from aksnetpol.policy.load.live import connect, objects

    found = list(objects(connect(kubeconfig), _KINDS))
    running = sum(one["kind"] == "Pod" and is_running(one) for one in found)
    return replace(live, obstacles=drain_obstacles(found), running_pods=running)


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


def _cluster_path(subscription: str, group: str, name: str) -> str:
    return (
        f"/subscriptions/{quote(subscription, safe='')}/resourceGroups/{quote(group, safe='')}"
        f"/providers/Microsoft.ContainerService/managedClusters/{quote(name, safe='')}"
    )


def pools(arm: "ArmClient", path: str) -> list[dict[str, Any]]:
    """Return the documents of all agent pools of a cluster."""
    found: list[dict[str, Any]] = []
    following: str | None = f"{path}/agentPools"
    while following:
        page = arm.get(following, CLUSTER_API).body
        found += page.get("value") or []
        following = page.get("nextLink")
    return found


def _with_subnets(arm: "ArmClient", live: LiveCluster) -> LiveCluster:
    """Add free addresses and network ranges of the user's own subnets; who may not read them does without."""
    from aksnetpol.azure import ArmError

    free: dict[str, int] = {}
    prefixes: list[str] = []
    for subnet in dict.fromkeys(one.vnet_subnet_id for one in live.pools if one.vnet_subnet_id):
        try:
            found = arm.get(subnet, _NETWORK_API).body.get("properties") or {}
            parent = arm.get(subnet.rsplit("/subnets/", 1)[0], _NETWORK_API).body.get("properties") or {}
        except ArmError:
            continue
        prefixes += (parent.get("addressSpace") or {}).get("addressPrefixes") or []
        size = network(found.get("addressPrefix") or next(iter(found.get("addressPrefixes") or ()), None))
        if size is not None:
            taken = max(len(found.get("ipConfigurations") or ()), _own_addresses(live, subnet))
            free[subnet] = max(0, size.num_addresses - _AZURE_RESERVED - taken)
    return replace(live, free_addresses=free, virtual_network_prefixes=tuple(dict.fromkeys(prefixes)))


def _own_addresses(live: LiveCluster, subnet: str) -> int:
    """Addresses that the cluster's own nodes take in a subnet."""
    return sum(
        one.pool.count * live.addresses_per_node(one, live.networking)
        for one in live.pools
        if one.vnet_subnet_id == subnet
    )
