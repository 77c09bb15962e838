"""Every scenario from nothing to a cluster and back, on one machine."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.containerservice import ContainerServiceClient
from kubernetes import client, config

from aksnetpol import toolchain

from .conftest import ROOT, Project

pytestmark = [pytest.mark.engine, pytest.mark.control_plane]

# scenario, (network_plugin, network_plugin_mode, network_policy, network_dataplane), node OS of the pools
SCENARIOS = [
    ("dev", ("azure", "overlay", "cilium", "cilium"), {"Linux"}),
    ("azure", ("azure", None, "azure", "azure"), {"Linux"}),
    ("azure-windows", ("azure", None, "azure", "azure"), {"Linux", "Windows"}),
    ("calico", ("azure", None, "calico", "azure"), {"Linux"}),
    ("calico-windows", ("azure", None, "calico", "azure"), {"Linux", "Windows"}),
    ("calico-kubenet", ("kubenet", None, "calico", "azure"), {"Linux"}),
    ("cilium", ("azure", None, "cilium", "cilium"), {"Linux"}),
    ("none", ("azure", None, "none", "azure"), {"Linux"}),
]


def managed_clusters(session: dict[str, str]) -> list[Any]:
    """What Microsoft's own client lists in the subscription."""
    base = f"https://{session['ARM_METADATA_HOSTNAME']}"
    credential = ClientSecretCredential(
        session["ARM_TENANT_ID"],
        session["ARM_CLIENT_ID"],
        session["ARM_CLIENT_SECRET"],
        authority=base,
        disable_instance_discovery=True,
        connection_verify=session["REQUESTS_CA_BUNDLE"],
    )
    with ContainerServiceClient(
        credential,
        session["ARM_SUBSCRIPTION_ID"],
        base_url=base,
        credential_scopes=[f"{base}/.default"],
        connection_verify=session["REQUESTS_CA_BUNDLE"],
    ) as arm:
        return list(arm.managed_clusters.list())


@pytest.mark.parametrize(("scenario", "network", "systems"), SCENARIOS, ids=[s[0] for s in SCENARIOS])
def test_scenario_goes_up_previews_empty_and_leaves_nothing(
    project: Project,
    tmp_path: Path,
    scenario: str,
    network: tuple[str, str | None, str, str],
    systems: set[str],
) -> None:
    project.json("up", "--local", "-s", scenario, "--yes")
    session = project.session()
    (cluster,) = managed_clusters(session)
    profile = cluster.network_profile
    assert (
        profile.network_plugin,
        profile.network_plugin_mode,
        profile.network_policy,
        profile.network_dataplane,
    ) == network
    assert {pool.os_type for pool in cluster.agent_pool_profiles} == systems

    check_kubernetes(project, scenario, tmp_path, sum(pool.count for pool in cluster.agent_pool_profiles))

    preview = project.json("preview", "--local", "-s", scenario)
    assert set(preview["counts"]) <= {"same", "refresh"}, preview

    project.json("destroy", "--local", "-s", scenario, "--yes", "--unprotect")
    assert managed_clusters(session) == []
    assert project.json("local", "status")["clusters"] == []


def check_kubernetes(project: Project, scenario: str, folder: Path, nodes: int) -> None:
    """Nodes, demo pods and demo policy as the unmodified Kubernetes client reads them."""
    outputs = json.loads(project.aksnetpol("outputs", "--local", "-s", scenario, "--json", "--show-secrets"))
    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text(outputs["kubeconfig"])
    with config.new_client_from_config(str(kubeconfig)) as api:
        core = client.CoreV1Api(api)
        assert len(core.list_node().items) == nodes
        pods: list[Any] = core.list_namespaced_pod("demo").items
        assert {pod.metadata.name for pod in pods} == {"server", "client"}
        assert all(pod.status.phase == "Running" for pod in pods)
        policies: list[Any] = client.NetworkingV1Api(api).list_namespaced_network_policy("demo").items
        assert [policy.metadata.name for policy in policies] == ["demo-policy"]


@pytest.mark.skipif(
    not toolchain.plan(["pulumi-language-yaml"]).found,
    reason="no pulumi-language-yaml: build it by `aksnetpol tools` (half a minute)",
)
def test_the_yaml_example_goes_up_previews_empty_and_leaves_nothing(project: Project) -> None:
    """The components from another language, as a clone holds the example."""
    for folder in ("examples/yaml", "components"):
        shutil.copytree(ROOT / folder, project.folder / folder)
    example = Project(project.folder / "examples" / "yaml", project.home)
    (project.folder / ".venv").symlink_to(sys.prefix)
    session = project.session()

    example.run("pulumi", "stack", "init", "try", env=session)
    example.run("pulumi", "up", "--yes", "--skip-preview", env=session)
    outputs = json.loads(example.run("pulumi", "stack", "output", "--json", env=session).stdout)
    assert (outputs["networkPolicy"], outputs["policies"]) == ("cilium", ["demo-policy"])
    (cluster,) = managed_clusters(session)
    assert {pool.name: pool.mode for pool in cluster.agent_pool_profiles} == {
        "system": "System",
        "work": "User",
    }
    preview = json.loads(example.run("pulumi", "preview", "--json", env=session).stdout)
    assert set(preview["changeSummary"]) <= {"same", "refresh"}, preview["changeSummary"]
    example.run("pulumi", "destroy", "--yes", "--skip-preview", env=session)
    assert managed_clusters(session) == []
