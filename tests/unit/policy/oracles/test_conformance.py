"""The model against the conformance tests of ClusterNetworkPolicy, and of its forerunners."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from aksnetpol.policy import Reachability, analyze, load_objects

from .conformance import Json, Poke, Suite, World, manifests, path
from .conformance_suites import SUITES

IDS = [suite.name for suite in SUITES]


def steps(suite: Suite, *, forerunners: bool = False) -> Iterator[tuple[str, tuple[Poke, ...], Reachability]]:
    """Play a suite: each test's name, what it tries, and the cluster that it finds."""
    world = World({one["metadata"]["name"]: copy.deepcopy(one) for one in suite.policies})
    for run in suite.runs:
        if run.edit:
            run.edit(world)
        objects = manifests(world)
        if forerunners:
            objects = [forerunner(one) if one["kind"] == "ClusterNetworkPolicy" else one for one in objects]
        yield run.name, run.pokes, analyze(load_objects(objects).complete())


def wrong(reach: Reachability, pokes: tuple[Poke, ...]) -> list[Poke]:
    return [
        poke
        for poke in pokes
        if reach.can(path(poke.source), path(poke.destination), poke.port, poke.protocol).allowed
        is not poke.allowed
    ]


def forerunner(policy: Json) -> Json:
    """Return a ClusterNetworkPolicy as the AdminNetworkPolicy or BaselineAdminNetworkPolicy it came from."""
    spec: Json = {
        key: value for key, value in policy["spec"].items() if key not in ("tier", "ingress", "egress")
    }
    for section in ("ingress", "egress"):
        if section in policy["spec"]:
            spec[section] = [_old_rule(rule) for rule in policy["spec"][section]]
    kind = "AdminNetworkPolicy"
    if policy["spec"]["tier"] == "Baseline":
        kind = "BaselineAdminNetworkPolicy"
        del spec["priority"]
    version = "policy.networking.k8s.io/v1alpha1"
    return {"apiVersion": version, "kind": kind, "metadata": policy["metadata"], "spec": spec}


def _old_rule(rule: Json) -> Json:
    old = {key: value for key, value in rule.items() if key != "protocols"}
    old["action"] = {"Accept": "Allow"}.get(rule["action"], rule["action"])
    if "protocols" in rule:
        old["ports"] = [_old_port(port) for port in rule["protocols"]]
    return old


def _old_port(port: Json) -> Json:
    [(kind, value)] = port.items()
    if kind == "destinationNamedPort":
        return {"namedPort": value}
    protocol, limit = {"protocol": kind.upper()}, value["destinationPort"]
    if "range" in limit:
        return {"portRange": {**protocol, **limit["range"]}}
    return {"portNumber": {**protocol, "port": limit["number"]}}


@pytest.mark.parametrize("suite", SUITES, ids=IDS)
def test_cluster_network_policy(suite: Suite) -> None:
    for name, pokes, reach in steps(suite):
        assert wrong(reach, pokes) == [], name


@pytest.mark.parametrize("suite", SUITES, ids=IDS)
def test_admin_network_policy(suite: Suite) -> None:
    for name, pokes, reach in steps(suite, forerunners=True):
        assert wrong(reach, pokes) == [], name


def test_all_of_upstream_is_there() -> None:
    """24 suites; 92 tests, of which two edit a label in their midst and are three steps here."""
    assert len(set(IDS)) == len(IDS) == 24
    assert sum(len(suite.runs) for suite in SUITES) == 92 + 2 * 2


@pytest.mark.parametrize("suite", SUITES, ids=IDS)
def test_each_suite_can_fail(suite: Suite) -> None:
    """Without its policies something in every suite is wrong."""
    bare = analyze(load_objects(manifests(World({}))).complete())
    tried: list[Any] = [poke for run in suite.runs for poke in run.pokes]
    assert wrong(bare, tuple(tried))
