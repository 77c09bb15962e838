"""Starts a verification: reads the cluster, chooses the connections, attempts them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aksnetpol import kube
from aksnetpol.policy import analyze, load_objects
from aksnetpol.policy.load import live
from aksnetpol.probe.coverage import Coverage, cover
from aksnetpol.probe.pods import Pods
from aksnetpol.probe.target import Target
from aksnetpol.probe.twins import is_twin, left_behind, pod_specs
from aksnetpol.probe.verify import Result, verify

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Proof:
    """What was attempted in a cluster, and what of its policies could not be."""

    target: Target
    results: Sequence[Result]
    coverage: Coverage

    @property
    def agrees(self) -> bool:
        """Whether it is proved that the cluster does what its policies say."""
        return not self.coverage.proves_nothing and not any(one.differs for one in self.results)


@dataclass(frozen=True)
class Attempt:
    """Chosen connections that exercise every rule of every policy.

    Args:
        manifests: of the cluster's pods, as the API server lists them.
    """

    target: Target
    coverage: Coverage
    pods: Pods
    manifests: Sequence[Json]

    def run(self, concurrency: int, done: Callable[[Result], None] = lambda _: None) -> Proof:
        """Attempt them.

        Args:
            concurrency: how many at the same time.
            done: told of each result, from any thread.

        Raises:
            ApiError: twins cannot be deleted.
        """
        specs = pod_specs(self.manifests)
        results = verify(self.pods, self.coverage, specs, concurrency=concurrency, done=done)
        return Proof(self.target, results, self.coverage)


def prepare(target: Target) -> Attempt:
    """Read a cluster and choose the connections; what a killed verification left there goes.

    Raises:
        PartialInputError: part of it can't be understood.
        ApiError: the cluster does not answer, or refuses.
    """
    cluster = kube.Cluster(target.kubeconfig, target.context)
    pods = Pods(cluster)
    objects = list(live.objects(cluster))
    manifests = [one for one in objects if one["kind"] == "Pod"]
    for namespace, name in left_behind(manifests, datetime.now(UTC)):
        pods.delete_config_map(namespace, name)
    # Another verification may be under way: its twins are nobody's workload.
    kept = [one for one in objects if one["kind"] != "Pod" or not is_twin(one)]
    loaded = load_objects(kept, target.context or str(target.kubeconfig or "cluster"))
    return Attempt(target, cover(analyze(loaded.complete(), target.engine)), pods, manifests)
