"""Labels that engines give pods by themselves, for their selectors to ask."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from aksnetpol.policy.model.cluster import Pod

# Calico docs, "Selectors" (libcalico-go, conversion: workload endpoints); Cilium docs, "Service accounts".
_IMPLIED: Mapping[str, Callable[[Pod], str]] = {
    "projectcalico.org/namespace": lambda pod: pod.namespace,
    "projectcalico.org/orchestrator": lambda _: "k8s",
    "projectcalico.org/serviceaccount": lambda pod: pod.service_account,
    "io.cilium.k8s.policy.serviceaccount": lambda pod: pod.service_account,
}

# Calico gives pods the labels of their namespace and service account under these (libcalico-go, conversion).
_INHERITED = ("pcns.", "pcsa.")


def untold(asked: Collection[str]) -> frozenset[str]:
    """Return those of the asked label keys whose values no manifest of a pod tells."""
    return frozenset(key for key in asked if key.startswith(_INHERITED))


def implied_keys(asked: Collection[str]) -> tuple[str, ...]:
    """Return those of the asked label keys that pods have without a manifest saying so."""
    return tuple(key for key in _IMPLIED if key in asked)


def labels_of(pod: Pod, keys: tuple[str, ...]) -> Mapping[str, str]:
    """Return a pod's labels with the implied ones of the given keys."""
    return {**pod.labels, **{key: _IMPLIED[key](pod) for key in keys}} if keys else pod.labels
