"""The documented walkthrough, step by step, in a namespace of its own.

AKS docs, use-network-policies, "Verify network policy setup".
"""

import secrets
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aksnetpol import kube
from aksnetpol.policy import analyze, load_objects
from aksnetpol.probe.connect import AGNHOST_IMAGE, Answer, Outcome, command
from aksnetpol.probe.pods import Pods
from aksnetpol.probe.target import Target

PORT = 80
POLICY: Mapping[str, Any] = {
    "metadata": {"name": "demo-policy"},
    "spec": {
        "podSelector": {"matchLabels": {"app": "server"}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [{"podSelector": {"matchLabels": {"app": "client"}}}],
                "ports": [{"port": PORT, "protocol": "TCP"}],
            }
        ],
    },
}
_STARTS = {"linux": 120.0, "windows": 900.0}  # seconds; Windows images are gigabytes
_SETTLES = 30.0  # seconds that an engine may take until it enforces an edit


@dataclass(frozen=True)
class Step:
    """One step of the walkthrough.

    Args:
        seconds: from the edit until the expected answer, or until it was given up.
    """

    title: str
    expected: Outcome
    seen: Outcome
    said: str
    seconds: float

    @property
    def as_expected(self) -> bool:
        """Whether the cluster does what the documentation says."""
        return self.expected is self.seen


def walk(pods: Pods, server_os: str, client_os: str, image: str = AGNHOST_IMAGE) -> Iterator[Step]:
    """Yield each step when it is done; everything that was made is gone afterwards, whatever happens.

    Args:
        server_os, client_os: "linux" or "windows".

    Raises:
        ApiError: the cluster does not answer, or refuses.
        ProbeError: a pod does not start.
    """
    with _namespace(pods) as namespace:
        serve = ["serve-hostname", "--tcp", "--http=false", "--port", str(PORT)]
        pods.make(namespace, "Pod", _pod("server", server_os, image, serve, {"app": "server"}))
        pods.make(namespace, "Pod", _pod("client", client_os, image, ["pause"], {}))
        address = pods.running(namespace, "server", _STARTS[server_os])
        pods.running(namespace, "client", _STARTS[client_os])

        def attempt() -> Answer:
            return pods.run(namespace, "client", "client", command(address, PORT, "TCP"))

        yield _step("before any policy", Outcome.OPEN, attempt)
        pods.make(namespace, "NetworkPolicy", POLICY)
        yield _step("demo-policy applied", Outcome.TIMEOUT, attempt)
        pods.label(namespace, "client", {"app": "client"})
        yield _step("client labelled app=client", Outcome.OPEN, attempt)
        pods.label(namespace, "client", {"app": None})
        pods.delete_policy(namespace, POLICY["metadata"]["name"])
        yield _step("clean-up", Outcome.OPEN, attempt)


@contextmanager
def _namespace(pods: Pods) -> Generator[str]:
    name = f"aksnetpol-verify-{secrets.token_hex(3)}"
    pods.make_namespace(name, {"app.kubernetes.io/managed-by": "aksnetpol"})
    try:
        yield name
    finally:
        pods.delete_namespace(name)


def _pod(name: str, os: str, image: str, arguments: list[str], labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": dict(labels)},
        "spec": {
            "nodeSelector": {"kubernetes.io/os": os},
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 1,
            "containers": [{"name": name, "image": image, "command": ["/agnhost"], "args": arguments}],
        },
    }


def _step(title: str, expected: Outcome, attempt: Callable[[], Answer]) -> Step:
    """Try until the answer is the expected one: engines take a moment to enforce an edit."""
    began = time.monotonic()
    while True:
        answer = attempt()
        spent = time.monotonic() - began
        if answer.outcome is expected or spent > _SETTLES:
            return Step(title, expected, answer.outcome, answer.text.strip(), spent)


def start(target: Target, server_os: str, client_os: str) -> Iterator[Step]:
    """Yield each step when it is done, as the model answers it where the target sends no packets.

    Args:
        server_os, client_os: "linux" or "windows".

    Raises:
        ApiError: the cluster does not answer, or refuses.
        ProbeError: a pod does not start.
    """
    if target.is_model:
        return modelled(target.engine, server_os, client_os)
    return walk(Pods(kube.Cluster(target.kubeconfig, target.context)), server_os, client_os)


def modelled(engine: str, server_os: str, client_os: str) -> Iterator[Step]:
    """Yield the same steps as the model answers them, where no packet can be sent.

    Args:
        engine: a profile of `aksnetpol.policy`.
    """
    for title, expected, labels, policies in (
        ("before any policy", Outcome.OPEN, {}, []),
        ("demo-policy applied", Outcome.TIMEOUT, {}, [POLICY]),
        ("client labelled app=client", Outcome.OPEN, {"app": "client"}, [POLICY]),
        ("clean-up", Outcome.OPEN, {}, []),
    ):
        objects = [
            _object("Pod", _pod("server", server_os, AGNHOST_IMAGE, [], {"app": "server"})),
            _object("Pod", _pod("client", client_os, AGNHOST_IMAGE, [], labels)),
            *(_object("NetworkPolicy", policy) for policy in policies),
        ]
        verdict = analyze(load_objects(objects).complete(), engine).can("demo/client", "demo/server", PORT)
        seen = Outcome.OPEN if verdict.allowed else Outcome.TIMEOUT
        yield Step(title, expected, seen, verdict.ingress.text if verdict.ingress else "", 0.0)


def _object(kind: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    version = "v1" if kind == "Pod" else "networking.k8s.io/v1"
    metadata = {**manifest["metadata"], "namespace": "demo"}
    return {"apiVersion": version, "kind": kind, **manifest, "metadata": metadata}
