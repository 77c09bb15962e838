"""AKS's container network logs: JSON lines on the node, which are Hubble's, and rows of Log Analytics."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aksnetpol.policy import Cluster, Pod, Protocol
from aksnetpol.policy.generate import read_flows

CLUSTER = Cluster(
    pods=[
        Pod("shop", "web", {"app": "web"}, ips=("10.1.0.4",)),
        Pod("shop", "db", {"app": "db"}, ips=("10.1.0.5",)),
        Pod("shop", "agent", {"app": "agent"}, host_network=True, ips=("192.168.0.4",)),
    ]
)
L4 = {"TCP": {"source_port": 40000, "destination_port": 5432}}
IP = {"source": "10.1.0.4", "destination": "10.1.0.5", "ipVersion": "IPv4"}
ROW = {
    "Verdict": "FORWARDED",
    "IP": IP,
    "Layer4": L4,
    "SourceNamespace": "shop",
    "SourcePodName": "web",
    "DestinationNamespace": "shop",
    "DestinationPodName": "db",
    "Reply": False,
}
# The file of a node: /var/log/acns/hubble/events.log (AKS docs, container network logs).
FLOW = {"verdict": "FORWARDED", "IP": IP, "l4": L4, "is_reply": False}
KEY = ("shop/web", "shop/db", Protocol.TCP, 5432)


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        pytest.param([ROW], [KEY], id="rows"),
        pytest.param(ROW, [KEY], id="a-row-a-line"),
        pytest.param(
            [{**ROW, "IP": json.dumps(IP), "Layer4": json.dumps(L4), "Reply": "false"}],
            [KEY],
            id="az-prints-text",
        ),
        pytest.param(
            [{**ROW, "IP": {"Source": "10.1.0.4", "Destination": "10.1.0.5"}}],
            [KEY],
            id="columns-in-capitals",
        ),
        pytest.param([{**ROW, "SourcePodName": "", "SourceNamespace": ""}], [KEY], id="a-row-without-a-name"),
        pytest.param([{**ROW, "Reply": True}], [], id="reply"),
        pytest.param([{**ROW, "Verdict": "DROPPED"}], [], id="dropped"),
        pytest.param({"flow": FLOW}, [KEY], id="a-line-of-a-node-by-addresses"),
        pytest.param(
            {"flow": {**FLOW, "source": {"namespace": "shop", "pod_name": "agent"}}},
            [("192.168.0.4", *KEY[1:])],
            id="a-pod-of-the-host-network-is-its-node",
        ),
    ],
)
def test_forms(value: Any, keys: list[Any]) -> None:
    assert [one.key for one in read_flows("l.json", json.dumps(value), CLUSTER).flows] == keys
