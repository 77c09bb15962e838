"""What is not modelled leaves pods unknown, or is a warning where no pod hangs on it; the rest is read."""

from typing import Any

import pytest

from aksnetpol.policy import Certainty, analyze, load_objects

_META = {"name": "p", "namespace": "a"}
_CALICO = "projectcalico.org/v3"
_PODS = [
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "a", "labels": {"app": name}}}
    | {"spec": {}}
    for name in ("web", "db")
]


def _policy(version: str, kind: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": _META, "spec": spec}


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        pytest.param(_policy("k8s.cni.cncf.io/v1", "MultiNetworkPolicy"), "MultiNetworkPolicy", id="multus"),
        pytest.param(_policy("crd.antrea.io/v1beta1", "ClusterNetworkPolicy"), "crd.antrea.io", id="antrea"),
        pytest.param(
            _policy("cilium.io/v2", "CiliumClusterwideNetworkPolicy", nodeSelector={}, ingress=[{}]),
            "selects nodes",
            id="cilium-host-policy",
        ),
        pytest.param(
            _policy(_CALICO, "GlobalNetworkPolicy", preDNAT=True, applyOnForward=True, selector="all()"),
            "preDNAT",
            id="calico-pre-dnat",
        ),
        pytest.param(
            _policy(_CALICO, "GlobalNetworkPolicy", doNotTrack=True, applyOnForward=True, selector="all()"),
            "doNotTrack",
            id="calico-do-not-track",
        ),
    ],
)
def test_about_no_pod(policy: dict[str, Any], says: str) -> None:
    loaded = load_objects([*_PODS, policy])
    assert [finding.id for finding in loaded.findings if says in finding.message] == ["not-modelled"]
    found = analyze(loaded.complete(), "cilium").can("a/web", "a/db", 80)
    assert (found.allowed, found.certainty) == (True, Certainty.CERTAIN)


@pytest.mark.parametrize("group", ["networking.k8s.io.v1", "networking.k8s.o", "", "networking/v1"])
def test_a_misspelt_group_is_an_error(group: str) -> None:
    loaded = load_objects([_policy(f"{group}/v1" if group else "v1", "NetworkPolicy", podSelector={})])
    (finding,) = loaded.findings
    assert (finding.id, loaded.partial) == ("unknown-policy-kind", True)
    assert "networking.k8s.io" in finding.message


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({"selector": "app == 'db'", "serviceAccountSelector": "role == 'x'"}, id="subject"),
        pytest.param(
            {
                "selector": "app == 'db'",
                "ingress": [
                    {"action": "Deny", "source": {"serviceAccounts": {"selector": "role == 'x'"}}},
                    {"action": "Allow"},
                ],
            },
            id="peer",
        ),
    ],
)
def test_labels_of_service_accounts(spec: dict[str, Any]) -> None:
    loaded = load_objects([*_PODS, _policy(_CALICO, "NetworkPolicy", **spec)])
    reach = analyze(loaded.complete(), "calico")
    assert reach.can("a/web", "a/db", 80).certainty is Certainty.UNKNOWN
    assert reach.can("a/db", "a/web", 80).certainty is Certainty.CERTAIN


@pytest.mark.parametrize(
    ("namespace", "key", "isolated"),
    [
        pytest.param("a", "k8s:io.kubernetes.pod.namespace", True, id="overwritten"),
        pytest.param("a", "io.kubernetes.pod.namespace", False, id="of-any-source-stays"),
    ],
)
def test_the_namespace_of_a_cilium_policys_own_pods(namespace: str, key: str, isolated: bool) -> None:
    """cilium, pkg/k8s/apis/cilium.io/utils/utils.go: ParseToCiliumRule."""
    selector = {"matchLabels": {"app": "db", key: "other"}}
    policy = _policy("cilium.io/v2", "CiliumNetworkPolicy", endpointSelector=selector, ingress=[{}])
    found = analyze(load_objects([*_PODS, policy]).complete(), "cilium").can(f"{namespace}/web", "a/db", 80)
    assert found.allowed is not isolated
