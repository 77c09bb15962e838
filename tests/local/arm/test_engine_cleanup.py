"""`aksnetpol engine cleanup-calico`, on emulated Azure with a real Kubernetes API server behind it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config
from typer.testing import CliRunner, Result

from aksnetpol import cli, toolchain
from aksnetpol.azure import ArmClient
from aksnetpol.errors import UserError
from aksnetpol.kube import ApiError
from aksnetpol.local.arm import Emulator
from aksnetpol.local.arm.clock import RunningClock
from aksnetpol.local.arm.settings import Settings
from aksnetpol.local.clusters import ControlPlanes
from aksnetpol.migration.errors import CalicoRunsError

pytestmark = pytest.mark.control_plane
API = "2025-09-01"
HERE = ("-g", "rest", "-n", "aks")
# Plural and group, whether its objects are in namespaces, and the object's finalizers.
LEFT = {
    "felixconfigurations.crd.projectcalico.org": (False, []),
    "installations.operator.tigera.io": (False, ["tigera.io/operator-cleanup"]),
    "networkpolicies.crd.projectcalico.org": (True, ["example.org/guard"]),
}
OTHERS = {"networkpolicies.myprojectcalico.org": (True, []), "widgets.example.org": (False, [])}


@dataclass(frozen=True)
class Lab:
    """A cluster on this machine, as Azure and as Kubernetes."""

    environment: dict[str, str]
    kubeconfig: Path

    def engine(self, command: str, *options: str) -> Result:
        """Run `aksnetpol engine ...` in this process."""
        return CliRunner().invoke(cli.app, ["engine", command, *options], env=self.environment)

    @property
    def api(self) -> Any:
        """A client of its API server."""
        return config.new_client_from_config(str(self.kubeconfig), persist_config=False)

    @property
    def custom(self) -> client.CustomObjectsApi:
        """A client of its custom resources."""
        return client.CustomObjectsApi(self.api)

    def definitions(self) -> set[str]:
        """Return the names of all custom resource definitions."""
        found: Any = self.custom.list_cluster_custom_object(
            "apiextensions.k8s.io", "v1", "customresourcedefinitions"
        )
        return {item["metadata"]["name"] for item in found["items"]}

    def define(self, name: str, namespaced: bool, finalizers: list[str]) -> None:
        """Make a custom resource definition and one object of it, called one."""
        plural, _, group = name.partition(".")
        schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
        kind = plural.capitalize()
        body = {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": name},
            "spec": {
                "group": group,
                "scope": "Namespaced" if namespaced else "Cluster",
                "names": {"plural": plural, "kind": kind},
                "versions": [version],
            },
        }
        custom = self.custom
        custom.create_cluster_custom_object("apiextensions.k8s.io", "v1", "customresourcedefinitions", body)
        one = {
            "apiVersion": f"{group}/v1",
            "kind": kind,
            "metadata": {"name": "one", "finalizers": finalizers},
        }
        if namespaced:
            until_served(lambda: custom.create_namespaced_custom_object(group, "v1", "default", plural, one))
        else:
            until_served(lambda: custom.create_cluster_custom_object(group, "v1", plural, one))

    def pod(self, namespace: str, name: str, labels: dict[str, str]) -> None:
        """Make a pod."""
        core = client.CoreV1Api(self.api)
        container = {"name": "main", "image": "registry.k8s.io/pause:3.10"}
        body: Any = {"metadata": {"name": name, "labels": labels}, "spec": {"containers": [container]}}
        until_served(lambda: core.create_namespaced_pod(namespace, body))

    def delete_pod(self, namespace: str, name: str) -> None:
        """Delete a pod at once."""
        client.CoreV1Api(self.api).delete_namespaced_pod(name, namespace, grace_period_seconds=0)


def until_served(call: Any) -> None:
    """Make something, as soon as the API server takes it: new kinds and namespaces need a moment."""
    ends = time.monotonic() + 20
    while True:
        try:
            call()
        except client.ApiException:
            assert time.monotonic() < ends
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A cluster that has Calico as its engine."""
    home = Path(tempfile.mkdtemp(prefix="aksnetpol-"))
    planes = ControlPlanes(home, lambda: toolchain.ensure_all(toolchain.CONTROL_PLANE))
    clock, settings = RunningClock(50_000.0), Settings(retry_after=0.05)
    emulator = Emulator(home / "arm", planes, clock, settings=settings)
    emulator.start()
    environment = emulator.environment()
    arm = ArmClient({**os.environ, **environment})
    try:
        group = f"/subscriptions/{arm.subscription_id}/resourceGroups/rest"
        arm.put(group, "2024-03-01", {"location": "eastus"})
        path = f"{group}/providers/Microsoft.ContainerService/managedClusters/aks"
        pools = [{"name": "nodepool1", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v5"}]
        network = {"networkPlugin": "azure", "networkPolicy": "calico"}
        properties = {
            "dnsPrefix": "c",
            "kubernetesVersion": "1.36",
            "networkProfile": network,
            "agentPoolProfiles": pools,
        }
        arm.put(path, API, {"location": "eastus", "properties": properties})
        yield Lab(environment, home / "kubeconfig")
    finally:
        arm.close()
        emulator.stop()
        planes.pause()
        shutil.rmtree(home, ignore_errors=True)


def test_what_calico_left_goes_and_nothing_else(lab: Lab) -> None:
    for name, (namespaced, finalizers) in (LEFT | OTHERS).items():
        lab.define(name, namespaced, finalizers)
    everything = lab.definitions()

    refused = lab.engine("cleanup-calico", *HERE, "--yes")
    assert isinstance(refused.exception, CalicoRunsError)
    assert "aks has networkPolicy calico" in str(refused.exception)
    assert lab.engine("uninstall", *HERE, "--yes").exit_code == 0

    namespace_body: Any = {"metadata": {"name": "calico-system"}}
    client.CoreV1Api(lab.api).create_namespace(namespace_body)
    for namespace, name, labels in (
        ("calico-system", "csi-node-driver-1", {}),
        ("default", "own-typha", {"k8s-app": "calico-typha"}),
    ):
        lab.pod(namespace, name, labels)
        for options in (HERE, ("--kubeconfig", str(lab.kubeconfig))):
            refused = lab.engine("cleanup-calico", *options, "--yes")
            assert isinstance(refused.exception, CalicoRunsError)
            assert str(refused.exception).startswith(f"Calico still runs: {namespace}/{name}. ")
        lab.delete_pod(namespace, name)

    unasked = lab.engine("cleanup-calico", *HERE)
    assert isinstance(unasked.exception, UserError)
    assert "Delete these 3 definitions and 3 objects?" in str(unasked.exception)
    assert all(name in unasked.stdout for name in LEFT)
    assert lab.definitions() == everything

    done = lab.engine("cleanup-calico", *HERE, "--yes", "--json")
    assert done.exit_code == 0, done.output
    names = [
        {"name": name, "objects": ["default/one" if namespaced else "one"]}
        for name, (namespaced, _) in LEFT.items()
    ]
    assert json.loads(done.stdout) == {"deleted": names}
    assert lab.definitions() == everything - set(LEFT)
    left: Any = lab.custom.get_namespaced_custom_object(
        "myprojectcalico.org", "v1", "default", "networkpolicies", "one"
    )
    assert left["metadata"]["name"] == "one"

    again = lab.engine("cleanup-calico", "--kubeconfig", str(lab.kubeconfig))
    assert (again.exit_code, again.stdout) == (0, "Nothing of Calico is left.\n")


def test_it_must_be_said_which_cluster(lab: Lab, tmp_path: Path) -> None:
    nothing = lab.engine("cleanup-calico", "--yes")
    assert isinstance(nothing.exception, UserError)
    assert "Say which cluster" in str(nothing.exception)
    broken = tmp_path / "config"
    broken.write_text("no: kubeconfig\n")
    unusable = lab.engine("cleanup-calico", "--kubeconfig", str(broken))
    assert isinstance(unusable.exception, ApiError)
    assert unusable.exception.exit_code == 2
    assert f"{broken} cannot be used" in str(unusable.exception)
    missing = lab.engine("cleanup-calico", "-g", "rest", "-n", "nope")
    assert isinstance(missing.exception, UserError)
    assert "There is no cluster" in str(missing.exception)
