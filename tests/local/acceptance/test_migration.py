"""A live cluster's engine changes in place: by plain edits of the stack's file, and after a crash."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config

from .conftest import Project
from .test_scenarios import check_up, comes_down, managed_clusters

pytestmark = [pytest.mark.engine, pytest.mark.control_plane]

BARE = """\
from pulumi_azure_native import containerservice, resources
import pulumi

policy = pulumi.Config().require("policy")
group = resources.ResourceGroup("group", resource_group_name="bare", location="eastus")
containerservice.ManagedCluster(
    "cluster", resource_group_name=group.name, resource_name_="bare", location="eastus", dns_prefix="bare",
    identity={"type": "SystemAssigned"}, kubernetes_version="1.36",
    network_profile={"network_plugin": "azure", "network_policy": policy, "network_dataplane": "azure",
                     "service_cidr": "10.0.0.0/16", "dns_service_ip": "10.0.0.10"},
    agent_pool_profiles=[{"name": "nodepool1", "mode": "System", "count": 1, "vm_size": "Standard_D4s_v5",
                          "os_type": "Linux", "type": "VirtualMachineScaleSets"}])
"""


def edit(project: Project, stack: str, *changes: tuple[str, str]) -> None:
    """Change a stack's file as a user would, in an editor."""
    file = project.folder / f"Pulumi.{stack}.yaml"
    text = file.read_text()
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text)
        assert count == 1, pattern
    file.write_text(text)


def acknowledge(project: Project, stack: str) -> None:
    edit(project, stack, (r"( +)networkPolicy:", r"\1acknowledgeReimage: true\n\1networkPolicy:"))


def cluster(session: dict[str, str]) -> Any:
    (found,) = managed_clusters(session)
    return found


def pods(project: Project) -> dict[str, str]:
    """The demo pods' uids: the same as long as nobody made the workload anew."""
    config_file = str(project.home / "kubeconfig")
    with config.new_client_from_config(config_file) as api:
        found: list[Any] = client.CoreV1Api(api).list_namespaced_pod("demo").items
    return {pod.metadata.name: pod.metadata.uid for pod in found}


def test_the_stock_provider_plans_to_replace_the_cluster(project: Project, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: bare\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(BARE)
    bare = Project(tmp_path, project.home)
    session = project.session()
    bare.run("pulumi", "stack", "init", "bare", env=session)
    try:
        bare.run("pulumi", "config", "set", "policy", "none", env=session)
        bare.run("pulumi", "up", "--yes", "--skip-preview", env=session)
        bare.run("pulumi", "config", "set", "policy", "calico", env=session)
        plan = bare.run("pulumi", "preview", "--diff", env=session).stdout
        assert re.search(r"\+-azure-native:containerservice:ManagedCluster: \(replace\)", plan), plan
    finally:
        bare.run("pulumi", "destroy", "--yes", "--skip-preview", env=session)


def test_an_edit_of_the_engine_migrates_the_live_cluster(project: Project) -> None:
    project.json("up", "--local", "-s", "azure", "--yes")
    check_up(project, "azure")
    session = project.session()
    before, workload = cluster(session), pods(project)
    assert before.network_profile.network_policy == "azure"

    edit(project, "azure", (r"networkPolicy: azure", "networkPolicy: cilium"))
    refused = project.run("aksnetpol", "up", "--local", "-s", "azure", "--yes", expect=1)
    assert "acknowledgeReimage: true" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert cluster(session).network_profile.network_policy == "azure"

    acknowledge(project, "azure")
    plan = str(project.home / "azure.plan")
    preview = project.json("preview", "--local", "-s", "azure", "--save-plan", plan)
    assert preview["counts"]["update"] == 1, preview
    assert set(preview["counts"]) <= {"same", "refresh", "update"}, preview
    review_of_deployed(project)
    project.json("up", "--local", "-s", "azure", "--yes", "--plan", plan)
    after = cluster(session)
    assert (after.network_profile.network_policy, after.network_profile.network_dataplane) == (
        "cilium",
        "cilium",
    )
    assert (after.id, after.fqdn, after.resource_uid) == (before.id, before.fqdn, before.resource_uid)
    assert pods(project) == workload

    second = project.json("preview", "--local", "-s", "azure")
    assert set(second["counts"]) <= {"same", "refresh"}, second

    # A later change of something else must not send the old engine.
    edit(project, "azure", (r"( +)location: eastus", r"\1location: eastus\n\1tags: {team: net}"))
    project.json("up", "--local", "-s", "azure", "--yes")
    later = cluster(session)
    assert (later.tags, later.network_profile.network_policy) == ({"team": "net"}, "cilium")

    comes_down(project, "azure")


def review_of_deployed(project: Project) -> None:
    """The engine changes and the policy opens: told of the live cluster, by the engine's preview."""
    (file,) = (project.folder / "policies" / "demo").glob("*.yaml")
    kept = file.read_text()
    rules = re.compile(r"^  ingress:\n.*", re.DOTALL | re.MULTILINE)
    file.write_text(rules.sub("  ingress: [{}]\n", kept))
    try:
        live = ("--kubeconfig", str(project.home / "kubeconfig"))
        (stack,) = project.json("review", "--deployed", "--local", "-s", "azure", *live)["stacks"]
    finally:
        file.write_text(kept)
    assert stack["engine"]["new"]["networkPolicy"] == "cilium", stack
    assert {one["kind"] for one in stack["connections"]} == {"added"}, stack
    changed = {one["type"]: one["operation"] for one in stack["resources"]}
    assert changed["kubernetes:networking.k8s.io/v1:NetworkPolicy"] == "update", stack


def test_a_change_by_hand_shows_as_drift_to_keep_or_to_undo(project: Project) -> None:
    stack = ("--local", "-s", "none")
    project.json("up", *stack, "--yes")
    check_up(project, "none")
    session = project.session()
    by_hand(session, networkPolicy="calico")
    preview = project.json("preview", *stack)
    assert preview["counts"].get("update") == 1, preview
    assert "replace" not in preview["counts"]
    changed = images(session)

    edit(project, "none", (r"networkPolicy: none", "networkPolicy: calico"))
    project.json("up", *stack, "--yes")  # to keep it is no change of the cluster, and nothing to acknowledge
    assert (cluster(session).network_profile.network_policy, images(session)) == ("calico", changed)
    second = project.json("preview", *stack)
    assert set(second["counts"]) <= {"same", "refresh"}, second

    edit(project, "none", (r"networkPolicy: calico", "networkPolicy: none"))
    acknowledge(project, "none")
    project.json("up", *stack, "--yes")
    assert cluster(session).network_profile.network_policy == "none"
    comes_down(project, "none")


def by_hand(session: dict[str, str], profile: str = "networkProfile", **leaves: str) -> None:
    """What `az aks update` does: GET, change, PUT."""
    from aksnetpol.azure import ArmClient

    arm = ArmClient(session)
    (found,) = managed_clusters(session)
    document = arm.get(found.id, "2025-09-01").body
    document["properties"][profile].update(leaves)
    kept = {key: document[key] for key in ("location", "sku", "tags") if document.get(key)}
    arm.put(found.id, "2025-09-01", {**kept, "properties": document["properties"]})
    arm.close()


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and theirs."""
    children = [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if stat.exists() and stat.read_text().rpartition(")")[2].split()[1] == str(pid)
    ]
    return [found for child in children for found in (child, *descendants(child))]


def test_a_killed_migration_goes_on_where_it_was(project: Project) -> None:
    """From kubenet with Calico to overlay with Cilium and another pod range, killed after the first began."""
    project.json("up", "--local", "-s", "calico-kubenet", "--yes")
    check_up(project, "calico-kubenet")
    session = project.session()
    edit(
        project,
        "calico-kubenet",
        (r"networkPolicy: calico", "networkPolicy: cilium"),
        (
            r"networkPlugin: kubenet",
            "networkPlugin: azure\n    networkPluginMode: overlay\n    podCidr: 10.240.0.0/12",
        ),
    )
    acknowledge(project, "calico-kubenet")
    command = ["aksnetpol", "up", "--local", "-s", "calico-kubenet", "--yes"]
    running = subprocess.Popen(
        command,
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ends = time.monotonic() + 180
    while cluster(session).network_profile.network_policy == "calico":
        assert time.monotonic() < ends
        assert running.poll() is None
        time.sleep(0.1)
    for pid in (running.pid, *descendants(running.pid)):
        os.kill(pid, signal.SIGKILL)
    running.wait()

    project.json("up", "--local", "-s", "calico-kubenet", "--yes")
    profile = cluster(session).network_profile
    assert (profile.network_plugin, profile.network_plugin_mode) == ("azure", "overlay")
    assert (profile.network_policy, profile.network_dataplane) == ("cilium", "cilium")
    assert profile.pod_cidrs == ["10.240.0.0/12"]
    second = project.json("preview", "--local", "-s", "calico-kubenet")
    assert set(second["counts"]) <= {"same", "refresh"}, second
    comes_down(project, "calico-kubenet")


def test_a_windows_password_and_a_pool_after_a_migration_leave_the_networking(project: Project) -> None:
    """Neither replaces the cluster nor sends back what it was created with."""
    stack = ("--local", "-s", "azure-windows")
    project.json("up", *stack, "--yes")
    check_up(project, "azure-windows")
    session = project.session()
    created = cluster(session)
    edit(project, "azure-windows", (r"networkPolicy: azure", "networkPolicy: calico"))
    acknowledge(project, "azure-windows")
    project.json("up", *stack, "--yes")
    before = images(session)

    password = "Another-Password-22"
    secret = ("pulumi", "config", "set", "-s", "azure-windows", "--secret", "windowsAdminPassword", password)
    project.run(*secret, env=session)
    edit(project, "azure-windows", (r"acknowledgeReimage: true", "acknowledgeReimage: false"))
    refused = project.run("aksnetpol", "up", *stack, "--yes", expect=1)
    assert "acknowledgeReimage: true" in refused.stderr
    assert images(session) == before
    edit(project, "azure-windows", (r"acknowledgeReimage: false", "acknowledgeReimage: true"))
    planned = project.json("preview", *stack)
    changes = {step["urn"].split("::")[2].rsplit(":")[-1]: step["op"] for step in planned["steps"]}
    changes = {kind: op for kind, op in changes.items() if op not in ("same", "refresh")}
    assert changes == {"WindowsPassword": "update", "GeneratedPassword": "delete"}, planned
    rotated = project.run("aksnetpol", "up", *stack, "--yes", "--json")
    assert password not in f"{planned}{rotated.stdout}{rotated.stderr}"
    after = images(session)
    assert after["nodepool1"] == before["nodepool1"]
    assert after["npwin"] != before["npwin"], "a new password reimages the Windows nodes"

    edit(
        project,
        "azure-windows",
        (
            r"( +- name: npwin\n(?: {8}.*\n)+)",
            r"\1      - {name: npwin2, osType: Windows, osSku: Windows2022, count: 1}\n",
        ),
        (r"( +)location: eastus", r"\1location: eastus\n\1tags: {team: net}"),
    )
    preview = project.json("preview", *stack)
    assert set(preview["counts"]) <= {"same", "refresh", "update", "create"}, preview
    # The update of the tags sends the password of the creation; the one after it, of the declared one, fails.
    refuse_put_of_cluster(session, after=1)
    failed = project.run("aksnetpol", "up", *stack, "--yes", expect=1)
    assert "password of the cluster's creation, which is live. Run `pulumi up` again" in failed.stderr
    assert cluster(session).tags == {"team": "net"}
    project.json("up", *stack, "--yes")
    assert set(images(session)) == {"nodepool1", "npwin", "npwin2"}
    reimaged = images(session)
    by_hand(session, "windowsProfile", adminPassword=password)
    assert images(session) == reimaged, "the password in effect is not the declared one"
    last = cluster(session)
    assert last.network_profile.network_policy == "calico"
    assert (last.id, last.resource_uid) == (created.id, created.resource_uid)
    second = project.json("preview", *stack)
    assert set(second["counts"]) <= {"same", "refresh"}, second
    comes_down(project, "azure-windows")


def refuse_put_of_cluster(session: dict[str, str], *, after: int) -> None:
    """Let the emulator refuse one PUT of a cluster, after so many that it takes."""
    from aksnetpol.azure import ArmClient

    arm = ArmClient(session)
    fault = {
        "kind": "status",
        "method": "PUT",
        "path": "managedClusters/[^/]+$",
        "skip": after,
        "status": 409,
    }
    arm.post("_emulator/faults", "2025-09-01", fault)
    arm.close()


def images(session: dict[str, str]) -> dict[str, str]:
    """The pools' node images: another one means that the nodes were reimaged."""
    return {pool.name: pool.node_image_version for pool in cluster(session).agent_pool_profiles}
