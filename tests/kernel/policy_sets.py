"""Random policies for twelve pods, as users may write them: every field of the API, labels that overlap."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
NAMESPACES = {"x": {"team": "red"}, "y": {"team": "blue"}, "z": {}}
# name, labels, the number behind the port name "web", whether its node is a Windows node
PODS = (
    ("a", {"app": "a", "tier": "front"}, 80, False),
    ("b", {"app": "b", "tier": "back"}, 81, False),
    ("c", {"app": "c"}, None, False),
    ("d", {"tier": "front"}, 80, True),
)
NODES = {False: ("linux", "10.224.0.4"), True: ("windows", "10.224.0.5")}


def address(namespace: str, name: str) -> str:
    """The address of a pod: a range per namespace."""
    return f"10.1.{list(NAMESPACES).index(namespace)}.{2 + 'abcd'.index(name)}"


def selectors(labels: dict[str, list[str]]) -> st.SearchStrategy[Json]:
    """Label selectors over some keys and values."""
    keys = st.sampled_from(sorted(labels))
    requirement = keys.flatmap(
        lambda key: st.one_of(
            st.fixed_dictionaries(
                {"key": st.just(key), "operator": st.sampled_from(["Exists", "DoesNotExist"])}
            ),
            st.fixed_dictionaries(
                {
                    "key": st.just(key),
                    "operator": st.sampled_from(["In", "NotIn"]),
                    "values": st.lists(st.sampled_from(labels[key]), min_size=1, max_size=2, unique=True),
                }
            ),
        )
    )
    pair = keys.flatmap(lambda key: st.sampled_from(labels[key]).map(lambda value: {key: value}))
    return st.one_of(
        st.just({}),
        pair.map(lambda found: {"matchLabels": found}),
        st.lists(requirement, min_size=1, max_size=2).map(lambda found: {"matchExpressions": found}),
    )


POD_SELECTORS = selectors({"app": ["a", "b", "c"], "tier": ["front", "back"]})
NAMESPACE_SELECTORS = selectors({"team": ["red", "blue"], "kubernetes.io/metadata.name": sorted(NAMESPACES)})
BLOCKS = st.sampled_from(
    [
        {"cidr": "0.0.0.0/0"},
        {"cidr": "10.1.0.0/24"},
        {"cidr": "10.1.0.0/16", "except": ["10.1.1.0/24", "10.1.2.3/32"]},
        {"cidr": "10.1.1.2/31"},
        {"cidr": "192.168.0.0/16"},
    ]
)
PEERS = st.one_of(
    st.fixed_dictionaries({"podSelector": POD_SELECTORS}),
    st.fixed_dictionaries({"namespaceSelector": NAMESPACE_SELECTORS}),
    st.fixed_dictionaries({"namespaceSelector": NAMESPACE_SELECTORS, "podSelector": POD_SELECTORS}),
    st.fixed_dictionaries({"ipBlock": BLOCKS}),
)
PORTS = st.sampled_from(
    [
        {},
        {"protocol": "UDP"},
        {"port": 80},
        {"port": 81, "protocol": "TCP"},
        {"port": 80, "protocol": "UDP"},
        {"port": 79, "endPort": 80},
        {"port": 81, "endPort": 90, "protocol": "UDP"},
        {"port": "web"},
        {"port": "web", "protocol": "UDP"},
        {"port": 80, "protocol": "SCTP"},
    ]
)


def rules(peers: str) -> st.SearchStrategy[list[Json]]:
    """Rules of one direction; `peers` is `from` or `to`."""
    rule = st.fixed_dictionaries(
        {}, optional={peers: st.lists(PEERS, max_size=2), "ports": st.lists(PORTS, max_size=2)}
    )
    return st.lists(rule, max_size=2)


SPECS = st.fixed_dictionaries(
    {"podSelector": POD_SELECTORS},
    optional={
        "ingress": rules("from"),
        "egress": rules("to"),
        "policyTypes": st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
    },
)
POLICY_SETS = st.lists(st.tuples(st.sampled_from(sorted(NAMESPACES)), SPECS), min_size=1, max_size=6)
ENGINES = st.sampled_from(["calico", "npm", "cilium", "cilium@1.16", "kubernetes"])


def manifests(policies: list[tuple[str, Json]]) -> list[Json]:
    """Everything that the model reads: namespaces, nodes, pods with their addresses, policies."""
    found: list[Json] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        for name, labels in NAMESPACES.items()
    ]
    for system, node_address in NODES.values():
        metadata = {"name": system, "labels": {"kubernetes.io/os": system}}
        status = {"addresses": [{"type": "InternalIP", "address": node_address}]}
        found.append({"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": status})
    found += [_pod(namespace, *pod) for namespace in NAMESPACES for pod in PODS]
    for number, (namespace, spec) in enumerate(policies):
        metadata = {"name": f"p{number}", "namespace": namespace}
        kind = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
        found.append({**kind, "metadata": metadata, "spec": spec})
    return found


def _pod(namespace: str, name: str, labels: dict[str, str], web: int | None, windows: bool) -> Json:
    ports = [{"name": "web", "containerPort": web, "protocol": "TCP"}] if web else []
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {
            "nodeName": NODES[windows][0],
            "containers": [{"name": "c", "image": "agnhost", "ports": ports}],
        },
        "status": {"phase": "Running", "podIPs": [{"ip": address(namespace, name)}]},
    }
