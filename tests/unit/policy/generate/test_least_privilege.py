"""The policies made from flows allow just these flows: by the model, over all ports, on random clusters."""

from collections.abc import Iterator
from itertools import product
from typing import Any, TypeGuard

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aksnetpol.findings import Severity
from aksnetpol.policy import Cluster, Direction, Node, Pod, PolicyError, Protocol, analyze, load_text
from aksnetpol.policy.analysis.groups import Outside
from aksnetpol.policy.generate import BOTH, Flow, Generated, as_yaml, from_flows
from aksnetpol.policy.generate.label_classes import stable
from aksnetpol.policy.model.cluster import PortRange, WorkloadRef
from aksnetpol.policy.model.endpoints import Domain, External

NAMESPACES = ("x", "y", "kube-z")
OUTSIDE = (External("203.0.113.7/32"), External("198.51.100.0/24"), External("2001:db8::1/128"))
PORTS = (
    (Protocol.TCP, 80),
    (Protocol.TCP, 81),
    (Protocol.UDP, 80),
    (Protocol.SCTP, 9),
    (Protocol.TCP, 65535),
)

Allowed = dict[tuple[str, str], set[tuple[Protocol, int]]]

LABELS = st.dictionaries(
    st.sampled_from(["app", "tier", "version", "helm.sh/chart", "pod-template-hash", "job-name"]),
    st.sampled_from(["y", "1e3", "a"]),
    max_size=4,
)
PODS = st.lists(st.tuples(st.sampled_from(NAMESPACES), LABELS), min_size=2, max_size=6).map(
    lambda found: [Pod(namespace, f"p{n}", labels) for n, (namespace, labels) in enumerate(found)]
)


@st.composite
def clusters(draw: st.DrawFn) -> tuple[list[Pod], list[Flow]]:
    pods = draw(PODS)
    ends = st.sampled_from([*pods, *OUTSIDE])
    flows = st.builds(lambda s, d, port: Flow(s, d, *port), ends, ends, st.sampled_from(PORTS))
    return pods, draw(st.lists(flows.filter(_of_a_pod), max_size=6))


def _is_pod(end: Pod | External) -> TypeGuard[Pod]:
    return isinstance(end, Pod)


def _of_a_pod(flow: Flow) -> bool:
    pods = [end for end in (flow.source, flow.destination) if _is_pod(end)]
    return bool(pods) and all(map(stable, pods))  # of others, see the pods without a label that stays


def manifest(pod: Pod) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": pod.name, "namespace": pod.namespace, "labels": dict(pod.labels)},
        "spec": {"containers": [{"name": "main", "image": "agnhost"}]},
        "status": {"phase": "Running"},
    }


def enforced(pods: list[Pod], made: Generated) -> Allowed:
    """Return what the YAML allows when it is read again: all ports between all ends."""
    loaded = load_text(as_yaml([*map(manifest, pods), *made.policies], []))
    assert not [one for one in loaded.findings if one.severity is Severity.ERROR]
    found: Allowed = {}
    for one in analyze(loaded.cluster).pod_pairs():
        for source, destination in product(_names(one.source), _names(one.destination)):
            for ports in one.ports.ranges:
                assert ports.protocol
                cell = found.setdefault((source, destination), set())
                cell.update((ports.protocol, number) for number in _numbers(ports))
    return found


def _numbers(ports: PortRange) -> range:
    return range(ports.first, ports.last + 1) if ports.last - ports.first < 9 else range(-1, 0)


def _names(end: object) -> list[str]:
    match end:
        case Outside(cidrs):
            return list(cidrs)
        case Pod() | Node() | Domain() | WorkloadRef():
            return [str(end)]
        case _:
            raise AssertionError(end)


def expected(pods: list[Pod], flows: list[Flow], isolated: set[str], directions: set[Direction]) -> Allowed:
    """Return what the flows allow where a side is isolated, by names; -1 stands for all ports."""

    def alike(end: Pod | External, other: Pod | External) -> bool:
        if isinstance(end, Pod) and isinstance(other, Pod):
            return end.namespace == other.namespace and stable(end) == stable(other)
        return end == other

    found: Allowed = {}
    for source, destination in product([*pods, *OUTSIDE], repeat=2):
        if source is destination or not (isinstance(source, Pod) or isinstance(destination, Pod)):
            continue
        bound = [
            isinstance(end, Pod) and end.namespace in isolated and direction in directions
            for end, direction in ((source, Direction.EGRESS), (destination, Direction.INGRESS))
        ]
        ports = {
            (flow.protocol, flow.port)
            for flow in flows
            if alike(flow.source, source) and alike(flow.destination, destination)
        }
        if any(bound):
            found[_name(source), _name(destination)] = ports
    return {pair: ports for pair, ports in found.items() if ports}


def _name(end: Pod | External) -> str:
    return str(end) if isinstance(end, Pod) else end.cidr


def bound_pairs(found: Allowed, isolated: set[str], directions: set[Direction]) -> Iterator[tuple[str, str]]:
    for source, destination in found:
        sides = ((source, Direction.EGRESS), (destination, Direction.INGRESS))
        if any(name.partition("/")[0] in isolated and side in directions for name, side in sides):
            yield source, destination


@settings(max_examples=300)
@given(
    clusters(),
    st.sets(st.sampled_from(NAMESPACES), min_size=1),
    st.sampled_from([BOTH, *((one,) for one in BOTH)]),
)
def test_exactly_the_flows_are_allowed(
    cluster: tuple[list[Pod], list[Flow]], isolated: set[str], directions: tuple[Direction, ...]
) -> None:
    pods, flows = cluster
    isolated &= {end.namespace for flow in flows for end in (flow.source, flow.destination) if _is_pod(end)}
    assume(isolated)
    found = enforced(pods, from_flows(flows, pods, isolated, directions))
    bound = {pair: found[pair] for pair in bound_pairs(found, isolated, set(directions))}
    assert bound == expected(pods, flows, isolated, set(directions))


def pod(name: str, namespace: str = "x", **labels: str) -> Pod:
    return Pod(namespace, name, labels or {"app": name})


WEB, DB = pod("web"), pod("db")
OFFICE = External("203.0.113.0/24")


def test_namespaces_of_the_flows_are_isolated_but_not_the_clusters_own() -> None:
    dns = pod("dns", "kube-system")
    made = from_flows([Flow(WEB, DB, Protocol.TCP, 80), Flow(WEB, dns, Protocol.UDP, 53)], [])
    assert {one["metadata"]["namespace"] for one in made.policies} == {"x"}
    assert made.notes == ("not isolated, because not asked for: kube-system",)
    assert from_flows([Flow(WEB, dns, Protocol.UDP, 53)], [], ["kube-system"]).policies[0]["metadata"] == {
        "name": "default-deny",
        "namespace": "kube-system",
    }


def test_nothing_to_isolate_is_an_error() -> None:
    with pytest.raises(PolicyError, match="--namespace"):
        from_flows([], [WEB])


def test_a_namespace_without_flows_is_an_error() -> None:
    with pytest.raises(PolicyError, match=r"No flow has a pod of the namespace y.*default-deny y"):
        from_flows([Flow(WEB, DB, Protocol.TCP, 80)], [], ["x", "y"])


def test_pods_without_a_label_that_stays_are_told_and_left_out() -> None:
    run = Pod("x", "run", {"job-name": "run-1", "controller-uid": "1"})  # kguardian-dev/kguardian#1494
    bare = Pod("x", "bare", {})
    flows = [Flow(one, DB, Protocol.TCP, 80) for one in (WEB, run, bare)]
    made = from_flows(flows, [])
    assert [note.partition(":")[0] for note in made.notes] == [
        f"{one} has no label that stays" for one in (run, bare)
    ]
    assert len(made.policies) == 3
    assert "job-name" not in as_yaml(made.policies, made.notes)
    with pytest.raises(PolicyError, match="label the template"):
        from_flows([Flow(run, DB, Protocol.TCP, 80)], [])


def test_a_pod_that_ended_may_have_had_a_flow() -> None:
    ended = Pod("x", "ended", {"app": "ended"}, phase="Succeeded")
    made = from_flows([Flow(ended, DB, Protocol.TCP, 80)], [ended])
    assert len(made.policies) == 3


def test_same_flows_in_another_order_are_the_same_policies() -> None:
    flows = [Flow(WEB, DB, Protocol.TCP, number) for number in (80, 81)] + [
        Flow(OFFICE, WEB, Protocol.TCP, 1)
    ]
    assert from_flows(flows, [WEB, DB]) == from_flows(flows[::-1], [DB, WEB])


def test_rules_with_the_same_ports_are_one() -> None:
    flows = [Flow(source, DB, Protocol.TCP, number) for source in (WEB, OFFICE) for number in (81, 80)]
    policy = from_flows(flows, []).policies[1]
    assert policy["metadata"]["name"] == "allow-db"
    (rule,) = policy["spec"]["ingress"]
    assert [sorted(peer) for peer in rule["from"]] == [["podSelector"], ["ipBlock"]]
    assert [one["port"] for one in rule["ports"]] == [80, 81]


def test_policies_of_one_name_are_numbered_and_fit_kubernetes_names() -> None:
    ends = [pod("one", app="A_b"), pod("two", app="a-B"), pod("three", note="!", app="")]
    made = from_flows([Flow(OFFICE, end, Protocol.TCP, 80) for end in ends], [])
    assert [one["metadata"]["name"] for one in made.policies] == [
        "default-deny",
        "allow-a-b",
        "allow-a-b-2",
        "allow-three",
    ]


@pytest.mark.parametrize(
    ("flows", "noted"),
    [
        pytest.param([("a1", "b1")], ["x/pod/a1, x/pod/a2"], id="one-of-two-sources"),
        pytest.param([("a1", "b1"), ("a2", "b1")], [], id="each-source"),
        pytest.param([("a1", "a2"), ("a2", "a1")], [], id="each-other"),
        pytest.param([("a1", "a2")], ["x/pod/a1, x/pod/a2"], id="one-way"),
    ],
)
def test_pods_that_get_each_others_rights_are_told(flows: list[tuple[str, str]], noted: list[str]) -> None:
    pods = {name: pod(name, app=name[0]) for name in ("a1", "a2", "b1")}
    made = from_flows([Flow(pods[s], pods[d], Protocol.TCP, 80) for s, d in flows], pods.values())
    assert list(made.notes) == [
        f"labels don't tell apart {names}: what one is allowed, each is" for names in noted
    ]


def test_ranges_that_hold_pods_are_told() -> None:
    inside = Pod("x", "in", {"app": "in"}, ips=("203.0.113.9",))
    assert (
        "203.0.113.0/24 holds addresses of pods"
        in from_flows([Flow(OFFICE, DB, Protocol.TCP, 80)], [inside]).notes[0]
    )


def test_finished_and_host_network_pods_do_not_matter_to_selectors() -> None:
    ended = Pod("x", "ended", {"app": "db", "more": "1"}, phase="Succeeded")
    on_host = Pod("x", "host", {"app": "db", "other": "1"}, host_network=True)
    policy = from_flows([Flow(OFFICE, DB, Protocol.TCP, 80)], [ended, on_host]).policies[1]
    assert policy["spec"]["podSelector"] == {"matchLabels": {"app": "db"}}


def test_a_cidr_with_host_bits_is_written_as_its_range() -> None:
    made = from_flows([Flow(External("203.0.113.9/24"), DB, Protocol.TCP, 80)], Cluster().pods)
    assert made.policies[1]["spec"]["ingress"][0]["from"] == [{"ipBlock": {"cidr": "203.0.113.0/24"}}]
