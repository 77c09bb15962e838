"""What the API server, Cilium or Calico refuses is an error with its place; nothing of it is in force."""

import pytest

from aksnetpol.policy import analyze, load_objects
from tests.unit.policy.load import calico_refusals, cilium_refusals
from tests.unit.policy.load.refusals import ROWS, Json, Row

POD: Json = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "namespace": "a"}, "spec": {}}


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_refused(row: Row) -> None:
    loaded = load_objects([POD, row.manifest()])
    refused = [finding for finding in loaded.findings if finding.id == "policy-refused"]
    assert not loaded.partial, loaded.findings
    assert [row.refused in finding.message for finding in refused] == ([True] if row.refused else [])
    assert bool(loaded.cluster.policies) is not bool(row.refused)


@pytest.mark.parametrize("kind", ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"])
@pytest.mark.parametrize("row", cilium_refusals.ROWS, ids=[row.id for row in cilium_refusals.ROWS])
def test_cilium_refuses(row: cilium_refusals.Row, kind: str) -> None:
    loaded = load_objects([POD, row.manifest(kind)])
    refused = [finding for finding in loaded.findings if finding.id == "policy-refused"]
    assert not loaded.partial, loaded.findings
    assert [row.refused in finding.message for finding in refused] == ([True] if row.refused else [])
    assert bool(loaded.cluster.policies) is not bool(row.refused)


@pytest.mark.parametrize("row", calico_refusals.ROWS, ids=[row.id for row in calico_refusals.ROWS])
def test_calico_refuses(row: calico_refusals.Row) -> None:
    loaded = load_objects([POD, row.manifest()])
    refused = [finding for finding in loaded.findings if finding.id == "policy-refused"]
    assert not loaded.partial, loaded.findings
    assert [row.refused in finding.message for finding in refused] == ([True] if row.refused else [])
    assert bool(loaded.cluster.policies) is not bool(row.refused)


@pytest.mark.parametrize(("expression", "taken"), calico_refusals.SELECTORS)
@pytest.mark.parametrize("version", ["projectcalico.org/v3", "crd.projectcalico.org/v1"])
def test_selectors_that_calico_can_parse(expression: str, taken: bool, version: str) -> None:
    """Felix leaves out a policy whose selector it cannot parse, however it was written."""
    loaded = load_objects([POD, calico_refusals.Row("", {"selector": expression}).manifest(version)])
    assert not loaded.partial, loaded.findings
    assert bool(loaded.cluster.policies) is taken


@pytest.mark.parametrize(
    ("version", "metadata"), [("crd.projectcalico.org/v1", {}), ("projectcalico.org/v3", {"uid": "1"})]
)
def test_what_was_written_past_calicos_api_is_not_held_to_it(version: str, metadata: Json) -> None:
    row = calico_refusals.Row("", {"ingress": [{"action": "Allow", "protocol": "tcp"}]})
    assert load_objects([POD, row.manifest(version, **metadata)]).complete().policies


def test_cilium_takes_all_rules_of_a_policy_or_none() -> None:
    good, bad = ({"endpointSelector": {}, "ingress": [{"fromEntities": [one]}]} for one in ("host", "wrld"))
    policy = cilium_refusals.Row("", {}).manifest()
    del policy["spec"]
    assert not load_objects([POD, {**policy, "specs": [good, bad]}]).complete().policies


def test_a_refused_policy_isolates_nobody() -> None:
    policy = Row("", {"ingress": [{"ports": [{"port": "8000"}]}]}).manifest()
    assert analyze(load_objects([POD, policy]).complete()).can("203.0.113.7", "a/x", 80).allowed


def test_what_a_cluster_holds_was_taken() -> None:
    """An older API server may have taken what this one refuses (validation.go: AllowInvalidLabelValue…)."""
    policy = Row("", {"podSelector": {"matchLabels": {"a": "b c"}}}, "", {"uid": "1"}).manifest()
    loaded = load_objects([POD, policy])
    assert (len(loaded.cluster.policies), [f.id for f in loaded.findings]) == (1, ["namespace-not-declared"])
