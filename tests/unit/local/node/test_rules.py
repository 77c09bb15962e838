"""Policies as chains, and the transactions that change them."""

from __future__ import annotations

from typing import Any

import pytest

from aksnetpol.local.node.firewall import transaction
from aksnetpol.local.node.rules import Ruleset, compile_rules
from aksnetpol.policy import Direction, load_objects, profile

Json = dict[str, Any]
SERVER, CLIENT, OTHER, NODE = "10.1.0.2", "10.1.0.3", "10.1.0.4", "10.224.0.4"


def pod(name: str, address: str, **spec: Any) -> Json:
    container = {"name": "c", "image": "agnhost", "ports": [{"name": "web", "containerPort": 8080}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "n", "labels": {"app": name}},
        "spec": {"nodeName": "node", "containers": [container], **spec},
        "status": {"phase": "Running", "podIPs": [{"ip": address}]},
    }


BASE: list[Json] = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}},
    {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "node", "labels": {"kubernetes.io/os": "linux"}},
        "status": {"addresses": [{"type": "InternalIP", "address": NODE}]},
    },
    pod("server", SERVER),
    pod("client", CLIENT),
    pod("other", OTHER),
]


def policy(**spec: Any) -> Json:
    kind = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    selector = {"podSelector": {"matchLabels": {"app": "server"}}}
    return {**kind, "metadata": {"name": "p", "namespace": "n"}, "spec": {**selector, **spec}}


def compiled(*policies: Json, engine: str = "calico", extra: tuple[Json, ...] = ()) -> Ruleset:
    return compile_rules(load_objects([*BASE, *extra, *policies]).complete(), profile(engine))


def chain(rules: Ruleset, direction: Direction, address: str) -> tuple[str, ...]:
    verdict = rules.maps[direction][address]
    return rules.chains[verdict.removeprefix("goto ")]


CLIENT_PEER = {"podSelector": {"matchLabels": {"app": "client"}}}
INGRESS_CASES = {
    "nobody": (policy(ingress=[]), ("drop",)),
    "everybody": (policy(ingress=[{}]), ("accept", "drop")),
    "a pod on a port": (
        policy(ingress=[{"from": [CLIENT_PEER], "ports": [{"port": 80}]}]),
        (f"ip saddr {{ {CLIENT} }} tcp dport {{ 80 }} accept", "drop"),
    ),
    "a named port is the pod's own number": (
        policy(ingress=[{"from": [CLIENT_PEER], "ports": [{"port": "web"}]}]),
        (f"ip saddr {{ {CLIENT} }} tcp dport {{ 8080 }} accept", "drop"),
    ),
    "a protocol": (
        policy(ingress=[{"from": [CLIENT_PEER], "ports": [{"protocol": "UDP"}]}]),
        (f"ip saddr {{ {CLIENT} }} meta l4proto udp accept", "drop"),
    ),
    "a block outside": (
        policy(ingress=[{"from": [{"ipBlock": {"cidr": "192.168.0.0/16", "except": ["192.168.1.0/24"]}}]}]),
        (
            "ip saddr != @known ip saddr { 192.168.0.0-192.168.0.255, 192.168.2.0-192.168.255.255 } accept",
            "drop",
        ),
    ),
}


@pytest.mark.parametrize("name", INGRESS_CASES)
def test_ingress(name: str) -> None:
    document, expected = INGRESS_CASES[name]
    assert chain(compiled(document), Direction.INGRESS, SERVER) == expected


def test_egress_hands_over_to_the_destination() -> None:
    rules = compiled(policy(policyTypes=["Egress"], egress=[{"to": [CLIENT_PEER]}]))
    assert chain(rules, Direction.EGRESS, SERVER) == (f"ip daddr {{ {CLIENT} }} goto destination", "drop")
    assert rules.maps[Direction.EGRESS][CLIENT] == "goto destination"
    assert rules.maps[Direction.INGRESS][SERVER] == "accept"


@pytest.mark.parametrize(("engine", "inside"), [("calico", True), ("npm", True), ("cilium", False)])
def test_a_block_and_pods_by_engine(engine: str, inside: bool) -> None:
    rules = compiled(policy(ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]), engine=engine)
    text = " ".join(chain(rules, Direction.INGRESS, SERVER))
    assert (CLIENT in text) is inside
    assert "ip saddr != @known ip saddr { 10.0.0.0-10.255.255.255 }" in text


def test_no_engine_no_chains() -> None:
    rules = compiled(policy(ingress=[]), engine="none")
    assert rules.chains == {}
    assert set(rules.maps[Direction.INGRESS].values()) == {"accept"}


def test_a_node_reaches_its_own_pods_and_npm_lets_them_answer() -> None:
    assert f"{NODE} . {SERVER}" in compiled().own
    assert f"{SERVER} . {NODE}" not in compiled().own
    assert f"{SERVER} . {NODE}" in compiled(engine="npm").own


def test_host_network_pods_are_their_node() -> None:
    rules = compiled(extra=(pod("host", NODE, hostNetwork=True),))
    assert NODE not in rules.pods
    assert NODE in rules.known


def test_pods_with_equal_answers_share_a_chain() -> None:
    rules = compiled(
        {**policy(ingress=[{"ports": [{"port": 80}]}]), "spec": {"podSelector": {}, "ingress": []}}
    )
    assert len(rules.chains) == 1


def test_nothing_changes_nothing() -> None:
    rules = compiled(policy(ingress=[]))
    assert transaction(rules, compiled(policy(ingress=[]))) == ""


def test_a_change_touches_what_says_something_else() -> None:
    before = compiled(policy(ingress=[]))
    after = compiled(policy(ingress=[{"from": [CLIENT_PEER]}]))
    (old,), (new,) = before.chains, after.chains
    lines = transaction(before, after).splitlines()
    assert lines == [
        "table ip policies {",
        f"chain {new} {{",
        f"ip saddr {{ {CLIENT} }} accept",
        "drop",
        "}",
        "}",
        f"delete element ip policies ingress {{ {SERVER} : goto {old} }}",
        f"add element ip policies ingress {{ {SERVER} : goto {new} }}",
        f"delete chain ip policies {old}",
    ]


def test_an_unknown_state_is_replaced_whole() -> None:
    text = transaction(None, compiled())
    assert text.startswith("table ip policies {}\ndelete table ip policies\n")
    assert f"add element ip policies pods {{ {SERVER}, {CLIENT}, {OTHER} }}" in text
