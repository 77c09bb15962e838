"""An engine is named as a cause where it took part, and only there."""

import pytest

from aksnetpol.policy import analyze, diff
from aksnetpol.policy.ask.causes import CauseKind
from tests.unit.policy.cases import FROM_CLIENT, Manifest, cluster, from_peers

POD_ADDRESSES = {"ipBlock": {"cidr": "10.0.0.0/8"}}
ANY_NAMESPACE = {"namespaceSelector": {}}
ELSEWHERE = {"ipBlock": {"cidr": "203.0.113.0/24"}}


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        pytest.param(FROM_CLIENT, ANY_NAMESPACE, {CauseKind.POLICY_CHANGED}, id="elsewhere"),
        pytest.param(POD_ADDRESSES, POD_ADDRESSES, {CauseKind.ENGINE}, id="addresses-of-pods"),
    ],
)
def test_of_another_engine(old: Manifest, new: Manifest, kinds: set[CauseKind]) -> None:
    before = analyze(cluster(from_peers(old, ELSEWHERE)), "npm")
    after = analyze(cluster(from_peers(new, ELSEWHERE)), "cilium")
    changes = diff(before, after).changes
    assert changes
    assert {cause.kind for change in changes for cause in change.causes} == kinds


@pytest.mark.parametrize("engine", ["calico", "npm"])
def test_a_rank_among_no_others_is_no_cause(engine: str) -> None:
    """Calico puts NetworkPolicies at an order; without policies of its own that decides nothing."""
    found = cluster(from_peers(POD_ADDRESSES))
    changes = diff(analyze(found, engine), analyze(found, "cilium")).changes
    assert changes
    assert not [cause for change in changes for cause in change.causes if "-order" in cause.detail]
