"""Ready policies: what they allow, and that the demo's is the repository's."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol.policy import Direction, analyze, load_objects
from aksnetpol.policy.generate import BOTH, allow_dns, default_deny, demo_policy

DEMO = Path(__file__).parents[4] / "policies" / "demo" / "demo-policy.yaml"


def pod(namespace: str, name: str, **labels: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"containers": [{"name": "main", "image": "agnhost"}]},
    }


PODS = [
    pod("shop", "web"),
    pod("shop", "db"),
    pod("kube-system", "coredns", **{"k8s-app": "kube-dns"}),
    pod("kube-system", "metrics"),
    pod("other", "fake", **{"k8s-app": "kube-dns"}),
]


@pytest.mark.parametrize(
    ("directions", "inward", "outward"),
    [
        pytest.param(BOTH, False, False, id="both"),
        pytest.param([Direction.INGRESS], False, True, id="ingress"),
        pytest.param([Direction.EGRESS], True, False, id="egress"),
    ],
)
def test_default_deny(directions: list[Direction], inward: bool, outward: bool) -> None:
    reach = analyze(load_objects([*PODS, default_deny("shop", directions)]).complete())
    assert reach.can("kube-system/metrics", "shop/web").allowed is inward
    assert reach.can("shop/web", "kube-system/metrics").allowed is outward
    assert reach.can("kube-system/metrics", "other/fake").allowed


@pytest.mark.parametrize(
    ("target", "port", "protocol", "allowed"),
    [
        pytest.param("kube-system/coredns", 53, "UDP", True, id="udp"),
        pytest.param("kube-system/coredns", 53, "TCP", True, id="tcp"),
        pytest.param("kube-system/coredns", 9153, "TCP", False, id="another-port"),
        pytest.param("kube-system/metrics", 53, "UDP", False, id="another-pod"),
        pytest.param("other/fake", 53, "UDP", False, id="another-namespace"),
        pytest.param("203.0.113.7", 53, "UDP", False, id="outside"),
    ],
)
def test_allow_dns(target: str, port: int, protocol: str, allowed: bool) -> None:
    reach = analyze(load_objects([*PODS, default_deny("shop", BOTH), allow_dns("shop")]).complete())
    assert reach.can("shop/web", target, port, protocol).allowed is allowed


def test_demo_is_the_repositorys() -> None:
    written = yaml.safe_load(DEMO.read_text())
    made = demo_policy()
    assert made["metadata"].pop("namespace") == "demo"
    assert made == written
