"""Serves the components to Pulumi programs in other languages, as the package `aksnetpol`."""

import json
import sys
from importlib.metadata import version

import pulumi
import pulumi.provider
from pulumi.provider.experimental.component import ComponentProvider

from aksnetpol_components.cluster import AksCluster
from aksnetpol_components.component import PACKAGE
from aksnetpol_components.demo import DemoNamespace
from aksnetpol_components.node_pool import NodePool, WindowsNodePool
from aksnetpol_components.policy_set import PolicySet
from aksnetpol_components.preview_feature import PreviewFeature

COMPONENTS: list[type[pulumi.ComponentResource]] = [
    AksCluster,
    DemoNamespace,
    NodePool,
    PolicySet,
    PreviewFeature,
    WindowsNodePool,
]

# Python annotations cannot say "secret"; the schema shall, so that SDKs of other languages know.
_SECRET_TYPES = {"WindowsProfileArgs": ("adminPassword",)}
_SECRET_INPUTS = {"DemoNamespace": ("kubeconfig",), "PolicySet": ("kubeconfig",)}
_SECRET_OUTPUTS = {"AksCluster": ("kubeconfig", "windowsAdminPassword")}


# Inputs of another arguments class, and outputs of a base class, lose their description on the way.
_DESCRIBED_BY = {"NodePool": "PoolProfileArgs", "WindowsNodePool": "PoolProfileArgs"}
_POOL_OUTPUTS = {"poolId": "ARM id of the pool.", "poolName": "Name in AKS."}


class AksnetpolProvider(ComponentProvider):
    """The components with a schema that marks what is secret and describes every input."""

    def __init__(self) -> None:
        super().__init__(COMPONENTS, PACKAGE, version=version("aksnetpol"))
        self.schema = completed(str(self.schema))


def completed(schema: str) -> str:
    """Return the Pulumi schema (JSON text) with secrets marked and inherited descriptions filled in."""
    document = json.loads(schema)
    for kind, section, secrets in (
        ("types", "properties", _SECRET_TYPES),
        ("resources", "inputProperties", _SECRET_INPUTS),
        ("resources", "properties", _SECRET_OUTPUTS),
    ):
        for name, keys in secrets.items():
            for key in keys:
                document[kind][f"{PACKAGE}:index:{name}"][section][key]["secret"] = True
    for name, source in _DESCRIBED_BY.items():
        described = document["types"][f"{PACKAGE}:index:{source}"]["properties"]
        inputs = document["resources"][f"{PACKAGE}:index:{name}"]["inputProperties"]
        for key, value in inputs.items():
            value.setdefault("description", described.get(key, {}).get("description"))
        for key, value in document["resources"][f"{PACKAGE}:index:{name}"]["properties"].items():
            value.setdefault("description", _POOL_OUTPUTS[key])
    return json.dumps(document)


def main() -> None:
    """Serve until the engine ends this process."""
    pulumi.provider.main(AksnetpolProvider(), sys.argv[1:])
