"""Both snapshots on the same ends, held against the pairs that each snapshot alone gives."""

from __future__ import annotations

import json
import random
from itertools import product
from typing import Any

import pytest

from aksnetpol.policy import Domain, Node, Outside, Reachability, analyze, load_objects
from aksnetpol.policy.ask.connectivity import Connectivity, End, When, connectivity
from aksnetpol.policy.model.addresses import address_point, cidr_interval
from aksnetpol.policy.model.cluster import Protocol, WorkloadRef
from tests.unit.policy.cases import BASE, Manifest, pod, policy

PORTS = ((Protocol.TCP, 80), (Protocol.TCP, 443), (Protocol.UDP, 53))
ADDRESSES = ("10.9.0.1", "10.9.1.1", "192.0.2.1", "2001:db8::1")
PEERS: tuple[Manifest, ...] = (
    {"podSelector": {}},
    {"podSelector": {"matchLabels": {"app": "client"}}},
    {"namespaceSelector": {"matchLabels": {"team": "b"}}},
    {"namespaceSelector": {}},
    {"ipBlock": {"cidr": "10.9.0.0/16", "except": ["10.9.1.0/24"]}},
    {"ipBlock": {"cidr": "192.0.2.0/24"}},
)
RULE_PORTS: tuple[list[Manifest], ...] = (
    [],
    [{"port": 80}],
    [{"port": 400, "endPort": 500}, {"port": 53, "protocol": "UDP"}],
)


def _policies(rng: random.Random) -> list[Manifest]:
    found: list[Manifest] = []
    for number in range(rng.randint(0, 4)):
        side, peers = rng.choice((("Ingress", "from"), ("Egress", "to")))
        rule: Manifest = {peers: rng.sample(PEERS, rng.randint(1, 2))}
        ports = rng.choice(RULE_PORTS)
        spec: Manifest = {
            "podSelector": rng.choice(({}, {"matchLabels": {"app": "server"}})),
            "policyTypes": [side],
            side.lower(): [{**rule, "ports": ports} if ports else rule] * rng.randint(0, 1),
        }
        found.append(policy(spec, f"p{number}", rng.choice(("demo", "other"))))
    return found


def _cluster(rng: random.Random) -> Reachability:
    more = [pod("demo", name, ip=f"10.0.0.{9 + number}") for number, name in enumerate(("one", "two"))]
    return analyze(load_objects([*BASE, *rng.sample(more, rng.randint(0, 2)), *_policies(rng)]).cluster)


def _names(end: object) -> list[str]:
    if isinstance(end, Outside):
        spans = [cidr_interval(cidr) for cidr in end.cidrs]
        return [one for one in ADDRESSES if any(low <= address_point(one) < high for low, high in spans)]
    return [end.name if isinstance(end, Node) else str(end)]


Answers = set[tuple[str, str, str, int]]


def _alone(reach: Reachability) -> Answers:
    found: Answers = set()
    for one in reach.workload_pairs():
        for source, destination in product(_names(one.source), _names(one.destination)):
            found |= {(source, destination, *port) for port in PORTS if one.ports.contains(*port)}
    return found


def _together(found: Connectivity, when: When) -> Answers:
    answers: Answers = set()
    for block in found.blocks:
        if block.when & when:
            ports = [port for port in PORTS if block.ports.contains(*port)]
            for i, j in product(block.sources, block.destinations):
                ends = (found.ends[i], found.ends[j])
                if not _to_itself(*ends) and not any(isinstance(end, Node) for end in ends):
                    for source, destination in product(*map(_names, ends)):
                        answers |= {(source, destination, *port) for port in ports}
    return answers


def _to_itself(source: End, destination: End) -> bool:
    return source == destination and isinstance(source, WorkloadRef) and source.kind == "Pod"


@pytest.mark.parametrize("seed", range(60))
def test_is_what_each_snapshot_says(seed: int) -> None:
    rng = random.Random(seed)
    old, new = _cluster(rng), _cluster(rng)
    found = connectivity(old, new)
    assert _together(found, When.OLD) == _alone(old)
    assert _together(found, When.NEW) == _alone(new)


def _only(found: Connectivity, when: When) -> list[str]:
    return [str(end) for end, there in zip(found.ends, found.present, strict=True) if there is when]


def test_ends_that_come_and_go() -> None:
    node: dict[str, Any] = json.loads(json.dumps(BASE[-1])) | {"metadata": {"name": "linux9", "labels": {}}}
    old = analyze(load_objects([*BASE, pod("demo", "gone")]).cluster)
    new = analyze(load_objects([*BASE, pod("demo", "fresh"), node]).cluster)
    found = connectivity(old, new)
    assert _only(found, When.OLD) == ["demo/pod/gone"]
    assert _only(found, When.NEW)[0] == "demo/pod/fresh"
    nodes = {
        end.name: there for end, there in zip(found.ends, found.present, strict=True) if isinstance(end, Node)
    }
    assert nodes["linux9"] is When.NEW
    assert nodes["linux1"] is When.BOTH


def test_addresses_that_nothing_tells_apart_are_one_end() -> None:
    reach = analyze(load_objects(BASE).cluster)
    found = connectivity(reach, reach)
    outside = [end for end in found.ends if isinstance(end, Outside | Domain)]
    assert outside == [Outside(("0.0.0.0/0", "::/0"))]
    assert {block.when for block in found.blocks} == {When.BOTH}
