"""The boundary to a cluster's pods: make, label, run commands in, delete. The same for AKS and local."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3.exceptions
import yaml
from kubernetes import client
from kubernetes import stream as untyped_stream
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import ws_client
from websocket import WebSocket

from aksnetpol import kube, subprocesses
from aksnetpol.documents import entries, is_mapping, mapping
from aksnetpol.probe.connect import Answer
from aksnetpol.probe.errors import ProbeError
from aksnetpol.waiting import Wait, WaitingError, until

_POLL = 0.2  # seconds
_COMMAND_SECONDS = 30

Json = Mapping[str, Any]
_streams: Any = untyped_stream  # what it gives has no types either


class _LimitedWebSocket(WebSocket):
    """The client sets no limit to the handshake of an exec, and takes none."""

    def connect(self, url: str, **options: Any) -> None:
        """Connect, within the time that the command has."""
        untyped: Any = super()
        untyped.connect(url, timeout=_COMMAND_SECONDS, **options)


ws_client.WebSocket = _LimitedWebSocket  # pyright: ignore[reportPrivateImportUsage]


@dataclass(frozen=True)
class Pods:
    """A cluster, by the kubeconfig of someone who may make namespaces and pods.

    Args:
        kubeconfig: its file; None is KUBECONFIG or the user's own.
        context: None is the current one.
    """

    kubeconfig: Path | None = None
    context: str | None = None
    _api: list[client.CoreV1Api] = field(default_factory=list[client.CoreV1Api], repr=False)

    def make_namespace(self, name: str, labels: Mapping[str, str]) -> None:
        """Make a namespace."""
        body: Any = {"metadata": {"name": name, "labels": dict(labels)}}
        self._call(lambda api: api.create_namespace(body))

    def delete_namespace(self, name: str) -> None:
        """Delete a namespace with all that is in it, and wait until it is gone; one that is gone is fine."""
        self._call(lambda api: api.delete_namespace(name), missing_is_fine=True)
        ends = time.monotonic() + 120
        while self._call(lambda api: api.read_namespace(name), missing_is_fine=True) is not None:
            if time.monotonic() > ends:
                raise ProbeError(
                    f"Namespace {name} is not gone after 2 minutes. Delete it: kubectl delete ns {name}"
                )
            time.sleep(_POLL)

    def make(self, namespace: str, kind: str, body: Json) -> str:
        """Make a Pod, a ConfigMap or a NetworkPolicy; returns its uid.

        Args:
            body: the manifest, with metadata and what follows.
        """
        manifest: Any = dict(body)

        def create(api: client.CoreV1Api) -> Any:
            match kind:
                case "Pod":
                    return api.create_namespaced_pod(namespace, manifest)
                case "ConfigMap":
                    return api.create_namespaced_config_map(namespace, manifest)
                case _:
                    return _networking(api).create_namespaced_network_policy(namespace, manifest)

        return str(self._call(create).metadata.uid)

    def delete_config_map(self, namespace: str, name: str) -> None:
        """Delete a ConfigMap and, in the background, what it owns."""
        self._call(
            lambda api: api.delete_namespaced_config_map(name, namespace, propagation_policy="Background"),
            missing_is_fine=True,
        )

    def delete_pod(self, namespace: str, name: str) -> None:
        """Delete a pod at once; one that is gone is fine."""
        self._call(
            lambda api: api.delete_namespaced_pod(name, namespace, grace_period_seconds=0),
            missing_is_fine=True,
        )

    def delete_policy(self, namespace: str, name: str) -> None:
        """Delete a NetworkPolicy; one that is gone is fine."""
        self._call(
            lambda api: _networking(api).delete_namespaced_network_policy(name, namespace),
            missing_is_fine=True,
        )

    def label(self, namespace: str, pod: str, labels: Mapping[str, str | None]) -> None:
        """Set labels of a pod; None removes one."""
        body: Any = {"metadata": {"labels": dict(labels)}}
        self._call(lambda api: api.patch_namespaced_pod(pod, namespace, body))

    def running(self, namespace: str, pod: str, timeout: float) -> str:
        """Wait until a pod runs; returns its address.

        Args:
            timeout: seconds; a Windows image is gigabytes.

        Raises:
            ProbeError: it does not run in time.
        """
        seen = ["no status"]

        def address() -> str | None:
            found: Any = self._call(lambda api: api.read_namespaced_pod(pod, namespace))
            seen[0] = str(found.status.phase)
            ready = found.status.phase == "Running" and _containers_ready(found)
            return str(found.status.pod_ip) if ready and found.status.pod_ip else None

        wait = Wait(f"pod {namespace}/{pod} to run", timeout, details=lambda: seen[0])
        try:
            return until(address, wait, _POLL)
        except WaitingError:
            raise ProbeError(
                f"Pod {namespace}/{pod} does not run after {timeout:.0f} s ({seen[0]}). "
                f"See: kubectl describe pod {pod} -n {namespace}"
            ) from None

    def run(self, namespace: str, pod: str, container: str, command: list[str]) -> Answer:
        """Run a command in a container of a pod and wait for it.

        Raises:
            ProbeError: the API server refuses, or the command does not end.
        """
        # `stream` patches the client it is given, so each command has one of its own.
        connection = self._connect()
        api = client.CoreV1Api(connection)
        try:
            socket = _streams.stream(
                api.connect_get_namespaced_pod_exec,
                pod,
                namespace,
                container=container,
                command=command,
                stdout=True,
                stderr=True,
                stdin=False,
                tty=False,
                _preload_content=False,
            )
            socket.run_forever(timeout=_COMMAND_SECONDS)
            text = f"{socket.read_stdout() or ''}{socket.read_stderr() or ''}"
            return Answer(_code(socket.read_channel(ws_client.ERROR_CHANNEL)), text)
        except ApiException as error:
            if subprocesses.ending():  # the client makes an interrupt an error of its own
                raise KeyboardInterrupt from None
            raise ProbeError(f"exec in {namespace}/{pod}: {_reason(error)}") from error
        finally:
            connection.close()

    def _call(self, call: Callable[[client.CoreV1Api], Any], *, missing_is_fine: bool = False) -> Any:
        if not self._api:
            self._api.append(client.CoreV1Api(self._connect()))
        try:
            return call(self._api[0])
        except ApiException as error:
            if kube.refusal(error).status == 404 and missing_is_fine:
                return None
            raise ProbeError(f"The cluster refuses: {_reason(error)}") from error
        except urllib3.exceptions.HTTPError as error:
            raise ProbeError(
                f"The cluster does not answer: {error}. For local mode: aksnetpol local start"
            ) from error

    def _connect(self) -> client.ApiClient:
        try:
            return kube.connected(self.kubeconfig, self.context)
        except kube.KubeconfigError as error:
            raise ProbeError(str(error)) from error


def _networking(api: client.CoreV1Api) -> client.NetworkingV1Api:
    untyped: Any = api
    return client.NetworkingV1Api(untyped.api_client)


def _containers_ready(pod: Any) -> bool:
    statuses: list[Any] = pod.status.container_statuses or []
    return bool(statuses) and all(one.ready for one in statuses)


def _code(status: str | None) -> int:
    """Read the exit code from the status that closes an exec (v1.Status, details.causes)."""
    found: Any = yaml.safe_load(status or "") or {}
    if found.get("status") == "Success":
        return 0
    causes: Sequence[Json] = entries(mapping(found.get("details")).get("causes"))
    codes = [str(one["message"]) for one in causes if one.get("reason") == "ExitCode"]
    if not codes:
        raise ProbeError(f"the command did not end: {found.get('message', 'no answer in time')}")
    return int(codes[0])


def _reason(error: ApiException) -> str:
    refusal = kube.refusal(error)
    try:
        body: Any = yaml.safe_load(refusal.body or "")
    except yaml.YAMLError:
        body = None
    said = body.get("message") if is_mapping(body) else None
    return f"{refusal.status} {said or refusal.reason}"
