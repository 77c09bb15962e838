"""One object of every kind that is read, with every field that matters: what the fuzz tests damage."""

from typing import Any

_META = {"name": "p", "namespace": "n", "labels": {"a": "b"}}
_POD_SPEC: dict[str, Any] = {
    "nodeName": "node",
    "hostNetwork": False,
    "serviceAccountName": "account",
    "os": {"name": "linux"},
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}]}
                ]
            }
        }
    },
    "containers": [
        {
            "name": "c",
            "image": "k8s.gcr.io/x",
            "ports": [{"name": "http", "containerPort": 80, "protocol": "TCP"}],
        }
    ],
    "initContainers": [{"name": "i", "image": "y", "ports": [{"containerPort": 81}]}],
}
_SELECTOR = {
    "matchLabels": {"a": "b"},
    "matchExpressions": [{"key": "k", "operator": "NotIn", "values": ["v"]}],
}
_TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": _POD_SPEC}
_OWNER = {"kind": "ReplicaSet", "name": "web-1", "controller": True}
_TIERED_SUBJECT = {"pods": {"namespaceSelector": _SELECTOR, "podSelector": _SELECTOR}}
_CALICO_SIDE = {
    "nets": ["10.0.0.0/8"],
    "notNets": ["10.1.0.0/16"],
    "selector": "a == 'b' && has(c)",
    "notSelector": "d in {'e'}",
    "namespaceSelector": "projectcalico.org/name == 'n'",
    "serviceAccounts": {"names": ["account"]},
}

NETWORK_POLICY: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "p", "namespace": "n"},
    "spec": {
        "podSelector": {"matchLabels": {"a": "b"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {
                "from": [
                    {"podSelector": {"matchExpressions": [{"key": "k", "operator": "In", "values": ["v"]}]}},
                    {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
                ],
                "ports": [{"port": 80, "endPort": 90, "protocol": "TCP"}],
            }
        ],
        "egress": [{"to": [{"namespaceSelector": {}}]}],
    },
}
OBJECTS: list[dict[str, Any]] = [
    NETWORK_POLICY,
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n", "labels": {"team": "a"}}},
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**_META, "ownerReferences": [_OWNER]},
        "spec": _POD_SPEC,
        "status": {"phase": "Running", "podIP": "10.2.0.1", "podIPs": [{"ip": "10.2.0.1"}]},
    },
    {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "node", "labels": {"kubernetes.io/os": "linux"}},
        "spec": {"podCIDRs": ["10.2.0.0/24"]},
        "status": {"addresses": [{"type": "InternalIP", "address": "192.168.0.1"}]},
    },
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _META,
        "spec": {
            "type": "LoadBalancer",
            "selector": {"a": "b"},
            "ports": [{"name": "web", "port": 8080, "targetPort": "http", "protocol": "TCP"}],
            "clusterIPs": ["10.3.0.1"],
            "externalTrafficPolicy": "Cluster",
            "loadBalancerSourceRanges": ["203.0.113.0/24"],
        },
    },
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _META,
        "spec": {"replicas": 2, "template": _TEMPLATE},
    },
    {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": _META,
        "spec": {"jobTemplate": {"spec": {"template": _TEMPLATE}}},
    },
    {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": "p"},
        "spec": {
            "tier": "Admin",
            "priority": 1,
            "subject": {"namespaces": _SELECTOR},
            "ingress": [
                {
                    "name": "r",
                    "action": "Accept",
                    "from": [_TIERED_SUBJECT],
                    "protocols": [{"tcp": {"destinationPort": {"range": {"start": 1, "end": 2}}}}],
                }
            ],
            "egress": [
                {
                    "action": "Deny",
                    "to": [
                        {"networks": ["10.0.0.0/8"]},
                        {"nodes": _SELECTOR},
                        {"domainNames": ["*.example.com"]},
                    ],
                }
            ],
        },
    },
    {
        "apiVersion": "policy.networking.k8s.io/v1alpha1",
        "kind": "AdminNetworkPolicy",
        "metadata": {"name": "p"},
        "spec": {
            "priority": 1,
            "subject": _TIERED_SUBJECT,
            "ingress": [
                {
                    "action": "Pass",
                    "from": [_TIERED_SUBJECT],
                    "ports": [{"portNumber": {"protocol": "TCP", "port": 1}}, {"namedPort": "http"}],
                }
            ],
        },
    },
    {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "p", "namespace": "n"},
        "spec": {
            "endpointSelector": _SELECTOR,
            "enableDefaultDeny": {"ingress": False},
            "ingress": [
                {
                    "fromEndpoints": [{"matchLabels": {"k8s:io.kubernetes.pod.namespace": "n"}}],
                    "toPorts": [
                        {
                            "ports": [{"port": "80", "endPort": 90, "protocol": "TCP"}],
                            "rules": {"http": [{"method": "GET", "path": "/"}]},
                        },
                        {"ports": [{"port": "443", "protocol": "TCP"}], "serverNames": ["example.com"]},
                    ],
                }
            ],
            "ingressDeny": [{"fromEntities": ["world"]}],
            "egress": [
                {"toFQDNs": [{"matchName": "example.com"}]},
                {"toCIDRSet": [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}]},
                {"toCIDR": ["10.0.0.0/8"]},
            ],
        },
    },
    {
        "apiVersion": "projectcalico.org/v3",
        "kind": "GlobalNetworkPolicy",
        "metadata": {"name": "p"},
        "spec": {
            "tier": "t",
            "order": 1,
            "selector": "a == 'b'",
            "types": ["Ingress", "Egress"],
            "ingress": [
                {
                    "action": "Allow",
                    "protocol": "TCP",
                    "ipVersion": 4,
                    "source": _CALICO_SIDE,
                    "destination": {
                        "ports": [80, "90:91", "http"],
                        "notPorts": ["http"],
                        "selector": "a == 'b'",
                    },
                    "http": {"methods": ["GET"]},
                }
            ],
            "egress": [{"action": "Deny", "notProtocol": 17, "destination": _CALICO_SIDE}],
        },
    },
    {
        "apiVersion": "projectcalico.org/v3",
        "kind": "Tier",
        "metadata": {"name": "t"},
        "spec": {"order": 1, "defaultAction": "Pass"},
    },
    {
        "apiVersion": "projectcalico.org/v3",
        "kind": "NetworkSet",
        "metadata": _META,
        "spec": {"nets": ["203.0.113.0/24"]},
    },
]
