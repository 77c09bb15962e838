"""Clusters that Microsoft's own client made become stacks: no change at first, nothing lost by the next."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import pytest
from pulumi.runtime import register_stack_transformation

import aksnetpol_stacks
from aksnetpol import clock
from aksnetpol.adoption import Adoption, plan, stack_text
from aksnetpol.adoption.planning import Imports
from aksnetpol.adoption.program import by_id
from aksnetpol.adoption.takeover import require_harmless
from aksnetpol.cli.target import workspace
from aksnetpol.deploy.workspace import Program, StackWorkspace
from aksnetpol.local.arm.faults import Fault
from aksnetpol.local.providers.changes import changes
from aksnetpol_components import AksCluster, AksClusterArgs
from aksnetpol_stacks import StackSettings
from aksnetpol_stacks.arguments import cluster_args
from aksnetpol_stacks.program import _node_pools
from tests.pages import examples, matches

from .conftest import API, ROOT, Cloud, Project

TODAY = date(2026, 11, 23)
PAGE = ROOT / "docs" / "commands" / "adopt.md"
NPWIN = "      - name: npwin\n        vmSize: Standard_D4s_v5\n        count: 1\n"
pytestmark = pytest.mark.engine

WINDOWS = {"adminUsername": "azureuser", "adminPassword": "Tr0ub4dor-and-Three"}
AZURE, OVERLAY = {"networkPlugin": "azure"}, {"networkPlugin": "azure", "networkPluginMode": "overlay"}
CILIUM = {"networkPolicy": "cilium", "networkDataplane": "cilium"}
# scenario: networkProfile, its Windows pool
SCENARIOS: dict[str, tuple[dict[str, str], str]] = {
    "dev": ({**OVERLAY, **CILIUM}, ""),
    "azure": ({**AZURE, "networkPolicy": "azure"}, ""),
    "azure-win": ({**AZURE, "networkPolicy": "azure"}, "npwin"),
    "calico": ({**AZURE, "networkPolicy": "calico"}, ""),
    "calico-win": ({**AZURE, "networkPolicy": "calico"}, "calwin"),
    "calico-kubenet": ({"networkPlugin": "kubenet", "networkPolicy": "calico"}, ""),
    "cilium": ({**AZURE, **CILIUM}, ""),
    "none": (AZURE, ""),
}


def cluster(network: dict[str, str], *, windows: bool = False, **more: Any) -> dict[str, Any]:
    """A request for a cluster, as a user of azure-mgmt-containerservice writes it."""
    system = {"name": "system", "mode": "System", "count": 2, "vmSize": "Standard_D4s_v5"}
    properties = {
        "dnsPrefix": "shop",
        "kubernetesVersion": "1.36",
        "networkProfile": network,
        "agentPoolProfiles": [system],
        **({"windowsProfile": WINDOWS} if windows else {}),
        **more,
    }
    return {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": properties}


def windows_pool(name: str) -> dict[str, Any]:
    """A Windows pool; azure-mgmt takes it by itself only."""
    size = {"count": 1, "vmSize": "Standard_D4s_v5"}
    return {"name": name, "mode": "User", "osType": "Windows", "osSKU": "Windows2022", **size}


def planned(cloud: Cloud, name: str) -> Adoption:
    """The plan of an adoption."""
    path = cloud.path(name)
    pools = cloud.arm.get(f"{path}/agentPools", API).body["value"]
    return plan(cloud.arm.get(path, API).body, pools, TODAY)


def edit(project: Project, stack: str, before: str, after: str) -> None:
    """Change the stack's file."""
    text = project.file(stack).read_text()
    assert text.count(before) == 1
    project.file(stack).write_text(text.replace(before, after))


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Paths that differ, but for what every write of a pool changes."""
    return [one.text for one in changes(before, after) if one.path[-1] != "eTag"]


def scenario_programs(project: Project, cloud: Cloud) -> tuple[dict[str, StackSettings], Imports]:
    """Make a cluster for each scenario; the settings from their stack files, and what to import."""
    settings: dict[str, StackSettings] = {}
    imports: dict[tuple[str, str], str] = {}
    for scenario, (network, pool) in SCENARIOS.items():
        cloud.make(scenario, cluster(network, windows=bool(pool)), *([windows_pool(pool)] if pool else []))
        found = planned(cloud, scenario)
        project.file(scenario).write_text(stack_text(found))
        settings[scenario] = aksnetpol_stacks.load_file(project.file(scenario), TODAY).settings
        own = {(kind, name.replace("cluster", scenario)): at for (kind, name), at in found.imports.items()}
        imports |= own
    return settings, imports


def all_scenarios(
    settings: Mapping[str, StackSettings], imports: Imports, tags: dict[str, str], *, planning: bool = False
) -> Program:
    """All clusters as one program, so that the engine starts once for them and not eight times."""

    def run() -> None:
        register_stack_transformation(by_id(imports, planning=planning))
        for scenario, one in settings.items():
            args = {**cluster_args(one), **({"tags": tags} if tags else {})}
            _node_pools(one.cluster, AksCluster(scenario, cast(AksClusterArgs, args)))

    return run


def test_scenarios(cloud: Cloud, project: Project) -> None:
    cloud.allow_npm_on_windows()
    settings, imports = scenario_programs(project, cloud)
    before = {scenario: cloud.live(scenario) for scenario in SCENARIOS}
    target = workspace("none", local=False)
    require_harmless(target.steps_of(all_scenarios(settings, imports, {}, planning=True)))
    target.up(program=all_scenarios(settings, imports, {}))
    assert {scenario: cloud.live(scenario) for scenario in SCENARIOS} == before
    unchanged, tagged = (all_scenarios(settings, {}, tags) for tags in ({}, {"team": "shop"}))
    assert [step for step in target.steps_of(unchanged) if step.changes_something] == []
    target.up(program=tagged)
    changed = {one: differences(before[one], cloud.live(one)) for one in SCENARIOS}
    assert {one: paths for one, paths in changed.items() if paths != ["tags"]} == {}
    assert "acceptRetired: true" in project.file("azure-win").read_text()


def rich(cloud: Cloud) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A request that uses much of AKS, most of it without a setting of ours; its further pools."""
    group = f"{cloud.root}/resourceGroups/aks"
    cloud.arm.put(group, "2024-03-01", {"location": "eastus"})
    network = f"{group}/providers/Microsoft.Network/virtualNetworks/net"
    subnets = [{"name": "nodes", "properties": {"addressPrefix": "10.1.0.0/20"}}]
    space = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": subnets}
    cloud.arm.put(network, "2024-05-01", {"location": "eastus", "properties": space})
    own = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/own"
    cloud.arm.put(own, "2023-01-31", {"location": "eastus"})
    subnet = {"vnetSubnetID": f"{network}/subnets/nodes"}
    system = {"name": "system", "mode": "System", "count": 2, "vmSize": "Standard_D4s_v5", **subnet}
    body = cluster(
        {**OVERLAY, "networkPolicy": "calico", "podCidr": "192.168.0.0/16"},
        windows=True,
        agentPoolProfiles=[{**system, "osSKU": "AzureLinux", "upgradeSettings": {"maxSurge": "33%"}}],
        addonProfiles={"azurepolicy": {"enabled": True, "config": {"logs_toWorkspace": "w"}}},
        apiServerAccessProfile={"authorizedIPRanges": ["20.30.40.0/24"], "disableRunCommand": True},
        autoScalerProfile={"expander": "least-waste", "scan-interval": "20s"},
        autoUpgradeProfile={"upgradeChannel": "stable", "nodeOSUpgradeChannel": "SecurityPatch"},
        azureMonitorProfile={"metrics": {"enabled": True}},
        disableLocalAccounts=True,
        aadProfile={"managed": True, "enableAzureRBAC": True},
        httpProxyConfig={"httpProxy": "http://proxy:3128", "noProxy": ["10.0.0.0/8", "localhost"]},
        ingressProfile={"webAppRouting": {"enabled": True}},
        linuxProfile={"adminUsername": "ops", "ssh": {"publicKeys": [{"keyData": "ssh-ed25519 AAAA ops"}]}},
        oidcIssuerProfile={"enabled": True},
        securityProfile={
            "imageCleaner": {"enabled": True, "intervalHours": 48},
            "workloadIdentity": {"enabled": True},
        },
        storageProfile={"blobCSIDriver": {"enabled": True}},
        workloadAutoScalerProfile={"keda": {"enabled": True}},
    )
    identity = {"type": "UserAssigned", "userAssignedIdentities": {own: {}}}
    body |= {"identity": identity, "tags": {"owner": "ops"}, "sku": {"name": "Base", "tier": "Standard"}}
    scaled = {"enableAutoScaling": True, "minCount": 1, "maxCount": 4, "count": 2, **subnet}
    labelled = {"nodeLabels": {"team_name": "shop"}, "nodeTaints": ["team=shop:NoSchedule"]}
    work = {"name": "work", "mode": "User", "vmSize": "Standard_D4s_v5", **scaled, **labelled}
    return body, [work, {**windows_pool("npwin"), **subnet}]


def test_what_azure_fills_in_would_replace_the_cluster(
    cloud: Cloud, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with the real provider (azure-native issue 4401); it is found out before anything is done."""
    cloud.make("bare", cluster(AZURE))
    before = cloud.live("bare")
    with monkeypatch.context() as patched:
        patched.setattr("aksnetpol.adoption.planning.remainder", lambda *_: {})
        said = project.refused("adopt", "-g", "bare", "-n", "bare")
    assert "nothing was done:\nreplace cluster: " in said
    named = {*said.split(": ")[-1].split(", ")}
    assert {"nodeResourceGroup", "oidcIssuerProfile.enabled", "storageProfile"} <= named
    assert not project.file("bare").exists()
    assert not cloud.has_stack("bare")
    assert cloud.live("bare") == before


def test_page(cloud: Cloud, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of docs/commands/adopt.md, on a cluster with much that no setting names."""
    for console in ("out", "err"):
        monkeypatch.setattr(f"aksnetpol.cli.console.{console}._width", 400)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    body, pools = rich(cloud)
    cloud.make("aks", body, *pools)
    before = cloud.live("aks")
    stopped_halfway(cloud, project)
    for command, expected in examples(PAGE):
        shown = project.ok(*shlex.split(command)[1:])
        assert matches(shown, expected), f"{command}\n{shown}"
    assert cloud.live("aks") == before
    assert cloud.has_stack("aks")
    edit(project, "aks", "      owner: ops\n", "      owner: ops\n      team: shop\n")
    edit(project, "aks", NPWIN, NPWIN.replace("count: 1", "count: 2"))
    project.ok("up", "-s", "aks", "--yes")
    changed = ["tags.team", "properties.agentPoolProfiles[0].count"]
    assert sorted(differences(before, cloud.live("aks"))) == sorted(changed)


def stopped_halfway(cloud: Cloud, project: Project) -> None:
    """Azure refuses when the import itself, not its plan, reads the second pool: nothing stays behind."""
    fault = Fault(method="GET", path="/agentPools/work$", skip=1, status=403, code="AuthorizationFailed")
    cloud.emulator.faults.add(fault)
    assert "AuthorizationFailed" in project.refused("adopt", "-g", "aks", "-n", "aks")
    assert cloud.emulator.faults.left() == []
    assert not project.file("aks").exists()
    assert not cloud.has_stack("aks")


def test_what_somebody_changes_meanwhile_stays(
    cloud: Cloud, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the plan of the import and the import somebody scales both pools."""
    cloud.make("busy", cluster(AZURE), {**windows_pool("work"), "osType": "Linux", "osSKU": "Ubuntu"})
    steps_of = StackWorkspace.steps_of

    def scaled(target: StackWorkspace, *args: Any) -> Any:
        steps = steps_of(target, *args)
        for pool in ("system", "work"):
            path = f"{cloud.path('busy')}/agentPools/{pool}"
            live = cloud.arm.get(path, API).body["properties"]
            cloud.arm.put(path, API, {"properties": {**live, "count": 4}})
        return steps

    with monkeypatch.context() as patched:
        patched.setattr(StackWorkspace, "steps_of", scaled)
        said = project.refused("adopt", "-g", "busy", "-n", "busy")

    counts = {pool["name"]: pool["count"] for pool in cloud.live("busy")["properties"]["agentPoolProfiles"]}
    assert "system: somebody changed count while the cluster was adopted" in said
    assert counts == {"system": 4, "work": 4}
    assert not project.file("busy").exists()
    assert not cloud.has_stack("busy")


def test_refused_before_anything_is_written(cloud: Cloud, project: Project) -> None:
    assert "There is no cluster" in project.refused("adopt", "-g", "no", "-n", "no")
    cloud.make("taken", cluster(AZURE))
    project.file("taken").write_text("config: {}\n")
    said = project.refused("adopt", "-g", "taken", "-n", "taken")
    assert said == "Pulumi.taken.yaml exists and says something else. Choose another stack with --stack."
    assert project.file("taken").read_text() == "config: {}\n"
