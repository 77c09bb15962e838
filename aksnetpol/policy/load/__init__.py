"""Reading clusters: from files, folders, git revisions, Pulumi's output, objects in memory, live clusters."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aksnetpol import kube
from aksnetpol.findings import Finding, Location, Severity
from aksnetpol.policy.errors import PartialInputError
from aksnetpol.policy.load import live, parse
from aksnetpol.policy.load.custom_workloads import Declared
from aksnetpol.policy.load.files import TooLarge
from aksnetpol.policy.load.finding import input_finding
from aksnetpol.policy.load.manifests import Foreign, Manifest, Note, manifests
from aksnetpol.policy.load.reader import Reader
from aksnetpol.policy.load.sources import texts
from aksnetpol.policy.load.tree import Render, Tree
from aksnetpol.policy.model.cluster import Cluster
from aksnetpol.policy.model.places import Path as FieldPath


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read, and what was wrong with it.

    Args:
        manifests: the objects that were read, as they are written, each once.
        notes: how the input was read, where nothing is to be mended.
        partial: something could not be read, so that any answer may be wrong.
    """

    cluster: Cluster
    findings: tuple[Finding, ...]
    manifests: tuple[Manifest, ...] = field(default=(), repr=False, compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def partial(self) -> bool:
        """Whether an error left something out."""
        return any(finding.partial for finding in self.findings)

    def complete(self) -> Cluster:
        """Return the cluster.

        Raises:
            PartialInputError: part of the input could not be read.
        """
        if self.partial:
            raise PartialInputError([finding for finding in self.findings if finding.partial])
        return self.cluster


def load(
    sources: Sequence[str | Path], kinds: Declared | None = None, render: Render | None = None
) -> Loaded:
    """Read a snapshot.

    Args:
        sources: each a file or a folder (YAML, JSON; folders with all below them that is not hidden), or,
            where it is text, `REV:path` of the git repository that the working directory is in, or `-` for
            standard input. A Pulumi preview (`pulumi preview --json`) and a state (`pulumi stack export`) are
            known by their content.
        kinds: of custom resources that make pods, with the path of their pod template.
        render: builds the kustomizations and charts of folders, which git revisions are not.

    Raises:
        SourceError: a source that does not exist. What is wrong inside a source is a finding.
    """
    with no_collection():
        return together((found for source in sources for found in read(source, render=render)), kinds)


def load_live(kubeconfig: str | None = None, context: str | None = None) -> Loaded:
    """Read a snapshot of a live cluster.

    Args:
        kubeconfig: its file; None is KUBECONFIG or the user's own.
        context: None is the current one.

    Raises:
        ApiError: the cluster can't be used.
    """
    cluster = kube.Cluster(Path(kubeconfig) if kubeconfig else None, context)
    return load_objects(live.objects(cluster), context or kubeconfig or "cluster")


def load_text(text: str, file: str = "<text>") -> Loaded:
    """Read a snapshot from YAML or JSON text; `file` is what its locations say."""
    with no_collection():
        return together(map(_meant, parse.read(file, text)))


def load_objects(objects: Iterable[dict[str, Any]], source: str = "<objects>") -> Loaded:
    """Read a snapshot from manifests in memory; locations are their numbers in `source`, from 0."""
    return together(
        _meant(found)
        for number, value in enumerate(objects)
        for found in manifests(_Object(f"{source}[{number}]", value), value)
    )


def read(
    source: str | Path, named: Callable[[str], str] = str, render: Render | None = None
) -> Iterator[Manifest | Finding | Note]:
    """Yield the objects of a source as they are written, or what is wrong in their place.

    A folder may hold other things too: see Tree.

    Args:
        source: as for load.
        named: returns what locations call a file.
        render: as for load.

    Raises:
        SourceError: it does not exist, or can't be read.
    """
    tree: Tree | None = None
    for text in texts(source):
        name = named(text.name)
        if isinstance(text.content, TooLarge):
            yield input_finding("file-too-large", Severity.ERROR, str(text.content), Location(name))
        elif text.folder is None:
            yield from map(_meant, parse.read(name, text.content))
        else:
            tree = tree or Tree(text.folder, named, None if text.folder.revision else render)
            yield from tree.read(text.name, text.content)
    if tree is not None:
        yield from tree.left_out()


def together(found: Iterable[Manifest | Finding | Note], kinds: Declared | None = None) -> Loaded:
    """Return the snapshot that objects make; `kinds` as for load."""
    reader = Reader(kinds)
    notes: list[str] = []
    for one in found:
        if isinstance(one, Note):
            notes.append(one.text)
        else:
            reader.add(one)
    cluster = reader.cluster()
    return Loaded(cluster, tuple(reader.findings), tuple(reader.manifests), tuple(notes))


def _meant(found: Manifest | Finding | Foreign) -> Manifest | Finding:
    """Return what was given by itself: there, a document without a kind is a broken object."""
    return found.finding if isinstance(found, Foreign) else found


@dataclass(frozen=True, slots=True)
class _Object:
    """A document without text: its place is its name."""

    name: str
    value: Any = field(repr=False)

    def locate(self, path: FieldPath) -> Location:
        return Location(".".join((self.name, *map(str, path))))


@contextmanager
def no_collection() -> Generator[None, None, None]:
    """Hold back the garbage collector: parsing makes many objects and no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            # What was read is now old: the collector, enabled again, would go through all of it at once.
            gc.freeze()
            gc.unfreeze()
        if enabled:
            gc.enable()
