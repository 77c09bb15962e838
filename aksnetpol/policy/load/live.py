"""A snapshot of a live cluster, by kubeconfig. The only module of this package that speaks to a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from aksnetpol.documents import entries, is_mapping, mapping
from aksnetpol.policy.errors import SourceError

KINDS: tuple[tuple[str, str, str], ...] = (
    ("v1", "namespaces", "Namespace"),
    ("v1", "pods", "Pod"),
    ("v1", "nodes", "Node"),
    ("v1", "services", "Service"),
    ("v1", "replicationcontrollers", "ReplicationController"),
    ("apps/v1", "deployments", "Deployment"),
    ("apps/v1", "statefulsets", "StatefulSet"),
    ("apps/v1", "daemonsets", "DaemonSet"),
    ("apps/v1", "replicasets", "ReplicaSet"),
    ("batch/v1", "jobs", "Job"),
    ("batch/v1", "cronjobs", "CronJob"),
    ("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy"),
    ("policy.networking.k8s.io/v1alpha2", "clusternetworkpolicies", "ClusterNetworkPolicy"),
    ("policy.networking.k8s.io/v1alpha1", "adminnetworkpolicies", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io/v1alpha1", "baselineadminnetworkpolicies", "BaselineAdminNetworkPolicy"),
    ("cilium.io/v2", "ciliumnetworkpolicies", "CiliumNetworkPolicy"),
    ("cilium.io/v2", "ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy"),
    ("crd.projectcalico.org/v1", "networkpolicies", "NetworkPolicy"),
    ("crd.projectcalico.org/v1", "globalnetworkpolicies", "GlobalNetworkPolicy"),
    ("crd.projectcalico.org/v1", "tiers", "Tier"),
    ("crd.projectcalico.org/v1", "networksets", "NetworkSet"),
    ("crd.projectcalico.org/v1", "globalnetworksets", "GlobalNetworkSet"),
)
PAGE = 500  # objects per request, as kubectl asks


class Api(Protocol):
    """What this module asks of a cluster."""

    def get(self, path: str) -> dict[str, Any] | None:
        """Return the answer to a GET as JSON; None when there is no such resource (404)."""
        ...


def objects(api: Api, kinds: Sequence[tuple[str, str, str]] = KINDS) -> Iterator[dict[str, Any]]:
    """Yield every object of some kinds, page by page; kinds that are not installed are skipped.

    Args:
        kinds: apiVersion, plural and kind; by default all that matters to policies.
    """
    for version, plural, kind in kinds:
        root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
        token = ""
        while True:
            answer = api.get(f"{root}/{plural}?limit={PAGE}{token}")
            if answer is None:
                break
            for item in entries(answer.get("items")):
                yield {"apiVersion": version, "kind": kind, **item}
            following = mapping(answer.get("metadata")).get("continue")
            if not following:
                break
            token = f"&continue={following}"


def connect(kubeconfig: str | Mapping[str, Any] | None = None, context: str | None = None) -> Api:
    """Return a cluster.

    Args:
        kubeconfig: its file, or its document; None is KUBECONFIG or the user's own.
        context: None is the current one.

    Raises:
        SourceError: no such file or context.
    """
    from aksnetpol import kube  # slow to import, and files alone don't need it

    name = kubeconfig if isinstance(kubeconfig, str) else ""
    document = kubeconfig if isinstance(kubeconfig, Mapping) else None
    try:
        api = kube.connected(Path(name) if name else document, context)
    except kube.KubeconfigError as error:
        raise SourceError(name or "kubeconfig", f"can't be used: {error.__cause__}") from None
    return _KubernetesApi(api, name or "the cluster")


class _KubernetesApi:
    """The Kubernetes client as an `Api`."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, path: str) -> dict[str, Any] | None:
        """Return the answer as plain JSON.

        Raises:
            SourceError: the cluster can't be reached, or forbids it.
        """
        from kubernetes.client.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        from aksnetpol import kube

        try:
            request = self._client.param_serialize("GET", path, auth_settings=["BearerToken"])
            answer = self._client.call_api(*request)
            answer.read()
            found = self._client.response_deserialize(answer, {"2XX": "object"}).data
        except ApiException as error:
            refusal = kube.refusal(error)
            if refusal.status == 404:
                return None
            raise SourceError(self._name, f"{path}: {refusal.status} {refusal.reason}") from None
        except HTTPError as error:
            raise SourceError(self._name, f"can't be reached: {error}") from None
        return found if is_mapping(found) else None
