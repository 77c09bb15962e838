"""What Calico leaves in a cluster when AKS uninstalls it: found and deleted through the Kubernetes API."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from aksnetpol import kube
from aksnetpol.engines import NetworkPolicy
from aksnetpol.engines.moves import LiveCluster, is_running
from aksnetpol.migration.errors import CalicoLeftError, CalicoRunsError
from aksnetpol.waiting import Wait, WaitingError, until

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
_DEFINITIONS = ("apiextensions.k8s.io/v1", "customresourcedefinitions")
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

    def path(self, one: CustomObject | None = None) -> str:
        """Return where its objects are, or one of them."""
        plural, _, group = self.name.partition(".")
        version = f"{group}/{self.version}"
        return kube.path(version, plural, one.namespace, one.name) if one else kube.path(version, plural)


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
    """The rest of Calico in one cluster; every method raises ApiError where that does not answer, or refuses.

    Args:
        cluster: by a kubeconfig of somebody who may delete custom resource definitions.
    """

    def __init__(self, cluster: kube.Cluster) -> None:
        self._cluster = cluster

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
        for one in self._cluster.pages(kube.path(*_DEFINITIONS)):
            group = str(one["spec"]["group"])
            if any(group == known or group.endswith(f".{known}") for known in _GROUPS):
                served = next(each["name"] for each in one["spec"]["versions"] if each["served"])
                bare = Definition(str(one["metadata"]["name"]), str(served))
                objects = tuple(map(_object, self._cluster.pages(bare.path())))
                found.append(Definition(bare.name, bare.version, objects))
        return tuple(sorted(found, key=lambda one: one.name))

    def remove(self, definitions: Sequence[Definition]) -> None:
        """Delete definitions and, with them, their objects; returns when all are gone.

        Raises:
            CalicoLeftError: something is not gone in time.
        """
        for one in definitions:
            for item in one.objects:
                if item.guarded:
                    self._release(one.path(item))
            self._cluster.delete(kube.path(*_DEFINITIONS, name=one.name))
        names = {one.name for one in definitions}
        try:
            wait = Wait(
                "Calico's definitions to be gone", _PATIENCE, details=lambda: ", ".join(self._left(names))
            )
            until(lambda: not self._left(names), wait, _POLL)
        except WaitingError:
            raise CalicoLeftError(
                f"Not gone after {_PATIENCE:.0f} s: {', '.join(self._left(names))}. Run it again; if that "
                "does not help, see: kubectl get crd -o yaml"
            ) from None

    def _left(self, names: set[str]) -> list[str]:
        there = {str(one["metadata"]["name"]) for one in self._cluster.pages(kube.path(*_DEFINITIONS))}
        return sorted(names & there)

    def _release(self, path: str) -> None:
        """Take an object's finalizers off, or it, and its definition, would wait for ever."""
        try:
            self._cluster.merge(path, {"metadata": {"finalizers": None}})
        except kube.ApiError as error:
            if error.status != 404:
                raise

    def _running(self) -> Iterator[Json]:
        labelled = self._cluster.pages(kube.path("v1", "pods"), f"k8s-app in ({', '.join(sorted(_APPS))})")
        of_calico = (self._cluster.pages(kube.path("v1", "pods", at)) for at in sorted(_NAMESPACES))
        seen: set[str] = set()
        for pod in chain(labelled, *of_calico):
            uid = str(pod["metadata"]["uid"])
            if uid not in seen and is_running(pod):
                seen.add(uid)
                yield pod


def _object(item: Json) -> CustomObject:
    metadata: Json = item["metadata"]
    return CustomObject(
        str(metadata.get("namespace", "")), str(metadata["name"]), bool(metadata.get("finalizers"))
    )
