"""What of a live cluster is read; tests/unit/kube has how."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from aksnetpol.policy import Protocol, analyze, load_objects
from aksnetpol.policy.load.live import objects


@dataclass(frozen=True)
class Stored:
    """A cluster that has one object of a few kinds, by the path that lists them."""

    items: dict[str, dict[str, Any]]

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        if path in self.items:
            yield self.items[path]


def test_objects_say_what_they_are() -> None:
    stored = Stored({"/api/v1/pods": {"metadata": {"name": "web"}}})
    kinds = (("v1", "pods", "Pod"), ("apps/v1", "deployments", "Deployment"))
    assert list(objects(stored, kinds)) == [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}]


_CALICO = "/apis/crd.projectcalico.org/v1"
_BAD = {
    "metadata": {"name": "bad", "namespace": "demo", "labels": {"role": "bad"}},
    "spec": {"nets": ["8.8.8.8"]},
}


# A policy in a namespace sees the sets of that namespace; a global one sees global ones too.
@pytest.mark.parametrize("scope", ["", "global"])
def test_addresses_that_calico_policies_name_by_the_labels_of_a_set(scope: str) -> None:
    deny = {
        "selector": "all()",
        "types": ["Egress"],
        "egress": [{"action": "Deny", "destination": {"selector": "role == 'bad'"}}, {"action": "Allow"}],
    }
    pod = {"metadata": {"name": "web", "namespace": "demo"}, "spec": {}, "status": {"podIP": "10.0.0.1"}}
    stored = Stored(
        {
            "/api/v1/namespaces": {"metadata": {"name": "demo"}},
            "/api/v1/pods": pod,
            f"{_CALICO}/{scope}networkpolicies": {
                "metadata": {"name": "deny", "namespace": "demo"},
                "spec": deny,
            },
            f"{_CALICO}/{scope}networksets": _BAD,
        }
    )
    reach = analyze(load_objects(objects(stored)).complete(), "calico")
    assert not reach.can("demo/web", "8.8.8.8", 443, Protocol.TCP).allowed
    assert reach.can("demo/web", "8.8.4.4", 443, Protocol.TCP).allowed
