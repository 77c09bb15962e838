"""What a cluster holds, read back from its API server."""

from dataclasses import dataclass
from typing import Any

import yaml
from kubernetes.client import ApiClient, CoreV1Api, NetworkingV1Api
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from aksnetpol import kube
from aksnetpol.deploy.errors import DeployError


@dataclass(frozen=True)
class Node:
    """A node: its pool, operating system and kubelet version."""

    name: str
    pool: str
    os: str
    version: str
    ready: bool


@dataclass(frozen=True)
class Pod:
    """A pod: where it runs and by which address."""

    namespace: str
    name: str
    node: str
    phase: str
    address: str


@dataclass(frozen=True)
class Policy:
    """A NetworkPolicy: whom it selects and which directions it isolates."""

    namespace: str
    name: str
    selects: str
    policy_types: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """What a cluster holds.

    Args:
        pods, policies: of the namespace that was asked for.
    """

    nodes: tuple[Node, ...]
    pods: tuple[Pod, ...]
    policies: tuple[Policy, ...]


def read(kubeconfig: str, namespace: str) -> Contents:
    """Ask the API server.

    Args:
        kubeconfig: its text, as AKS gives it.

    Raises:
        DeployError: the API server does not answer, or refuses.
    """
    api = kube.connected(yaml.safe_load(kubeconfig))
    core, networking = CoreV1Api(api), NetworkingV1Api(api)
    try:
        return Contents(
            tuple(_node(item) for item in _items(api, core.list_node())),
            tuple(_pod(item) for item in _items(api, core.list_namespaced_pod(namespace))),
            tuple(
                _policy(item) for item in _items(api, networking.list_namespaced_network_policy(namespace))
            ),
        )
    except ApiException as error:
        raise DeployError(f"The cluster's API server refused: {error.status} {error.reason}.") from error
    except HTTPError as error:
        host = api.configuration.host
        raise DeployError(f"The cluster's API server at {host} does not answer: {error}.") from error
    finally:
        api.close()


def _items(api: ApiClient, answer: object) -> list[dict[str, Any]]:
    """A list as plain JSON: the client's models leave every field optional."""
    plain: Any = api.sanitize_for_serialization(answer)
    return plain["items"]


def _node(item: dict[str, Any]) -> Node:
    labels, status = item["metadata"].get("labels", {}), item.get("status", {})
    conditions = status.get("conditions", ())
    return Node(
        name=item["metadata"]["name"],
        pool=labels.get("kubernetes.azure.com/agentpool", ""),
        os=labels.get("kubernetes.io/os", ""),
        version=status.get("nodeInfo", {}).get("kubeletVersion", ""),
        ready=any(one["type"] == "Ready" and one["status"] == "True" for one in conditions),
    )


def _pod(item: dict[str, Any]) -> Pod:
    return Pod(
        namespace=item["metadata"]["namespace"],
        name=item["metadata"]["name"],
        node=item["spec"].get("nodeName", ""),
        phase=item["status"].get("phase", ""),
        address=item["status"].get("podIP", ""),
    )


def _policy(item: dict[str, Any]) -> Policy:
    selector = item["spec"].get("podSelector", {})
    terms = [f"{key}={value}" for key, value in sorted(selector.get("matchLabels", {}).items())]
    terms += [_expression(one) for one in selector.get("matchExpressions", ())]
    return Policy(
        namespace=item["metadata"]["namespace"],
        name=item["metadata"]["name"],
        selects=", ".join(terms) or "all pods",
        policy_types=tuple(item["spec"].get("policyTypes", ())),
    )


def _expression(raw: dict[str, Any]) -> str:
    return " ".join((raw["key"], raw["operator"], ",".join(raw.get("values", ())))).strip()
