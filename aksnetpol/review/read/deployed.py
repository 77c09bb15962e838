"""Reads a deployed stack, and what an update by the working program makes of it, from one preview."""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import aksnetpol_stacks
from aksnetpol import kube
from aksnetpol.deploy import DeployError, PassphraseError, StackWorkspace
from aksnetpol.deploy.settings import settings_of
from aksnetpol.engines import Cluster, check
from aksnetpol.engines.moves import LiveCluster, live_cluster
from aksnetpol.errors import AksnetpolError
from aksnetpol.findings import Severity, Topic
from aksnetpol.policy import AKS_PROFILES
from aksnetpol.policy.load import live
from aksnetpol.project import Project, ProjectError, UnknownStackError
from aksnetpol.review.asked import Deployed
from aksnetpol.review.model import Problem, Revision, Sides
from aksnetpol.review.read.declared import declared, kubernetes_objects, recorded
from aksnetpol.review.read.live import updated
from aksnetpol.review.read.objects import objects, require_manifests
from aksnetpol.review.read.planned import planned
from aksnetpol.review.read.repository import repository
from aksnetpol.review.read.revision import cluster_of
from aksnetpol.review.read.revisions import AT_ONCE

BASE, HEAD = "deployed state", "working tree"
_CLUSTER = "azure-native:containerservice:ManagedCluster"

Json = Mapping[str, Any]


def read(asked: Deployed) -> dict[str, Sides | Problem]:
    """Return the stacks before and after an update, each or why it cannot be read; no state is changed."""
    sides = partial(_sides, asked)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(asked.stacks, pool.map(sides, asked.stacks), strict=True))


def _sides(asked: Deployed, name: str) -> Sides | Problem:
    try:
        return _update(asked.workspace(name), asked)
    except (UnknownStackError, PassphraseError) as error:
        return Problem(BASE, str(error), in_head=False)
    except AksnetpolError as error:
        return Problem(HEAD, str(error), in_head=True)


def _update(workspace: StackWorkspace, asked: Deployed) -> Sides:
    project = workspace.project
    loaded = settings_of(project, workspace.stack, asked.today)
    root = _root(project)
    require_manifests(asked.manifests, root)
    preview = workspace.preview_json(create=False, save_plan=asked.save_plan)
    try:
        before, after = recorded(preview), declared(preview)
        changes = planned(preview, asked.rules)
        seen = _live(preview) if loaded else None
    except ValueError as error:
        raise DeployError(
            f"The engine's preview of {workspace.stack} is not the JSON that was expected."
        ) from error
    old, new = _kubernetes(list(kubernetes_objects(before)), list(kubernetes_objects(after)), asked)
    manifests = [root / one for one in asked.manifests]
    policies = [project.folder / one for one in loaded.settings.policies.paths] if loaded else []
    base = Revision(BASE, before, objects(root, old, (), manifests), "kubernetes")
    head = Revision(HEAD, after, objects(root, new, policies, manifests), "kubernetes")
    if loaded:
        base, head = _with_cluster(base, head, loaded, seen, asked.today)
    return Sides(base, head, changes)


def _root(project: Project) -> Path:
    try:
        return repository(project.folder)
    except ProjectError:
        return project.folder


def _with_cluster(
    base: Revision,
    head: Revision,
    loaded: aksnetpol_stacks.LoadedSettings,
    seen: LiveCluster | None,
    today: date,
) -> tuple[Revision, Revision]:
    """Add the cluster as it is, and as the settings want it, each with what is to be said of it."""
    wanted = cluster_of(loaded.settings)
    head = replace(
        head,
        engine=AKS_PROFILES[wanted.cluster.network_policy],
        live=wanted,
        findings=loaded.warnings,
    )
    if seen is None:  # the update makes it
        return replace(base, engine=head.engine), head
    known = check(_in_words_of(wanted.cluster, seen.cluster), today)
    return replace(
        base,
        engine=AKS_PROFILES[seen.cluster.network_policy],
        live=seen,
        findings=tuple(
            one
            for one in known
            # Other errors are about what only settings hold, such as a password.
            if one.severity is Severity.WARNING or one.topic is Topic.RETIRED
        ),
    ), head


def _in_words_of(wanted: Cluster, seen: Cluster) -> Cluster:
    """Return a live cluster with its version and the order of its pools as the settings have them."""
    order = {pool.name: number for number, pool in enumerate(wanted.node_pools)}
    pools = sorted(seen.node_pools, key=lambda pool: order.get(pool.name, len(order)))
    version = wanted.kubernetes_version
    same = version and f"{seen.kubernetes_version}.".startswith(f"{version}.")
    return replace(
        seen, node_pools=tuple(pools), kubernetes_version=version if same else seen.kubernetes_version
    )


def _live(preview: str) -> LiveCluster | None:
    """Return the cluster as the state has it, which is as Azure has it where the preview refreshes."""
    states = [step.get("oldState") for step in json.loads(preview)["steps"] if step["op"] != "refresh"]
    found = [state for state in states if state and state["type"] == _CLUSTER]
    if not found:
        return None
    outputs: Json = found[0].get("outputs") or {}
    return live_cluster({"id": found[0]["id"], "identity": outputs.get("identity"), "properties": outputs})


def _kubernetes(old: list[Json], new: list[Json], asked: Deployed) -> tuple[Iterable[Json], Iterable[Json]]:
    if asked.kubeconfig is None:
        return old, new
    found = list(live.objects(kube.Cluster(asked.kubeconfig)))
    return found, list(updated(found, old, new))
