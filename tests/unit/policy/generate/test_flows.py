"""Flows by name: what they mean, and what wrong ones say."""

import json
from typing import Any

import pytest

from aksnetpol.policy import Cluster, InvalidInputError, Node, Pod, Protocol
from aksnetpol.policy.generate import read_flows
from aksnetpol.policy.model.cluster import WorkloadRef

WEB = WorkloadRef("Deployment", "shop", "web")
CLUSTER = Cluster(
    pods=[
        Pod("shop", "web-1", {"app": "web", "pod-template-hash": "1"}, WEB),
        Pod("shop", "web-2", {"app": "web", "new": "yes"}, WEB),
        Pod("shop", "web-3", {"app": "web"}, WEB, phase="Failed"),
        Pod("shop", "db", {"app": "db"}, ips=("10.1.0.5",)),
        Pod("shop", "agent", {"app": "agent"}, host_network=True, ips=("192.168.0.4",)),
        Pod("shop", "lost", {"app": "lost"}, host_network=True),
    ],
    nodes=[Node("n1", {}, addresses=("192.168.0.4",))],
)
FLOW = {"from": "shop/web-1", "to": "shop/db", "port": 80}


def read(value: Any) -> list[tuple[str, str, Protocol, int]]:
    text = value if isinstance(value, str) else json.dumps(value)
    return [one.key for one in read_flows("flows.json", text, CLUSTER).flows]


KEY = ("shop/web-1", "shop/db", Protocol.TCP, 80)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps({"flows": [FLOW]}), id="object"),
        pytest.param(json.dumps([FLOW]), id="list"),
        pytest.param(json.dumps(FLOW), id="one"),
        pytest.param(f"{json.dumps(FLOW)}\n{json.dumps(FLOW)}\n", id="lines-and-duplicates"),
        pytest.param(json.dumps([{**FLOW, "to": "10.1.0.5"}]), id="a-pod-by-its-address"),
    ],
)
def test_forms(text: str) -> None:
    assert read(text) == [KEY]


@pytest.mark.parametrize(
    ("source", "means"),
    [
        pytest.param("shop/web", ["shop/web-1", "shop/web-2"], id="workload-all-pods-that-run"),
        pytest.param("shop/deployment/web", ["shop/web-1", "shop/web-2"], id="workload-with-kind"),
        pytest.param("shop/web-2", ["shop/web-2"], id="pod"),
        pytest.param("203.0.113.7", ["203.0.113.7"], id="address"),
        pytest.param("203.0.113.0/24", ["203.0.113.0/24"], id="cidr"),
        pytest.param("2001:db8::1", ["2001:db8::1"], id="ipv6"),
        pytest.param("node/n1", ["192.168.0.4"], id="node"),
        pytest.param("shop/agent", ["192.168.0.4"], id="host-network-counts-as-its-node"),
    ],
)
def test_ends(source: str, means: list[str]) -> None:
    assert [key[0] for key in read([{**FLOW, "from": source}])] == means


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param("", None, id="empty"),
        pytest.param("{", "flows.json:1: not JSON", id="not-json"),
        pytest.param("3", "the document must be a mapping", id="number"),
        pytest.param([FLOW, 3], "the document must be a mapping", id="number-in-a-list"),
        pytest.param({"flows": 3}, "flows: Input should be a valid tuple, not 3", id="no-list"),
        pytest.param([{**FLOW, "port": 0}], "port: Input should be greater than", id="port"),
        pytest.param([{**FLOW, "port": "80"}], "port: Input should be a valid integer", id="port-text"),
        pytest.param([{**FLOW, "protocol": "ICMP"}], "'TCP', 'UDP' or 'SCTP', not 'ICMP'", id="icmp"),
        pytest.param([{**FLOW, "verdict": "x"}], "verdict is not known", id="unknown-key"),
        pytest.param([{**FLOW, "to": "example.com"}], "is a DNS name", id="domain"),
        pytest.param([{**FLOW, "to": "shop/lost"}], "counts as its node", id="host-network-no-address"),
        pytest.param([{**FLOW, "to": "shop/bd"}], "the nearest are shop/db", id="unknown-pod"),
    ],
)
def test_wrong_flows_say_where(value: Any, says: str | None) -> None:
    if says is None:
        assert read(value) == []
        return
    with pytest.raises(InvalidInputError) as caught:
        read(value)
    assert says in str(caught.value)
    assert "flows.json:1" in str(caught.value)
