"""Hubble's records: which open a connection, and between whom."""

import json
from typing import Any

import pytest

from aksnetpol.policy import Cluster, InvalidInputError, Pod, Protocol
from aksnetpol.policy.generate import FlowList, read_flows
from aksnetpol.policy.model.cluster import WorkloadRef

Record = dict[str, Any]


def end(name: str, namespace: str = "shop", **more: Any) -> Record:
    labels = [
        f"k8s:app={name}",
        f"k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name={namespace}",
        "k8s:io.cilium.k8s.policy.cluster=default",
        f"k8s:io.kubernetes.pod.namespace={namespace}",
    ]
    return {
        "ID": 7,
        "identity": 123,
        "namespace": namespace,
        "labels": labels,
        "pod_name": f"{name}-1",
        **more,
    }


WORLD = {"identity": 2, "labels": ["reserved:world"]}


def record(**changes: Any) -> Record:
    """Return a record as the exporter writes it: the web's connection to the database."""
    flow: Record = {
        "time": "2026-11-23T22:10:00.000000000Z",
        "uuid": "4f1b7d4e",
        "verdict": "FORWARDED",
        "ethernet": {"source": "0a:58:0a:f4:00:05", "destination": "0a:58:0a:f4:00:01"},
        "IP": {"source": "10.244.0.5", "destination": "10.244.1.7", "ipVersion": "IPv4"},
        "l4": {"TCP": {"source_port": 41234, "destination_port": 5432, "flags": {"SYN": True}}},
        "source": end("web", workloads=[{"name": "web", "kind": "Deployment"}]),
        "destination": end("db"),
        "Type": "L3_L4",
        "node_name": "aks-pool-0",
        "event_type": {"type": 4, "sub_type": 3},
        "traffic_direction": "INGRESS",
        "trace_observation_point": "TO_ENDPOINT",
        "is_reply": False,
        "Summary": "TCP Flags: SYN",
        **changes,
    }
    flow = {key: value for key, value in flow.items() if value is not None}
    return {"flow": flow, "node_name": "aks-pool-0", "time": flow["time"]}


def read(*records: Record, cluster: Cluster | None = None) -> FlowList:
    text = "\n".join(map(json.dumps, records))
    return read_flows("hubble.json", text, cluster or Cluster())


def test_a_connection_between_pods() -> None:
    (flow,) = read(record(), record(trace_observation_point="TO_OVERLAY")).flows
    assert flow.key == ("shop/web-1", "shop/db-1", Protocol.TCP, 5432)
    assert isinstance(flow.source, Pod)
    assert flow.source.labels == {"app": "web"}
    assert flow.source.identity == WorkloadRef("Deployment", "shop", "web")


def test_records_without_the_envelope_and_other_events() -> None:
    lost = {"lost_events": {"source": "PERF_EVENT_RING_BUFFER", "num_events_lost": "3"}}
    assert len(read(lost, record()["flow"]).flows) == 1


@pytest.mark.parametrize(
    ("changes", "left_out"),
    [
        pytest.param({"verdict": "REDIRECTED"}, None, id="redirected-to-the-proxy"),
        pytest.param({"verdict": "AUDIT"}, None, id="policy-in-audit-mode"),
        pytest.param({"verdict": "DROPPED"}, "verdict DROPPED", id="dropped"),
        pytest.param({"verdict": "TRANSLATED"}, "verdict TRANSLATED", id="translated"),
        pytest.param({"is_reply": True}, "reply", id="reply"),
        pytest.param({"is_reply": None, "reply": True}, "reply", id="reply-in-old-exports"),
        pytest.param({"is_reply": None}, None, id="unknown-direction-but-syn"),
        pytest.param(
            {"is_reply": None, "l4": {"TCP": {"destination_port": 1, "flags": {"SYN": True, "ACK": True}}}},
            "does not say whether it is a reply",
            id="unknown-direction-syn-ack",
        ),
        pytest.param(
            {"is_reply": None, "l4": {"UDP": {"destination_port": 53}}},
            "does not say whether it is a reply",
            id="unknown-direction-udp",
        ),
        pytest.param({"l4": {"ICMPv4": {"type": 8}}}, "no TCP, UDP or SCTP", id="icmp"),
        pytest.param({"l4": {"UDP": {"source_port": 1}}}, "no destination port", id="no-port"),
        pytest.param(
            {"source": {"identity": 1, "labels": ["reserved:host"]}},
            "from the pod's own node, which always reaches it",
            id="own-node",
        ),
        pytest.param({"source": WORLD, "IP": {}}, "an end without pod and address", id="no-address"),
    ],
)
def test_which_records_count(changes: Record, left_out: str | None) -> None:
    found = read(record(**changes))
    assert len(found.flows) == (left_out is None)
    assert dict(found.left_out) == ({left_out: 1} if left_out else {})


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        pytest.param(
            {"source": WORLD, "IP": {"source": "203.0.113.7", "destination": "10.244.1.7"}},
            ("203.0.113.7", "shop/db-1"),
            id="from-outside",
        ),
        pytest.param(
            {"destination": WORLD, "IP": {"source": "10.244.0.5", "destination": "2001:db8::1"}},
            ("shop/web-1", "2001:db8::1"),
            id="to-outside-ipv6",
        ),
        pytest.param(
            {"source": {"identity": 6, "labels": ["reserved:remote-node"]}},
            ("10.244.0.5", "shop/db-1"),
            id="another-node-by-its-address",
        ),
        pytest.param(
            {"source": end("web", pod_name="")}, ("shop/identity-123", "shop/db-1"), id="identity-only"
        ),
    ],
)
def test_ends(changes: Record, key: tuple[str, str]) -> None:
    (flow,) = read(record(**changes)).flows
    assert flow.key[:2] == key


def test_the_clusters_pods_know_more_labels_than_an_identity() -> None:
    running = Pod("shop", "db-1", {"app": "db", "zone": "1"})
    template = Pod(
        "shop", "web", {"app": "web", "zone": "2"}, WorkloadRef("Deployment", "shop", "web"), potential=True
    )
    (flow,) = read(record(), cluster=Cluster(pods=[running, template])).flows
    assert (flow.source, flow.destination) == (template, running)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"l4": 3}, id="l4"),
        pytest.param({"l4": {"TCP": {"destination_port": 70000}}}, id="port"),
        pytest.param({"source": {"labels": "app=web"}}, id="labels"),
        pytest.param({"is_reply": {}}, id="is-reply"),
    ],
)
def test_a_record_that_is_not_hubbles_says_where(changes: Record) -> None:
    with pytest.raises(InvalidInputError, match=r"hubble\.json:2"):
        read(record(), record(**changes))
