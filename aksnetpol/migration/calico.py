"""What Calico leaves in a cluster when AKS uninstalls it: found and deleted through the Kubernetes API."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import urllib3.exceptions
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from aksnetpol import kube
from aksnetpol.documents import entries, mapping
from aksnetpol.engines import NetworkPolicy
from aksnetpol.engines.moves import LiveCluster, is_running
from aksnetpol.migration.errors import CalicoRunsError, KubernetesError

# AKS docs, use-network-policies, "Uninstall Azure Network Policy Manager or Calico": what stays.
_GROUPS = ("projectcalico.org", "tigera.io")
# Where the Tigera operator, which AKS runs, keeps Calico's parts, and how they are labelled elsewhere.
_NAMESPACES = frozenset({"calico-system", "calico-apiserver", "tigera-operator"})
_APPS = frozenset(
    {
        "calico-apiserver",
        "calico-kube-controllers",
        "calico-node",
        "calico-node-windows",
        "calico-typha",
        "tigera-operator",
    }
)
_DEFINITIONS = ("apiextensions.k8s.io", "v1", "customresourcedefinitions")
_PAGE = 500
_PATIENCE, _POLL = 120.0, 0.2  # seconds

Json = Mapping[str, Any]


@dataclass(frozen=True)
class CustomObject:
    """An object of one of Calico's kinds.

    Args:
        namespace: empty for cluster-wide kinds.
        guarded: whether finalizers hold it; who would have taken them off is gone.
    """

    namespace: str
    name: str
    guarded: bool

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


@dataclass(frozen=True)
class Definition:
    """A custom resource definition of Calico's with all its objects.

    Args:
        name: PLURAL.GROUP.
        version: one that is served.
    """

    name: str
    version: str
    objects: tuple[CustomObject, ...] = ()

    @property
    def resource(self) -> tuple[str, str, str]:
        """Group, version and plural."""
        plural, _, group = self.name.partition(".")
        return group, self.version, plural


def refuse_as_engine(live: LiveCluster) -> None:
    """Accept that Calico is not the engine.

    Raises:
        CalicoRunsError: it is.
    """
    if live.networking.network_policy is NetworkPolicy.CALICO:
        raise CalicoRunsError(
            f"{live.cluster.name} has networkPolicy calico: Calico runs and needs what would be deleted. "
            "Uninstall it first: aksnetpol engine uninstall"
        )


class Calico:
    """The rest of Calico in one cluster.

    Args:
        kubeconfig: of somebody who may delete custom resource definitions: a file, or its document.

    Raises:
        KubeconfigError: the kubeconfig cannot be used.
    """

    def __init__(self, kubeconfig: Path | Json) -> None:
        self._api = kube.connected(kubeconfig)
        self._pods, self._custom = client.CoreV1Api(self._api), client.CustomObjectsApi(self._api)

    def refuse_while_running(self) -> None:
        """Accept that nothing of Calico runs.

        Raises:
            CalicoRunsError: a pod of its does.
        """
        alive = [f"{pod['metadata']['namespace']}/{pod['metadata']['name']}" for pod in self._running()]
        if alive:
            more = f" and {len(alive) - 3} more" if len(alive) > 3 else ""
            raise CalicoRunsError(
                f"Calico still runs: {', '.join(alive[:3])}{more}. Without its definitions it would break. "
                "Uninstall it first (aksnetpol engine uninstall), and wait until its pods are gone."
            )

    def definitions(self) -> tuple[Definition, ...]:
        """Return the definitions that are left, by name, with their objects."""
        found: list[Definition] = []
        for one in self._items(*_DEFINITIONS):
            group = str(one["spec"]["group"])
            if any(group == known or group.endswith(f".{known}") for known in _GROUPS):
                served = next(each["name"] for each in one["spec"]["versions"] if each["served"])
                bare = Definition(str(one["metadata"]["name"]), str(served))
                objects = tuple(_object(item) for item in self._items(*bare.resource))
                found.append(Definition(bare.name, bare.version, objects))
        return tuple(sorted(found, key=lambda one: one.name))

    def remove(self, definitions: Sequence[Definition]) -> None:
        """Delete definitions and, with them, their objects; returns when all are gone.

        Raises:
            KubernetesError: the cluster refuses, or something is not gone in time.
        """
        for one in definitions:
            for item in one.objects:
                if item.guarded:
                    self._release(one, item)
            self._call(lambda name=one.name: self._custom.delete_cluster_custom_object(*_DEFINITIONS, name))
        ends = time.monotonic() + _PATIENCE
        names = {one.name for one in definitions}
        while left := names & {one["metadata"]["name"] for one in self._items(*_DEFINITIONS)}:
            if time.monotonic() > ends:
                raise KubernetesError(
                    f"Not gone after {_PATIENCE:.0f} s: {', '.join(sorted(left))}. Run it again; if that "
                    "does not help, see: kubectl get crd -o yaml"
                )
            time.sleep(_POLL)

    def _release(self, definition: Definition, item: CustomObject) -> None:
        """Take an object's finalizers off, or it, and its definition, would wait for ever."""
        body: Any = {"metadata": {"finalizers": None}}
        group, version, plural = definition.resource
        merge = "application/merge-patch+json"
        if item.namespace:
            self._call(
                lambda: self._custom.patch_namespaced_custom_object(
                    group, version, item.namespace, plural, item.name, body, _content_type=merge
                )
            )
        else:
            self._call(
                lambda: self._custom.patch_cluster_custom_object(
                    group, version, plural, item.name, body, _content_type=merge
                )
            )

    def _running(self) -> Iterator[Json]:
        untyped: Any = self._api
        everywhere = f"k8s-app in ({', '.join(sorted(_APPS))})"
        seen: set[str] = set()
        for pods in (
            self._call(lambda: self._pods.list_pod_for_all_namespaces(label_selector=everywhere)),
            *(self._call(lambda at=at: self._pods.list_namespaced_pod(at)) for at in sorted(_NAMESPACES)),
        ):
            for pod in pods.items:
                document: Json = untyped.sanitize_for_serialization(pod)
                uid = document["metadata"]["uid"]
                if uid not in seen and is_running(document):
                    seen.add(uid)
                    yield document

    def _items(self, group: str, version: str, plural: str) -> Iterator[Json]:
        token: str | None = None
        while True:
            page: Json = self._call(partial(self._page, group, version, plural, token), missing={})
            yield from entries(page.get("items"))
            token = mapping(page.get("metadata")).get("continue")
            if not token:
                return

    def _page(self, group: str, version: str, plural: str, token: str | None) -> Any:
        return self._custom.list_cluster_custom_object(group, version, plural, limit=_PAGE, _continue=token)

    @staticmethod
    def _call(call: Callable[[], Any], missing: Any = None) -> Any:
        """Call the API; what is not there is `missing`."""
        try:
            return call()
        except ApiException as error:
            refusal = kube.refusal(error)
            if refusal.status == 404:
                return missing
            raise KubernetesError(
                f"The cluster refuses: {refusal.status} {refusal.reason}: {refusal.body}"
            ) from None
        except urllib3.exceptions.HTTPError as error:
            raise KubernetesError(f"The cluster does not answer: {error}") from None


def _object(item: Json) -> CustomObject:
    metadata: Json = item["metadata"]
    return CustomObject(
        str(metadata.get("namespace", "")), str(metadata["name"]), bool(metadata.get("finalizers"))
    )
