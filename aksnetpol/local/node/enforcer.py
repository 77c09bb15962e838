"""Turns what the API says into rules whenever something that matters to them changed."""

import logging
from collections.abc import Mapping, Sequence

from aksnetpol.local.arm.backend import ClusterSpec
from aksnetpol.local.kubernetes.api import Json
from aksnetpol.local.node import pods
from aksnetpol.local.node.firewall import Firewall
from aksnetpol.local.node.nodes import Node, engine_profile, node_document
from aksnetpol.local.node.pod_run import PodRun
from aksnetpol.local.node.rules import compile_rules
from aksnetpol.local.node.sandbox import Sandbox
from aksnetpol.local.node.services import frontends, service_rules
from aksnetpol.policy import load_objects

_log = logging.getLogger(__name__)


class Enforcer:
    """The rules of one sandbox.

    Args:
        sandbox: a started one, without rules.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._firewall = Firewall(sandbox)
        self._seen: object = None
        self._services = ""

    def enforce(
        self,
        cluster: ClusterSpec,
        nodes: Sequence[Node],
        runs: Sequence[PodRun],
        objects: Mapping[str, Sequence[Json]],
    ) -> None:
        """Make the kernel hold the rules of now.

        Args:
            cluster: whose engine it is.
            nodes: all of them.
            runs: every pod that has an address, or is about to get it.
            objects: namespaces, policies, services and slices.

        Raises:
            NodeError: the kernel refused; it holds what it held before.
        """
        seen = _fingerprint(cluster, nodes, runs, objects)
        if seen != self._seen:
            documents = [
                *objects["namespaces"],
                *(_node(cluster, node) for node in nodes),
                *(_pod(run) for run in runs if not run.finished),
                *objects["policies"],
            ]
            loaded = load_objects(documents, cluster.name)
            for finding in loaded.findings if loaded.partial else ():
                _log.warning("%s: %s", cluster.name, finding)
            self._firewall.apply(compile_rules(loaded.cluster, engine_profile(cluster.network_policy)))
            self._seen = seen
        services = service_rules(frontends(objects["services"], objects["slices"]), cluster.service_cidr)
        if services != self._services:
            self._sandbox.run("nft", "-f", "-", given=services)
            self._services = services


def _fingerprint(
    cluster: ClusterSpec, nodes: Sequence[Node], runs: Sequence[PodRun], objects: Mapping[str, Sequence[Json]]
) -> object:
    """Everything that the rules depend on."""
    versions = sorted(
        (item["metadata"]["uid"], item["metadata"]["resourceVersion"])
        for kind in ("namespaces", "policies")
        for item in objects[kind]
    )
    return (
        cluster.network_policy,
        versions,
        [(node.name, node.address) for node in nodes],
        sorted(
            (pods.uid_of(run.pod), run.address, run.finished, _labels(run.pod), run.node.name) for run in runs
        ),
    )


def _labels(pod: Json) -> str:
    return repr(sorted((pod["metadata"].get("labels") or {}).items()))


def _pod(run: PodRun) -> Json:
    # The API learns the address after the rules are there.
    status = {"phase": "Running", "podIPs": [{"ip": run.address}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": run.pod["metadata"],
        "spec": run.pod["spec"],
        "status": status,
    }


def _node(cluster: ClusterSpec, node: Node) -> Json:
    addresses = [{"type": "InternalIP", "address": node.address}]
    return {**node_document(cluster, node), "status": {"addresses": addresses}}
