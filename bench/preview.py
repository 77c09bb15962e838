"""What a preview of the dev stack costs over the engine's own floor.

The floor is a bare program that declares as many resources of the same kinds, without our components,
settings or rules, against the same stand-ins. Both stacks are up; each preview is a plain `pulumi preview`.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "policies")
ROUNDS = 5
BARE = """
import base64
import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_azure_native import containerservice, resources

group = resources.ResourceGroup("group", resource_group_name="bare", location="eastus")
cluster = containerservice.ManagedCluster(
    "cluster", resource_group_name=group.name, resource_name_="bare", location="eastus", dns_prefix="bare",
    identity={"type": "SystemAssigned"}, kubernetes_version="1.36",
    network_profile={"network_plugin": "azure", "network_plugin_mode": "overlay", "network_policy": "cilium",
                     "network_dataplane": "cilium", "pod_cidr": "10.244.0.0/16",
                     "service_cidr": "10.0.0.0/16", "dns_service_ip": "10.0.0.10",
                     "outbound_type": "loadBalancer"},
    agent_pool_profiles=[{"name": "nodepool1", "mode": "System", "count": 1, "vm_size": "Standard_D4s_v5",
                          "os_type": "Linux", "os_sku": "Ubuntu", "type": "VirtualMachineScaleSets"}],
    opts=pulumi.ResourceOptions(ignore_changes=["agentPoolProfiles"]))
answer = containerservice.list_managed_cluster_user_credentials_output(
    resource_group_name="bare", resource_name="bare", opts=pulumi.InvokeOutputOptions(depends_on=[cluster]))
config = pulumi.Output.secret(answer.apply(lambda a: base64.b64decode(a.kubeconfigs[0].value).decode()))
provider = kubernetes.Provider("kubernetes", kubeconfig=config)
options = pulumi.ResourceOptions(provider=provider)
space = kubernetes.core.v1.Namespace("demo", metadata={"name": "bare"}, opts=options)
name = space.metadata.apply(lambda m: m.name)
for pod in ("server", "client"):
    kubernetes.core.v1.Pod(pod, metadata={"name": pod, "namespace": name},
                           spec={"containers": [{"name": pod, "image": "agnhost"}]}, opts=options)
kubernetes.networking.v1.NetworkPolicy("policy", metadata={"name": "policy", "namespace": name},
                                       spec={"pod_selector": {}}, opts=options)
for number in range(6):  # as many components as the dev stack has
    pulumi.ComponentResource("bare:index:Component", f"component{number}")
"""


def main() -> None:
    """Bring both up, time their previews in turn, print one table."""
    with tempfile.TemporaryDirectory(prefix="aksnetpol-bench-") as place:
        ours, bare = Path(place) / "ours", Path(place) / "bare"
        home = {**os.environ, "AKSNETPOL_HOME": str(Path(place) / "home")}
        _copy(ours)
        _bare(bare)
        aksnetpol = str(Path(sys.executable).with_name("aksnetpol"))
        subprocess.run([aksnetpol, "local", "start"], env=home, check=True, stdout=subprocess.DEVNULL)
        try:
            said = subprocess.run(
                [aksnetpol, "local", "env", "--json"], env=home, cwd=ours, check=True, capture_output=True
            )
            environ = {**home, **json.loads(said.stdout)}
            subprocess.run(
                ["pulumi", "stack", "init", "dev"], cwd=bare, env=environ, check=True, capture_output=True
            )
            counts = [_up(folder, environ) for folder in (ours, bare)]
            times = [[_preview(folder, environ) for folder in (ours, bare)] for _ in range(ROUNDS)]
        finally:
            subprocess.run([aksnetpol, "local", "stop"], env=home, check=True, stdout=subprocess.DEVNULL)
    _print(counts, [statistics.median(column) for column in zip(*times, strict=True)])


def _copy(folder: Path) -> None:
    folder.mkdir()
    for name in PROGRAM:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)


def _bare(folder: Path) -> None:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: bare\nruntime: python\noptions:\n  refresh: always\n")
    (folder / "__main__.py").write_text(BARE)


def _up(folder: Path, environ: dict[str, str]) -> int:
    command = ["pulumi", "up", "-s", "dev", "--yes", "--skip-preview"]
    subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True)
    export = ["pulumi", "stack", "export", "-s", "dev"]
    state = subprocess.run(export, cwd=folder, env=environ, check=True, capture_output=True)
    return len(json.loads(state.stdout)["deployment"]["resources"])


def _preview(folder: Path, environ: dict[str, str]) -> float:
    began = time.perf_counter()
    command = ["pulumi", "preview", "-s", "dev", "--expect-no-changes"]
    subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True)
    return time.perf_counter() - began


def _print(counts: list[int], medians: list[float]) -> None:
    print(f"{'program':<24}{'resources':>10}{'preview, s':>12}")
    for name, count, seconds in zip(("dev stack", "bare (the floor)"), counts, medians, strict=True):
        print(f"{name:<24}{count:>10}{seconds:>12.2f}")
    print(f"ratio {medians[0] / medians[1]:.2f}, median of {ROUNDS}")


if __name__ == "__main__":
    main()
