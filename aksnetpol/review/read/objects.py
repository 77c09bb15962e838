"""The Kubernetes objects of a review: what a program made, with places in its policy files, and manifests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aksnetpol.documents import is_mapping
from aksnetpol.findings import Finding, Location
from aksnetpol.policy import Loaded, SourceError
from aksnetpol.policy.load import read, together
from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.manifests import Manifest, Note
from aksnetpol.policy.model.places import Origin
from aksnetpol.policy.model.places import Path as FieldPath


def objects(
    root: Path, made: Iterable[Mapping[str, Any]], policies: Sequence[Path], manifests: Sequence[Path]
) -> Loaded:
    """Return objects and manifests as a snapshot; of the paths those that exist count.

    Args:
        root: of the repository; places are relative to it.
        made: objects as Kubernetes has them.
        policies: files and folders that the program reads: its policies have their place there.
        manifests: files and folders with what else is in the cluster.
    """
    files = [one for one in _read(policies, root) if isinstance(one, Manifest)]
    # Of the same policy in two files the first counts.
    known = {(one.kind, _name(one.field.value)): one.field.origin for one in reversed(files)}
    placed = (_placed(str(value["kind"]), dict(value), known) for value in made)
    return together((*placed, *_read(manifests, root)))


def require_manifests(manifests: Sequence[str], *roots: Path) -> None:
    """Refuse files and folders that no side of a review has: a misspelt one would leave out what it names.

    Raises:
        SourceError: there is one.
    """
    for one in manifests:
        if not one or not any((root / one).exists() for root in roots):
            raise SourceError(
                one or "''", "no such file or folder of the repository, on neither side of the change."
            )


def _placed(kind: str, value: dict[str, Any], known: Mapping[tuple[str, str], Origin]) -> Manifest:
    """Return an object that a program made, with its place in the program's files if it is from there."""
    name = _name(value)
    origin = known.get((kind, name)) or Origin(_Declared(f"{kind} {name}"), ())
    return Manifest(kind, str(value.get("apiVersion") or ""), Field(value, origin))


def _name(value: Mapping[str, Any]) -> str:
    metadata: Any = value.get("metadata")
    return str(metadata.get("name")) if is_mapping(metadata) else ""


def _read(paths: Sequence[Path], root: Path) -> Iterator[Manifest | Finding | Note]:
    """Yield the objects of those paths that exist, with places relative to the repository's root."""
    for path in paths:
        if path.exists():
            yield from read(path, lambda file: relative(Path(file), root))


def relative(file: Path, root: Path) -> str:
    """Return a file as locations call it: from the repository's root on, where it is below."""
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


@dataclass(frozen=True)
class _Declared:
    """A document that a program made: its place is its name."""

    name: str

    def locate(self, path: FieldPath) -> Location:
        return Location(".".join((self.name, *map(str, path))))
