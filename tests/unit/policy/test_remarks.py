"""What rows of connections cannot show: rules above layer 4, and rules about what nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from aksnetpol.policy import Reachability, analyze, load_objects
from tests.unit.policy.test_doubts import NAMESPACE, calico, cilium, pod

Json = dict[str, Any]
HTTP: Json = {
    "toPorts": [
        {"ports": [{"port": "80", "protocol": "TCP"}], "rules": {"http": [{"method": "GET", "path": "/a"}]}}
    ]
}
NAMES: Json = {"toPorts": [{"ports": [{"port": "443"}], "serverNames": ["x.org"]}]}
ACCOUNTS: Json = {"serviceAccounts": {"selector": "role == 'x'"}}


def reached(policy: Json, engine: str) -> Reachability:
    return analyze(load_objects([NAMESPACE, pod("web"), pod("db"), policy]).complete(), engine)


# Sources: Cilium docs, Layer 7; Calico docs, HTTP match.
ABOVE = [
    ("http", cilium(egress=[HTTP]), "cilium", "lets only HTTP GET /a through"),
    ("server-names", cilium(egress=[NAMES]), "cilium", "x.org"),
    (
        "calico-http",
        calico(
            selector="app == 'web'",
            types=["Ingress"],
            ingress=[{"action": "Allow", "protocol": "TCP", "http": {"methods": ["GET"]}}],
        ),
        "calico",
        "lets only HTTP GET through",
    ),
]
UNKNOWN = [
    (
        "entity",
        cilium(egress=[{"toEntities": ["kube-apiserver"]}]),
        "cilium",
        "may allow more: who kube-apiserver",
    ),
    (
        "cidr-group",
        cilium(egress=[{"toCIDRSet": [{"cidrGroupRef": "x"}]}]),
        "cilium",
        "may allow more: the addresses",
    ),
    ("denied-group", cilium(egressDeny=[{"toCIDRSet": [{"cidrGroupRef": "x"}]}]), "cilium", "may deny more"),
    (
        "accounts",
        calico(selector="all()", types=["Egress"], egress=[{"action": "Allow", "destination": ACCOUNTS}]),
        "calico",
        "service accounts",
    ),
]


@pytest.mark.parametrize(
    ("policy", "engine", "says"), [row[1:] for row in ABOVE], ids=[row[0] for row in ABOVE]
)
def test_above_layer_4(policy: Json, engine: str, says: str) -> None:
    (remark,) = reached(policy, engine).above_layer_4()
    assert says in remark.says
    assert "a/pod/web" in [str(ref) for ref in remark.workloads]


@pytest.mark.parametrize(
    ("policy", "engine", "says"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN]
)
def test_unknown(policy: Json, engine: str, says: str) -> None:
    (remark,) = reached(policy, engine).unknown()
    assert says in remark.says
    assert remark.number == 1


def test_another_engine_and_plain_rules_have_none() -> None:
    assert not reached(cilium(egress=[HTTP]), "calico").above_layer_4()
    assert not reached(cilium(egress=[{"toEntities": ["world"]}]), "cilium").unknown()
