"""NetworkPolicy manifests from files: read, checked for their kind, errors with file and line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from aksnetpol_components.errors import ManifestError

API_VERSION = "networking.k8s.io/v1"
KIND = "NetworkPolicy"
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})


@dataclass(frozen=True)
class PolicyManifest:
    """One NetworkPolicy as its file states it.

    Args:
        name: metadata.name.
        namespace: metadata.namespace, None when the file leaves it open.
        metadata: labels and annotations, as metadata holds them.
        spec: the policy's spec, unchecked; the API server judges it.
        location: "file:line" of the document.
    """

    name: str
    namespace: str | None
    metadata: dict[str, Any]
    spec: dict[str, Any]
    location: str


def load_policies(paths: Iterable[Path]) -> tuple[PolicyManifest, ...]:
    """Read every NetworkPolicy of files and directories (searched to any depth), in order.

    Args:
        paths: existing files or directories.

    Raises:
        ManifestError: a path is missing or holds no manifest, a document is not a NetworkPolicy, or two
            have one name.
    """
    found: dict[str, PolicyManifest] = {}
    for path in paths:
        for file in _files(path):
            for policy in _policies(file):
                if policy.name in found:
                    first = found[policy.name].location
                    problem = f"NetworkPolicy {policy.name!r} is already defined at {first}; rename one"
                    raise ManifestError(policy.location, problem)
                found[policy.name] = policy
    return tuple(found.values())


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ManifestError(str(path), "no such file or directory; correct the path")
    files = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
    if not files:
        raise ManifestError(str(path), "holds no .yaml, .yml or .json file")
    return files


def _policies(file: Path) -> Iterator[PolicyManifest]:
    try:
        text = file.read_text(encoding="utf-8")
        for node in yaml.compose_all(text, Loader=yaml.SafeLoader):
            if isinstance(node, yaml.MappingNode):
                yield _policy(node, f"{file}:{node.start_mark.line + 1}")
            elif node.tag != "tag:yaml.org,2002:null":
                line = node.start_mark.line + 1
                raise ManifestError(f"{file}:{line}", f"expected a {KIND}, found a {node.id}")
    except UnicodeDecodeError:
        raise ManifestError(str(file), "is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ManifestError(f"{file}:{line}", f"is not YAML: {error.problem}") from None
    except OSError as error:
        raise ManifestError(str(file), f"cannot be read: {error.strerror}") from None


def _policy(node: yaml.MappingNode, location: str) -> PolicyManifest:
    document: dict[str, Any] = _plain(node)
    kind = f"{document.get('apiVersion')} {document.get('kind')}"
    if kind != f"{API_VERSION} {KIND}":
        raise ManifestError(
            location, f"expected {API_VERSION} {KIND}, found {kind}; only policies belong here"
        )
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(name, str) or not name:
        raise ManifestError(location, f"{KIND} without metadata.name; name it")
    spec = document.get("spec")
    if not isinstance(spec, dict):
        raise ManifestError(
            location, f"{KIND} {name!r} without a spec; a policy needs a podSelector at least"
        )
    assert isinstance(metadata, dict)
    kept = {key: metadata[key] for key in ("labels", "annotations") if key in metadata}
    return PolicyManifest(name, metadata.get("namespace"), kept, spec, location)


def _plain(node: yaml.MappingNode) -> dict[str, Any]:
    """Build Python values of a composed document."""
    constructor = yaml.SafeLoader("")
    try:
        return constructor.construct_document(node)
    finally:
        constructor.dispose()
