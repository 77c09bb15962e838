"""Reads a stack as a revision declares it: by a preview that starts from nothing, without any credential."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import stacks
from aksnetpol.deploy.engine import Engine
from aksnetpol.deploy.errors import DeployError
from aksnetpol.deploy.project import Project
from aksnetpol.deploy.review_checkout import Checkout, hide_secrets
from aksnetpol.deploy.workspace import StackWorkspace
from aksnetpol.engines.moves import LiveCluster, LiveNodePool
from aksnetpol.policy import AKS_PROFILES, Loaded, Location, Severity
from aksnetpol.policy.lint import Finding
from aksnetpol.policy.load import parse, yaml_text
from aksnetpol.policy.load.reader import Reader
from aksnetpol.policy.load.sources import SUFFIXES, TooLarge, texts
from aksnetpol.policy.places import Document
from aksnetpol.policy.places import Path as FieldPath
from aksnetpol.report.review import Resource, Revision, declared, kubernetes_objects
from stacks.view import cluster_view

_OUR_PROJECT = "aksnetpol"


@dataclass(frozen=True)
class Hermetic:
    """What a preview without a cloud runs with.

    Args:
        engine: from find_engine.
        environment: leads to local stand-ins and to a state of its own.
        home: for its state and copies of stack files; one for each revision.
        manifests: files and folders of the repository with what else is in the cluster.
        today: the day to measure retirements from.
    """

    engine: Engine
    environment: Mapping[str, str]
    home: Path
    manifests: tuple[str, ...]
    today: date


def read_revision(checkout: Checkout, stack: str, using: Hermetic) -> Revision:
    """Return what a stack is at a revision.

    Raises:
        DeployError, UserError: the stack's file, its policies or its program cannot be used; places are
            relative to the repository's root.
    """
    project = checkout.project
    path = project.require_file(stack)
    secret = hide_secrets(path)
    loaded = stacks.load_file(path, using.today) if project.name == _OUR_PROJECT else None
    workspace = StackWorkspace(project, stack, using.engine, using.environment, using.home)
    try:
        resources = declared(workspace.preview_json())
    except ValueError as error:
        raise DeployError(f"The engine's preview of {stack} is not the JSON that was expected.") from error
    paths = loaded.settings.policies.paths if loaded else []
    revision = Revision(
        name=checkout.revision,
        resources=resources,
        loaded=_objects(checkout, resources, _existing(project.folder, paths), using.manifests),
        engine="kubernetes",
        secrets=secret.encrypted,
        plain_secrets=secret.plain,
    )
    if loaded is None:
        return revision
    return replace(
        revision,
        engine=AKS_PROFILES[loaded.settings.cluster.network_policy],
        live=_cluster(loaded.settings),
        findings=tuple(map(_finding, loaded.warnings)),
    )


def _existing(folder: Path, paths: Sequence[str]) -> list[Path]:
    return [folder / path for path in paths if (folder / path).exists()]


def _cluster(settings: stacks.StackSettings) -> LiveCluster:
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


def _finding(found: stacks.Located) -> Finding:
    one = found.finding
    file, _, line = found.where.rpartition(":")
    place = Location(file, int(line)) if line.isdigit() else None
    return Finding(one.id, Severity(one.severity), one.message, one.remedy, one.source, place, one.key)


@dataclass(frozen=True)
class _Declared:
    """A document that a program made: its place is its name."""

    name: str

    def locate(self, path: FieldPath) -> Location:
        return Location(".".join((self.name, *map(str, path))))


def _objects(
    checkout: Checkout, resources: tuple[Resource, ...], policies: Sequence[Path], manifests: Sequence[str]
) -> Loaded:
    """Return the program's Kubernetes objects, policies with the place in their file, and the manifests."""
    reader = Reader()
    known = dict(_documents(policies, checkout.root))
    for value in kubernetes_objects(resources):
        metadata: Mapping[str, Any] = value["metadata"]
        name, kind = str(metadata.get("name")), str(value["kind"])
        document: Document = _Declared(f"{kind} {name}")
        reader.add(known.get(name, document) if kind == "NetworkPolicy" else document, value)
    for path in _existing(checkout.root, manifests):
        for file, text in texts(path):
            name = _name(Path(file), checkout.root)
            if isinstance(text, TooLarge):
                reader.report("file-too-large", Severity.ERROR, str(text), Location(name))
            else:
                parse.read(reader, name, text)
    return Loaded(reader.cluster(), tuple(reader.findings))


def _documents(paths: Sequence[Path], root: Path) -> Iterator[tuple[str, Document]]:
    """Yield the documents of policy files by the name in their metadata; the program has read them too."""
    for file in (file for path in paths for file in _files(path)):
        for document in yaml_text.documents(_name(file, root), file.read_text(encoding="utf-8")):
            if not isinstance(document, yaml_text.YamlError) and isinstance(document.value, dict):
                metadata: Any = document.value.get("metadata")
                if isinstance(metadata, dict):
                    yield str(metadata.get("name")), document


def _name(file: Path, root: Path) -> str:
    """Return a file's path in the repository."""
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _files(path: Path) -> list[Path]:
    """Return the manifests of a path."""
    return sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES) if path.is_dir() else [path]


def stacks_of(project: Project, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the stacks to review: those asked for, else all that have a file."""
    return tuple(dict.fromkeys(wanted)) or project.stacks()
