"""The conformance tests of ClusterNetworkPolicy as data: a cluster, policies, edits, and what then connects.

Source: kubernetes-sigs/network-policy-api, conformance/tests and conformance/base (0eec1b0, 2026-07-01).
Pods are written as their first letter and number: h0 is harry-potter-0 of gryffindor, d0 draco-malfoy-0 of
slytherin, c0 cedric-diggory-0 of hufflepuff, l0 luna-lovegood-0 of ravenclaw, n1 centaur-1, on the host
network. The tests of a suite run in order, each on what the edits before it left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Edit = Callable[["World"], None]
NAME = "kubernetes.io/metadata.name"
HOST_PORTS = tuple(range(34345, 34353))
HOUSES = {
    "h": ("gryffindor", "harry-potter"),
    "d": ("slytherin", "draco-malfoy"),
    "c": ("hufflepuff", "cedric-diggory"),
    "l": ("ravenclaw", "luna-lovegood"),
    "n": ("forbidden-forrest", "centaur"),
}
PODS = [f"{house}{number}" for house in HOUSES for number in (0, 1)]
_POKE = re.compile(r"(\w\d) (\w\d) (TCP|UDP|SCTP)/(\d+) ([+-])")


@dataclass(frozen=True)
class Poke:
    """One attempt to connect, by pods' short names, and whether it must succeed."""

    source: str
    destination: str
    protocol: str
    port: int
    allowed: bool


@dataclass(frozen=True)
class Run:
    """One test of a suite.

    Args:
        pokes: attempts such as "h0 l0 TCP/80 +", with + for allowed and - for denied.
        edit: made before them.
    """

    name: str
    pokes: tuple[Poke, ...]
    edit: Edit | None = None


@dataclass(frozen=True)
class Suite:
    """One conformance test: its policies, and what is tried under them."""

    name: str
    policies: tuple[Json, ...]
    runs: tuple[Run, ...]


@dataclass
class World:
    """What a suite's edits change: policies by name, and labels of namespaces by house."""

    policies: dict[str, Json]
    houses: dict[str, str] = field(default_factory=lambda: {house: house for house, _ in HOUSES.values()})


def run(name: str, pokes: str, edit: Edit | None = None) -> Run:
    """Read a test from its pokes, separated by commas."""
    return Run(name, tuple(_poke(text.strip()) for text in pokes.split(",")), edit)


def _poke(text: str) -> Poke:
    found = _POKE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    source, destination, protocol, port, mark = found.groups()
    return Poke(source, destination, protocol, int(port), mark == "+")


def policy(
    name: str,
    tier: str,
    priority: int,
    subject: Json,
    *,
    ingress: list[Json] | None = None,
    **rest: list[Json],
) -> Json:
    """Return a ClusterNetworkPolicy; a rule says `peers` where manifests say `from` and `to`."""
    sections = {"ingress": ("from", ingress), "egress": ("to", rest.get("egress"))}
    spec: Json = {"tier": tier, "priority": priority, "subject": subject}
    for section, (key, rules) in sections.items():
        if rules:
            spec[section] = [
                {key if part == "peers" else part: rule[part] for part in rule} for rule in rules
            ]
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": name},
        "spec": spec,
    }


def rule(action: str, *peers: Json, protocols: Mapping[str, int | tuple[int, int]] | None = None) -> Json:
    """Return a rule for peers, limited to a port or a range of each protocol given."""
    limits = [{protocol: {"destinationPort": _port(port)}} for protocol, port in (protocols or {}).items()]
    return {"action": action, "peers": list(peers), **({"protocols": limits} if limits else {})}


def _port(port: int | tuple[int, int]) -> Json:
    return {"number": port} if isinstance(port, int) else {"range": {"start": port[0], "end": port[1]}}


def called(house: str) -> Json:
    """Return a subject or peer: the namespaces with a name."""
    return {"namespaces": {"matchLabels": {NAME: house}}}


def labelled(house: str) -> Json:
    """Return a subject or peer: the namespaces with a house's label."""
    return {"namespaces": {"matchLabels": {"conformance-house": house}}}


def pods_of(house: str) -> Json:
    """Return a subject or peer: pods with a house's label in namespaces with that label."""
    label = {"matchLabels": {"conformance-house": house}}
    return {"pods": {"namespaceSelector": label, "podSelector": label}}


NODES: Json = {"nodes": {"matchLabels": {"kubernetes.io/os": "linux"}}}
INTERNET: Json = {"networks": ["0.0.0.0/0", "::/0"]}


def swap(name: str, first: int, second: int, *sections: str) -> Edit:
    """Let two rules change places."""

    def edit(world: World) -> None:
        for section in sections:
            rules = world.policies[name]["spec"][section]
            rules[first], rules[second] = rules[second], rules[first]

    return edit


def set_protocols(name: str, section: str, index: int, protocols: list[Json]) -> Edit:
    """Give a rule other ports."""

    def edit(world: World) -> None:
        world.policies[name]["spec"][section][index]["protocols"] = protocols

    return edit


def insert(name: str, new: Json) -> Edit:
    """Put a rule for egress before all others."""

    def edit(world: World) -> None:
        first = {"to" if key == "peers" else key: value for key, value in new.items()}
        world.policies[name]["spec"]["egress"].insert(0, first)

    return edit


def set_action(name: str, section: str, action: str) -> Edit:
    """Give the first rule another action."""

    def edit(world: World) -> None:
        world.policies[name]["spec"][section][0]["action"] = action

    return edit


def set_priority(name: str, priority: int) -> Edit:
    """Give a policy another priority."""

    def edit(world: World) -> None:
        world.policies[name]["spec"]["priority"] = priority

    return edit


def delete(name: str) -> Edit:
    """Delete a policy."""

    def edit(world: World) -> None:
        del world.policies[name]

    return edit


def relabel(house: str, label: str) -> Edit:
    """Give a namespace another label."""

    def edit(world: World) -> None:
        world.houses[house] = label

    return edit


def address(pod: str) -> str:
    """Return a pod's address; on the host network, its node's."""
    if pod[0] == "n":
        return f"192.168.0.{1 + int(pod[1])}"
    return f"10.244.{list(HOUSES).index(pod[0])}.{10 + int(pod[1])}"


def path(pod: str) -> str:
    """Return a pod's namespace and name."""
    house, name = HOUSES[pod[0]]
    return f"{house}/{name}-{pod[1]}"


def manifests(world: World) -> list[Json]:
    """Return the cluster: two nodes, five namespaces with two pods each, and the policies."""
    namespaces = [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": house, "labels": {"conformance-house": label}},
        }
        for house, label in world.houses.items()
    ]
    return [*map(_node, (0, 1)), *namespaces, *map(_pod, PODS), *world.policies.values()]


def _node(number: int) -> Json:
    addresses = [{"type": "InternalIP", "address": address(f"n{number}")}]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": f"node{number}", "labels": {"kubernetes.io/os": "linux"}},
        "status": {"addresses": addresses},
    }


def _pod(pod: str) -> Json:
    house, _, name = path(pod).partition("/")
    ports = [
        {"name": "web", "containerPort": 80, "protocol": "TCP"},
        {"name": "dns", "containerPort": 53, "protocol": "UDP"},
    ]
    spec = {"hostNetwork": True, "nodeName": f"node{pod[1]}"} if pod[0] == "n" else {"nodeName": "node0"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": house, "name": name, "labels": {"conformance-house": house}},
        "spec": {**spec, "containers": [{"name": "c", "image": "agnhost", "ports": ports}]},
        "status": {"phase": "Running", "podIPs": [{"ip": address(pod)}], "hostIP": address(f"n{pod[1]}")},
    }
