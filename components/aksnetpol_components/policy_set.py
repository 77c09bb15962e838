"""NetworkPolicies from files, applied to one namespace."""

from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

import pulumi
from pulumi import Input, Output
from pulumi.runtime import get_root_directory

from aksnetpol.policy.load.files import is_hidden
from aksnetpol_components.errors import ManifestError
from aksnetpol_components.kubernetes import KubernetesComponent, KubernetesObject
from aksnetpol_components.manifests import Policies, PolicyManifest, load_policies


class PolicySetArgs(TypedDict):
    """Which policies, and where they apply."""

    kubeconfig: NotRequired[Input[str]]
    """The cluster, from AksCluster; the Kubernetes provider among the options by default."""
    namespace: Input[str]
    """Namespace that every policy goes into."""
    paths: Sequence[str]
    """Files or directories with NetworkPolicy manifests; relative to the Pulumi project. Of a directory, all
    .yaml, .yml and .json files below it that are not hidden."""


class PolicySet(KubernetesComponent):
    """The NetworkPolicies of some files or directories, in one namespace."""

    policy_names: Output[list[str]]
    """Names of the policies, in the order of the files."""

    def __init__(self, name: str, args: PolicySetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.get("kubeconfig"), opts)
        namespace = Output.from_input(args["namespace"])
        policies = read_policies(args["paths"])
        for warning in (*policies.warnings, *map(_hidden, filter(_is_hidden, args["paths"]))):
            pulumi.log.warn(warning, self)
        for manifest in policies.manifests:
            target = namespace.apply(lambda wanted, manifest=manifest: _checked(manifest, wanted))
            metadata = {"name": manifest.name, "namespace": target, **manifest.metadata}
            KubernetesObject(
                f"{name}-{manifest.name}",
                "networking.k8s.io/v1",
                "NetworkPolicy",
                {"metadata": metadata, "spec": manifest.spec},
                self.child(),
            )
        self.policy_names = Output.from_input([manifest.name for manifest in policies.manifests])
        self.finish()


def read_policies(paths: Sequence[str], namespace: str | None = None) -> Policies:
    """Read the policies of files or directories.

    Args:
        paths: relative to the Pulumi project.
        namespace: where they shall apply, as far as it is known already.

    Raises:
        ManifestError: a file cannot be used, or says another namespace.
    """
    root = Path(get_root_directory() or ".")
    policies = load_policies(root / path for path in paths)
    for manifest in policies.manifests:
        if namespace is not None:
            _require(manifest, namespace)
    return policies


def _is_hidden(path: str) -> bool:
    return is_hidden(Path(path).parts)


def _hidden(path: str) -> str:
    return (
        f"{path} is hidden, and applied all the same: `aksnetpol lint` and `reach` skip it in the folder "
        "that it is in. Name it to them too."
    )


def _require(manifest: PolicyManifest, namespace: str) -> None:
    if manifest.namespace not in (None, namespace):
        says = f"says namespace {manifest.namespace!r} but is applied to {namespace!r}; make them agree"
        raise ManifestError(f"{manifest.location}: {says}")


def _checked(manifest: PolicyManifest, namespace: str) -> str:
    try:
        _require(manifest, namespace)
    except ManifestError as error:
        # Inside an output: only RunError reaches the user without a traceback.
        raise pulumi.RunError(str(error)) from None
    return namespace
