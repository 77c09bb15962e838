"""The node agent with 300 pods and 200 policies: memory, and how fast it converges. Needs root and nft.

python -m bench.node_agent [PODS POLICIES]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from aksnetpol import toolchain
from aksnetpol.local.arm.backend import ClusterSpec, PoolSpec
from aksnetpol.local.clusters import ControlPlanes
from aksnetpol.local.kubernetes.api import KubernetesApi
from aksnetpol.local.node.agent import NodeAgent
from aksnetpol.local.node.enforcement import Enforcement, means

IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.63.0"
NAMESPACES, APPS, EDITS = 10, 10, 20
Json = dict[str, Any]


def main() -> None:
    """Start a cluster, fill it, measure, print one table."""
    pods, policies = (int(text) for text in (sys.argv[1:3] or ("300", "200")))
    found = means()
    if found.enforcement is not Enforcement.KERNEL:
        sys.exit(f"needs the kernel: {found.remark}")
    with tempfile.TemporaryDirectory(prefix="aksnetpol-bench-") as home:
        planes = ControlPlanes(Path(home), lambda: toolchain.ensure_all(toolchain.CONTROL_PLANE))
        try:
            _run(planes, pods, policies)
        finally:
            planes.pause()


def _run(planes: ControlPlanes, pods: int, policies: int) -> None:
    nodes = -(-pods // 100)
    pool = PoolSpec("system", "System", "Linux", "Ubuntu", nodes, "Standard_D64s_v5", max_pods=250)
    cluster = ClusterSpec(
        "/bench",
        "bench",
        "bench",
        "eastus",
        "1.36.3",
        "calico",
        "10.244.0.0/16",
        "10.0.0.0/16",
        "10.0.0.10",
        (pool,),
    )
    planes.start(cluster)
    api = KubernetesApi(planes.kubeconfig(cluster.id, admin=True))
    (running,) = planes.running
    empty = _memory()
    for number in range(NAMESPACES):
        api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"ns{number}"}})
    _wait(
        lambda: all(api.read(f"/api/v1/namespaces/ns{n}/serviceaccounts/default") for n in range(NAMESPACES))
    )
    with ThreadPoolExecutor(4) as pool_of_threads:
        began = time.perf_counter()
        list(pool_of_threads.map(api.apply, [_policy(number) for number in range(policies)]))
        list(pool_of_threads.map(api.apply, [_pod(number) for number in range(pods)]))
        _wait(lambda: _ready(api) == pods)
        started = time.perf_counter() - began
    times = [_edit(api, running.agent, number) for number in range(EDITS)]
    sandbox = running.agent.sandbox
    rules = sandbox.run("nft", "list", "ruleset").count("\n") if sandbox else 0
    _print(
        (f"{pods} pods, {policies} policies ready after, s", f"{started:.1f}"),
        ("memory of the agent's process, MiB", f"{_memory() >> 20}"),
        ("  of it before the first pod, MiB", f"{empty >> 20}"),
        ("memory of agnhost's processes (shared once), MiB", f"{_pods_memory() >> 20}"),
        ("lines of nftables rules", str(rules)),
        (f"edit to kernel, median of {EDITS}, s", f"{statistics.median(times):.3f}"),
        ("edit to kernel, slowest, s", f"{max(times):.3f}"),
    )
    api.close()


def _print(*rows: tuple[str, str]) -> None:
    for name, value in rows:
        print(f"{name:<50}{value:>8}")


def _policy(number: int) -> Json:
    home, app = number % NAMESPACES, number // NAMESPACES % APPS
    peer: Json = {"podSelector": {"matchLabels": {"app": f"app{(app + number) % APPS}"}}}
    if number % 3 == 0:
        peer["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": f"ns{number % 7}"}}
    if number % 5 == 0:
        peer = {"ipBlock": {"cidr": f"10.244.{number % 3}.0/24", "except": [f"10.244.{number % 3}.8/29"]}}
    rule = {"from": [peer], "ports": [{"port": 80}, {"port": 8000, "endPort": 8000 + number}]}
    spec = {"podSelector": {"matchLabels": {"app": f"app{app}"}}, "ingress": [rule]}
    metadata = {"name": f"policy{number}", "namespace": f"ns{home}"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _pod(number: int) -> Json:
    labels = {"app": f"app{number // NAMESPACES % APPS}", "id": f"pod{number}"}
    metadata = {"name": f"pod{number}", "namespace": f"ns{number % NAMESPACES}", "labels": labels}
    container = {"name": "c", "image": IMAGE, "args": ["pause"]}
    spec = {"containers": [container], "automountServiceAccountToken": False}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _ready(api: KubernetesApi) -> int:
    items: list[Json] = api.request("GET", "/api/v1/pods")["items"]
    return sum(item["status"].get("phase") == "Running" for item in items)


def _edit(api: KubernetesApi, agent: NodeAgent, number: int) -> float:
    """Write a policy that shows by its address block, until the kernel has it."""
    block = f"192.168.{number}.0"
    document = _policy(0)
    document["metadata"]["name"] = "edited"
    document["spec"]["ingress"] = [{"from": [{"ipBlock": {"cidr": f"{block}/24"}}]}]
    began = time.perf_counter()
    api.apply(document)
    sandbox = agent.sandbox
    while sandbox is not None and block not in sandbox.run("nft", "list", "table", "ip", "policies"):
        if time.perf_counter() - began > 30:
            raise TimeoutError("the edit never came to the kernel")
    return time.perf_counter() - began


def _wait(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 300
    while not condition():
        if time.monotonic() > ends:
            raise TimeoutError("did not converge")
        time.sleep(0.2)


def _memory(pid: int | str = "self") -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _pods_memory() -> int:
    """Proportional memory of every agnhost process of this machine."""
    found = 0
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "comm").read_text() == "agnhost\n":
                lines = (process / "smaps_rollup").read_text().splitlines()
                found += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) << 10
        except OSError:
            continue
    return found


if __name__ == "__main__":
    main()
