"""What probing asks of a cluster's pods: make, label, run commands in, delete. The same for AKS and local."""

from collections.abc import Mapping
from typing import Any

from aksnetpol import kube
from aksnetpol.documents import entries, mapping
from aksnetpol.probe.connect import Answer
from aksnetpol.probe.errors import ProbeError
from aksnetpol.waiting import Wait, WaitingError, until

_POLL = 0.2  # seconds
_GONE_WITHIN = 120.0
_COMMAND_SECONDS = 30.0
_VERSIONS = {"NetworkPolicy": "networking.k8s.io/v1"}  # of what is not in the core
_PLURALS = {"Pod": "pods", "ConfigMap": "configmaps", "NetworkPolicy": "networkpolicies"}

Json = Mapping[str, Any]


class Pods:
    """A cluster, by the kubeconfig of someone who may make namespaces and pods.

    Every method raises ApiError where the cluster does not answer, or refuses.
    """

    def __init__(self, cluster: kube.Cluster) -> None:
        self._cluster = cluster

    def make_namespace(self, name: str, labels: Mapping[str, str]) -> None:
        """Make a namespace."""
        self._cluster.create(
            kube.path("v1", "namespaces"), {"metadata": {"name": name, "labels": dict(labels)}}
        )

    def delete_namespace(self, name: str) -> None:
        """Delete a namespace with all that is in it, and wait until it is gone; one that is gone is fine.

        Raises:
            ProbeError: it is not gone in time.
        """
        place = kube.path("v1", "namespaces", name=name)
        self._cluster.delete(place)
        try:
            wait = Wait(f"namespace {name} to be gone", _GONE_WITHIN)
            until(lambda: self._cluster.get(place) is None, wait, _POLL)
        except WaitingError:
            raise ProbeError(
                f"Namespace {name} is not gone after {_GONE_WITHIN:.0f} s. "
                f"Delete it: kubectl delete ns {name}"
            ) from None

    def make(self, namespace: str, kind: str, body: Json) -> str:
        """Make a Pod, a ConfigMap or a NetworkPolicy; returns its uid.

        Args:
            body: the manifest, with metadata and what follows.
        """
        made = self._cluster.create(_place(kind, namespace), body)
        return str(made["metadata"]["uid"])

    def delete_config_map(self, namespace: str, name: str) -> None:
        """Delete a ConfigMap and, in the background, what it owns."""
        self._cluster.delete(f"{_place('ConfigMap', namespace, name)}?propagationPolicy=Background")

    def delete_pod(self, namespace: str, name: str) -> None:
        """Delete a pod at once; one that is gone is fine."""
        self._cluster.delete(f"{_place('Pod', namespace, name)}?gracePeriodSeconds=0")

    def delete_policy(self, namespace: str, name: str) -> None:
        """Delete a NetworkPolicy; one that is gone is fine."""
        self._cluster.delete(_place("NetworkPolicy", namespace, name))

    def label(self, namespace: str, pod: str, labels: Mapping[str, str | None]) -> None:
        """Set labels of a pod; None removes one."""
        self._cluster.merge(_place("Pod", namespace, pod), {"metadata": {"labels": dict(labels)}})

    def running(self, namespace: str, pod: str, timeout: float) -> str:
        """Wait until a pod runs; returns its address.

        Args:
            timeout: seconds; a Windows image is gigabytes.

        Raises:
            ProbeError: it does not run in time, or is gone.
        """
        seen = ["no status"]

        def address() -> str | None:
            found = self._cluster.get(_place("Pod", namespace, pod))
            if found is None:
                raise ProbeError(f"Pod {namespace}/{pod} is gone: something else has deleted it. Try again.")
            status = mapping(found.get("status"))
            seen[0] = str(status.get("phase", "no status"))
            return str(status.get("podIP") or "") if _runs(status) else None

        wait = Wait(f"pod {namespace}/{pod} to run", timeout, details=lambda: seen[0])
        try:
            return until(address, wait, _POLL)
        except WaitingError:
            raise ProbeError(
                f"Pod {namespace}/{pod} does not run after {timeout:.0f} s ({seen[0]}). "
                f"See: kubectl describe pod {pod} -n {namespace}"
            ) from None

    def run(self, namespace: str, pod: str, container: str, command: list[str]) -> Answer:
        """Run a command in a container of a pod and wait for it."""
        ended = self._cluster.exec(namespace, pod, container, command, _COMMAND_SECONDS)
        return Answer(ended.code, ended.text)


def _place(kind: str, namespace: str, name: str = "") -> str:
    return kube.path(_VERSIONS.get(kind, "v1"), _PLURALS[kind], namespace, name)


def _runs(status: Json) -> bool:
    """Tell whether a pod runs, and all its containers are ready."""
    containers = entries(status.get("containerStatuses"))
    return (
        status.get("phase") == "Running" and bool(containers) and all(one.get("ready") for one in containers)
    )
