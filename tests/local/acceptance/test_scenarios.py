"""Every scenario from nothing to a cluster and back, on one machine."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from azure.identity import ClientSecretCredential
from azure.mgmt.containerservice import ContainerServiceClient
from kubernetes import client, config

from aksnetpol import toolchain

from .conftest import ROOT, Project

pytestmark = [pytest.mark.engine, pytest.mark.control_plane]

# (network_plugin, network_plugin_mode, network_policy, network_dataplane), node OS of the pools
SCENARIOS = {
    "dev": (("azure", "overlay", "cilium", "cilium"), {"Linux"}),
    "azure": (("azure", None, "azure", "azure"), {"Linux"}),
    "azure-windows": (("azure", None, "azure", "azure"), {"Linux", "Windows"}),
    "calico": (("azure", None, "calico", "azure"), {"Linux"}),
    "calico-windows": (("azure", None, "calico", "azure"), {"Linux", "Windows"}),
    "calico-kubenet": (("kubenet", None, "calico", "azure"), {"Linux"}),
    "cilium": (("azure", None, "cilium", "cilium"), {"Linux"}),
    "none": (("azure", None, "none", "azure"), {"Linux"}),
}
# The same is asked where a test needs one of them up: these files' tests begin and end with it.
ELSEWHERE = {
    "azure": "test_migration.py",
    "azure-windows": "test_migration.py",
    "calico-kubenet": "test_migration.py",
    "none": "test_migration.py",
    "calico-windows": "test_failures.py",
}


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


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name not in ELSEWHERE])
def test_scenario_goes_up_previews_empty_and_leaves_nothing(project: Project, scenario: str) -> None:
    project.json("up", "--local", "-s", scenario, "--yes")
    check_up(project, scenario)
    comes_down(project, scenario)


def test_every_scenario_is_asked() -> None:
    for scenario, file in ELSEWHERE.items():
        text = (Path(__file__).parent / file).read_text(encoding="utf-8")
        assert f'check_up(project, "{scenario}")' in text
        assert f'comes_down(project, "{scenario}")' in text


def check_up(project: Project, scenario: str) -> str:
    """A scenario that just went up is what its file says, in Azure, in Kubernetes and to a preview.

    Returns:
        what the preview prints.
    """
    network, systems = SCENARIOS[scenario]
    (cluster,) = managed_clusters(project.session())
    profile = cluster.network_profile
    assert (
        profile.network_plugin,
        profile.network_plugin_mode,
        profile.network_policy,
        profile.network_dataplane,
    ) == network
    assert {pool.os_type for pool in cluster.agent_pool_profiles} == systems
    check_kubernetes(project, scenario, sum(pool.count for pool in cluster.agent_pool_profiles))
    done = project.run("aksnetpol", "preview", "--local", "-s", scenario, "--json")
    assert set(json.loads(done.stdout)["counts"]) <= {"same", "refresh"}, done.stdout
    return done.stdout + done.stderr


def comes_down(project: Project, scenario: str) -> None:
    """A scenario is destroyed and leaves nothing."""
    project.json("destroy", "--local", "-s", scenario, "--yes", "--unprotect")
    assert managed_clusters(project.session()) == []
    assert project.json("local", "status")["clusters"] == []


def check_kubernetes(project: Project, scenario: str, nodes: int) -> None:
    """Nodes, demo pods and demo policy as the unmodified Kubernetes client reads them."""
    outputs = project.json("outputs", "--local", "-s", scenario, "--show-secrets")
    with config.new_client_from_config_dict(yaml.safe_load(outputs["kubeconfig"])) as api:
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
