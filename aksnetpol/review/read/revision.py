"""Reads a stack as a revision declares it: by a preview that starts from nothing, without any credential."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import aksnetpol_stacks
from aksnetpol.deploy import DeployError, Engine, StackWorkspace
from aksnetpol.deploy.settings import settings_of
from aksnetpol.engines.moves import LiveCluster, LiveNodePool
from aksnetpol.policy import AKS_PROFILES
from aksnetpol.review.model import Revision
from aksnetpol.review.read.checkout import Checkout, hide_secrets
from aksnetpol.review.read.declared import declared, kubernetes_objects
from aksnetpol.review.read.objects import objects
from aksnetpol_stacks.view import cluster_view


@dataclass(frozen=True)
class Hermetic:
    """What a preview without a cloud runs with.

    Args:
        engine: from find_engine.
        environment: leads to local stand-ins and to a state of its own.
        home: for its state and copies of stack files; one for each revision.
        manifests: files and folders of the repository with what else is in the cluster.
        today: the day to measure retirements from.
        limit: seconds that a preview may take.
    """

    engine: Engine
    environment: Mapping[str, str]
    home: Path
    manifests: tuple[str, ...]
    today: date
    limit: float


def read_revision(checkout: Checkout, stack: str, using: Hermetic) -> Revision:
    """Return what a stack is at a revision.

    Raises:
        DeployError, UserError: the stack's file, its policies or its program cannot be used; places are
            relative to the repository's root.
    """
    project = checkout.project
    secret = hide_secrets(project.require_file(stack))
    loaded = settings_of(project, stack, using.today)
    workspace = StackWorkspace(project, stack, using.engine, using.environment, using.home, limit=using.limit)
    workspace.init()
    try:
        resources = declared(workspace.preview_json(create=False))
    except ValueError as error:
        raise DeployError(f"The engine's preview of {stack} is not the JSON that was expected.") from error
    policies = [project.folder / one for one in loaded.settings.policies.paths] if loaded else []
    revision = Revision(
        name=checkout.revision,
        resources=resources,
        loaded=objects(
            checkout.root,
            kubernetes_objects(resources),
            policies,
            [checkout.root / one for one in using.manifests],
        ),
        engine="kubernetes",
        secrets=secret.encrypted,
        plain_secrets=secret.plain,
    )
    if loaded is None:
        return revision
    return replace(
        revision,
        engine=AKS_PROFILES[loaded.settings.cluster.network_policy],
        live=cluster_of(loaded.settings),
        findings=loaded.warnings,
    )


def cluster_of(settings: aksnetpol_stacks.StackSettings) -> LiveCluster:
    """Return the cluster as an update would leave it; what only Azure knows is not told."""
    view, cluster = cluster_view(settings), settings.cluster
    pools = (cluster.system_pool, *cluster.node_pools)
    return LiveCluster(
        cluster=view,
        pools=tuple(
            LiveNodePool(seen, pool.vm_size, pool.vnet_subnet_id, pool.pod_subnet_id)
            for seen, pool in zip(view.node_pools, pools, strict=True)
        ),
        resource_group=cluster.existing_resource_group or cluster.resource_group or f"{cluster.name}-rg",
    )
