"""NetworkPolicies from files, applied to one namespace."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi import Input, Output
from pulumi.runtime import get_root_directory
from pulumi_kubernetes.networking.v1 import NetworkPolicy

from components.errors import ManifestError
from components.kubernetes import KubernetesComponent
from components.manifests import PolicyManifest, load_policies


class PolicySetArgs(TypedDict):
    """Which policies, and where they apply."""

    kubeconfig: NotRequired[Input[str]]
    """The cluster, from AksCluster; the Kubernetes provider among the options by default."""
    namespace: Input[str]
    """Namespace that every policy goes into."""
    paths: Sequence[str]
    """Files or directories with NetworkPolicy manifests; relative to the Pulumi project."""


class PolicySet(KubernetesComponent):
    """The NetworkPolicies of some files or directories, in one namespace."""

    policy_names: Output[list[str]]
    """Names of the policies, in the order of the files."""

    def __init__(self, name: str, args: PolicySetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.get("kubeconfig"), opts)
        namespace = Output.from_input(args["namespace"])
        root = Path(get_root_directory() or ".")
        manifests = load_policies(root / path for path in args["paths"])
        for manifest in manifests:
            target = namespace.apply(lambda wanted, manifest=manifest: _fitting(manifest, wanted))
            metadata: Any = {"name": manifest.name, "namespace": target, **manifest.metadata}
            spec: Any = manifest.spec
            NetworkPolicy(
                f"{name}-{manifest.name}",
                metadata=metadata,
                spec=spec,
                opts=self.child(),
            )
        self.policy_names = Output.from_input([manifest.name for manifest in manifests])
        self.finish()


def _fitting(manifest: PolicyManifest, wanted: str) -> str:
    if manifest.namespace not in (None, wanted):
        problem = f"says namespace {manifest.namespace!r} but is applied to {wanted!r}; remove or correct it"
        # Inside an output: only RunError reaches the user without a traceback.
        raise pulumi.RunError(str(ManifestError(manifest.location, problem)))
    return wanted
