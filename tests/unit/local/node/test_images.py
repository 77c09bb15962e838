"""Which images are agnhost, and what runs for them."""

from __future__ import annotations

from typing import Any

import pytest

from aksnetpol.local.node.images import arguments, environment_of, is_agnhost

POD: dict[str, Any] = {
    "metadata": {"name": "p", "namespace": "n", "uid": "u"},
    "spec": {"nodeName": "node"},
}


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("registry.k8s.io/e2e-test-images/agnhost:2.63.0", True),
        ("k8s.gcr.io/e2e-test-images/agnhost:2.33", True),
        ("localhost:5000/agnhost", True),
        ("agnhost", True),
        (f"registry.k8s.io/e2e-test-images/agnhost@sha256:{'a' * 64}", True),
        ("nginx", False),
        ("example.com/agnhost/nginx:1", False),
        ("myagnhost:1", False),
        ("agnhost-fork:1", False),
    ],
)
def test_is_agnhost(image: str, expected: bool) -> None:
    assert is_agnhost({"name": "c", "image": image}) is expected


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({}, ["/agnhost", "pause"]),
        ({"args": ["netexec"]}, ["/agnhost", "netexec"]),
        ({"command": ["sh", "-c"], "args": ["true"]}, ["sh", "-c", "true"]),
        ({"command": ["sh"]}, ["sh"]),
        (
            {"args": ["$(PORT)", "$$(PORT)", "$(OTHER)", "a$(PORT)b"]},
            ["/agnhost", "80", "$(PORT)", "$(OTHER)", "a80b"],
        ),
    ],
)
def test_arguments(container: dict[str, Any], expected: list[str]) -> None:
    assert arguments(container, {"PORT": "80"}) == expected


def test_environment_is_values_and_fields_of_the_pod() -> None:
    container = {
        "env": [
            {"name": "A", "value": "1"},
            {"name": "B", "value": "$(A)2"},
            {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        ]
    }
    assert environment_of(container, POD, "10.1.0.2") == {
        "A": "1",
        "B": "12",
        "IP": "10.1.0.2",
        "NODE": "node",
    }


@pytest.mark.parametrize(
    "container",
    [
        {"env": [{"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]},
        {"envFrom": [{"configMapRef": {"name": "c"}}]},
    ],
)
def test_what_local_mode_has_not_is_refused(container: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match="fields of the pod"):
        environment_of(container, POD, "10.1.0.2")
