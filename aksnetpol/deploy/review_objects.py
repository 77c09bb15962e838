"""The Kubernetes objects of a review: what a program made, with places in its policy files, and manifests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aksnetpol.policy import Loaded, Location, Severity
from aksnetpol.policy.load import parse, yaml_text
from aksnetpol.policy.load.reader import Reader
from aksnetpol.policy.load.sources import SUFFIXES, TooLarge, texts
from aksnetpol.policy.places import Document
from aksnetpol.policy.places import Path as FieldPath


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
    reader = Reader()
    known = dict(_documents(_existing(policies), root))
    for value in made:
        metadata: Mapping[str, Any] = value["metadata"]
        name, kind = str(metadata.get("name")), str(value["kind"])
        document: Document = _Declared(f"{kind} {name}")
        reader.add(known.get(name, document) if kind == "NetworkPolicy" else document, dict(value))
    for path in _existing(manifests):
        for file, text in texts(path):
            name = _name(Path(file), root)
            if isinstance(text, TooLarge):
                reader.report("file-too-large", Severity.ERROR, str(text), Location(name))
            else:
                parse.read(reader, name, text)
    return Loaded(reader.cluster(), tuple(reader.findings))


def _existing(paths: Sequence[Path]) -> list[Path]:
    return [path for path in paths if path.exists()]


@dataclass(frozen=True)
class _Declared:
    """A document that a program made: its place is its name."""

    name: str

    def locate(self, path: FieldPath) -> Location:
        return Location(".".join((self.name, *map(str, path))))


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
