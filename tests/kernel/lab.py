"""A real control plane with its node agent, driven through the Kubernetes API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aksnetpol import toolchain
from aksnetpol.local.arm.backend import ClusterSpec, PoolSpec
from aksnetpol.local.clusters import ControlPlanes
from aksnetpol.local.kubernetes.api import KubernetesApi
from aksnetpol.local.node.agent import NodeAgent
from aksnetpol.local.node.pod_run import PodRun

from .prober import Prober, Target

Json = dict[str, Any]
IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.63.0"
CLUSTER = ClusterSpec(
    id="/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/kernel",
    name="kernel",
    resource_group="rg",
    location="eastus",
    kubernetes_version="1.36.3",
    network_policy="calico",
    pod_cidr="10.244.0.0/16",
    service_cidr="10.0.0.0/16",
    dns_service_ip="10.0.0.10",
    pools=(PoolSpec("system", "System", "Linux", "Ubuntu", 2, "Standard_D4s_v5", max_pods=250),),
)
_WITHIN = 60.0  # seconds; a fraction of one on an idle machine


def wait_for(condition: Callable[[], bool], within: float = _WITHIN) -> float:
    """Wait; returns how long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within, "did not come true in time"
        time.sleep(0.02)
    return time.monotonic() - began


@dataclass
class Lab:
    """A cluster and what tests ask of it."""

    home: Path
    planes: ControlPlanes
    cluster: ClusterSpec
    api: KubernetesApi
    probers: dict[str, Prober] = field(default_factory=dict[str, Prober])

    @classmethod
    def start(cls, home: Path, network_policy: str = "calico", pools: Iterable[PoolSpec] = ()) -> Lab:
        planes = ControlPlanes(home, lambda: toolchain.ensure_all(toolchain.CONTROL_PLANE))
        cluster = replace(CLUSTER, network_policy=network_policy, pools=(*CLUSTER.pools, *pools))
        planes.start(cluster)
        return cls(home, planes, cluster, KubernetesApi(planes.kubeconfig(cluster.id, admin=True)))

    def stop(self) -> None:
        for prober in self.probers.values():
            prober.close()
        self.api.close()
        self.planes.pause()

    @property
    def agent(self) -> NodeAgent:
        (running,) = self.planes.running
        return running.agent

    def namespace(self, name: str) -> None:
        """Make a namespace and wait until pods can be made in it."""
        self.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        account = f"/api/v1/namespaces/{name}/serviceaccounts/default"
        wait_for(lambda: self.api.read(account) is not None)

    def pod(
        self, path: str, *containers: list[str], labels: dict[str, str] | None = None, **spec: Any
    ) -> None:
        """Make a pod `namespace/name` with a container for each list of arguments to agnhost."""
        namespace, name = path.split("/")
        made = [
            {"name": f"c{number}", "image": IMAGE, "args": arguments, "ports": _ports(arguments)}
            for number, arguments in enumerate(containers or (["pause"],))
        ]
        self.api.apply(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": name, "namespace": namespace, "labels": labels or {}},
                "spec": {
                    "containers": made,
                    "terminationGracePeriodSeconds": 1,
                    "automountServiceAccountToken": False,
                    **spec,
                },
            }
        )

    def read(self, path: str) -> Json:
        namespace, name = path.split("/")
        found = self.api.read(f"/api/v1/namespaces/{namespace}/pods/{name}")
        return found or {"status": {}}

    def phase(self, path: str) -> str:
        return str(self.read(path)["status"].get("phase"))

    def is_ready(self, path: str) -> bool:
        conditions = self.read(path)["status"].get("conditions") or []
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    def wait_ready(self, *paths: str) -> None:
        wait_for(lambda: all(self.is_ready(path) for path in paths))

    def run(self, path: str) -> PodRun:
        namespace, name = path.split("/")
        found = self.agent.pod(namespace, name)
        assert found is not None
        return found

    def address(self, path: str) -> str:
        return self.run(path).address

    def addresses(self) -> set[str]:
        """Return the addresses that pods have."""
        items: list[Json] = self.api.request("GET", "/api/v1/pods")["items"]
        return {str(item["status"].get("podIP")) for item in items}

    def policy(self, namespace: str, name: str, spec: Json) -> None:
        """Create or replace a policy."""
        metadata = {"name": name, "namespace": namespace}
        kind = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
        self.api.apply({**kind, "metadata": metadata, "spec": spec})

    def delete_policies(self, *namespaces: str) -> None:
        for namespace in namespaces:
            path = f"/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies"
            self.api.request("DELETE", path)

    def label(self, path: str, labels: dict[str, str | None]) -> None:
        """Set labels of a pod `x/a` or of a namespace `x`; None removes one."""
        namespace, _, pod = path.partition("/")
        url = f"/api/v1/namespaces/{namespace}" + (f"/pods/{pod}" if pod else "")
        body = {"metadata": {"labels": labels}}
        self.api.request("PATCH", url, None, body, "application/merge-patch+json")

    def delete(self, path: str, grace: int | None = None) -> None:
        namespace, name = path.split("/")
        body = None if grace is None else {"gracePeriodSeconds": grace}
        self.api.request("DELETE", f"/api/v1/namespaces/{namespace}/pods/{name}", None, body)

    def prober(self, path: str) -> Prober:
        """Return the prober in a pod's network."""
        found = self.probers.get(path)
        if found is None or found.process.poll() is not None:
            space = self.run(path).space
            assert space is not None
            found = self.probers[path] = Prober.inside(space)
        return found

    def connects(self, path: str, *targets: Target, timeout: float = 0.3) -> list[bool]:
        """Tell which targets a pod reaches."""
        prober = self.prober(path)
        prober.ask(list(targets), timeout)
        return [answer == "open" for answer in prober.answer()]


def _ports(arguments: list[str]) -> list[Json]:
    """Declare what agnhost's serve-hostname listens on, named as upstream's tests do."""
    if "--port" not in arguments:
        return []
    number = int(arguments[arguments.index("--port") + 1])
    protocol = "udp" if "--udp" in arguments else "tcp"
    return [{"name": f"serve-{number}-{protocol}", "containerPort": number, "protocol": protocol.upper()}]


def serve(port: int, protocol: str = "tcp") -> list[str]:
    """Return the arguments of a server."""
    return ["serve-hostname", f"--{protocol}", "--http=false", "--port", str(port)]
