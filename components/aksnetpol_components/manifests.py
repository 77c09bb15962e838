"""What PolicySet declares of the objects that aksnetpol.policy reads from files."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aksnetpol.findings import Finding, Severity
from aksnetpol.policy import SourceError, load
from aksnetpol.policy.load.manifests import Manifest
from aksnetpol_components.errors import ManifestError

API_VERSION = "networking.k8s.io/v1"
KIND = "NetworkPolicy"
# The namespace of a policy that names none is the stack's, whatever the files declare.
_OF_NO_CONCERN = "namespace-not-declared"

# What these make is not what the files hold: a reader may go on without it, a deployment must not.
_NOT_RENDERED = ("kustomization", "helm-chart", "template")


@dataclass(frozen=True)
class PolicyManifest:
    """One NetworkPolicy as its file states it.

    Args:
        name: metadata.name.
        namespace: metadata.namespace, None when the file leaves it open.
        metadata: labels and annotations, as metadata holds them.
        spec: the policy's spec.
        location: "file:line" of the document.
    """

    name: str
    namespace: str | None
    metadata: dict[str, Any]
    spec: dict[str, Any]
    location: str


@dataclass(frozen=True)
class Policies:
    """The policies of some files.

    Args:
        manifests: in the order of the files.
        warnings: what was odd in the files, each with its place.
    """

    manifests: tuple[PolicyManifest, ...]
    warnings: tuple[str, ...]


def load_policies(paths: Iterable[Path]) -> Policies:
    """Read every NetworkPolicy of files and folders, as `aksnetpol lint` reads them.

    Raises:
        ManifestError: a path or a file cannot be read, an object is no NetworkPolicy, or two have one name.
    """
    try:
        loaded = load(list(paths))
    except SourceError as error:
        raise ManifestError(str(error)) from None
    if wrong := [one for one in loaded.findings if one.severity is Severity.ERROR]:
        raise ManifestError(*map(_told, wrong))
    found: dict[str, PolicyManifest] = {}
    for manifest in loaded.manifests:
        policy = _policy(manifest)
        if policy.name in found:
            first = found[policy.name].location
            raise ManifestError(
                f"{policy.location}: {KIND} {policy.name!r} is already defined at {first}; rename one"
            )
        found[policy.name] = policy
    if unrendered := [one for one in loaded.findings if one.id in _NOT_RENDERED]:
        raise ManifestError(*map(_told, unrendered))
    warnings = (_told(one) for one in loaded.findings if one.id != _OF_NO_CONCERN)
    return Policies(tuple(found.values()), (*warnings, *loaded.notes))


def _told(finding: Finding) -> str:
    return f"{finding.place}: {finding.message}"


def _policy(manifest: Manifest) -> PolicyManifest:
    location = str(manifest.field.origin.location)
    if (manifest.version, manifest.kind) != (API_VERSION, KIND):
        found = f"{manifest.version or 'no apiVersion'} {manifest.kind}"
        raise ManifestError(
            f"{location}: expected {API_VERSION} {KIND}, found {found}; only policies belong here"
        )
    metadata, spec = manifest.field.value["metadata"], manifest.field.value["spec"]
    if not metadata.get("name"):
        raise ManifestError(f"{location}: {KIND} without metadata.name; name it")
    kept = {key: metadata[key] for key in ("labels", "annotations") if key in metadata}
    return PolicyManifest(metadata["name"], metadata.get("namespace") or None, kept, spec, location)
