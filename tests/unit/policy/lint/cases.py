"""A manifest per rule that triggers it, the line marked `# HERE`, and what is changed so that it does not."""

from dataclasses import dataclass
from datetime import date

MARK = "# HERE"
TODAY = date(2026, 11, 23)
BASE = """
---
{apiVersion: v1, kind: Namespace, metadata: {name: demo, labels: {team: a}}}
---
apiVersion: v1
kind: Pod
metadata: {name: server, namespace: demo, labels: {app: server}}
spec:
  nodeName: node1
  containers: [{name: main, image: registry.k8s.io/x, ports: [{name: http, containerPort: 8080}]}]
status: {podIP: 10.244.0.5}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: demo, labels: {app: client}}
spec: {nodeName: node1, containers: [{name: main, image: registry.k8s.io/x}]}
status: {podIP: 10.244.0.6}
---
apiVersion: v1
kind: Node
metadata: {name: node1, labels: {kubernetes.io/os: linux}}
spec: {podCIDRs: [10.244.0.0/24]}
status: {addresses: [{type: InternalIP, address: 10.224.0.4}]}
"""


@dataclass(frozen=True)
class Case:
    """One rule on one manifest.

    Args:
        text: with the mark on each line that is found; no mark: a finding about the cluster as a whole.
        replace: what makes of `text` one that the rule does not find.
        clean_engine: instead, the engine on which the rule does not find it.
    """

    rule: str
    text: str
    replace: tuple[str, str] = ("", "")
    engine: str = "kubernetes"
    clean_engine: str = ""
    name: str = ""
    base: str = BASE

    @property
    def id(self) -> str:
        return f"{self.rule}-{self.name}" if self.name else self.rule


def policy(spec: str, name: str = "p", kind: str = "") -> str:
    head = kind or "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy"
    body = "\n".join(f"  {line}" for line in spec.strip("\n").split("\n"))
    first, _, rest = head.partition("\n")
    return f"{first}\n{rest}\nmetadata: {{name: {name}, namespace: demo}}\nspec:\n{body}\n"


def ingress(rule: str) -> str:
    lines = "\n".join(f"  {line}" for line in rule.strip("\n").split("\n"))
    return policy(f"podSelector: {{matchLabels: {{app: server}}}}\ningress:\n{lines}")


def from_peer(peer: str) -> str:
    return ingress(f"- from:\n    - {peer}")


def egress(rule: str) -> str:
    lines = "\n".join(f"  {line}" for line in rule.strip("\n").split("\n"))
    return policy(f"podSelector: {{matchLabels: {{app: client}}}}\npolicyTypes: [Egress]\negress:\n{lines}")


def marked(text: str) -> str:
    """Mark the first line, for a finding about the object."""
    first, _, rest = text.partition("\n")
    return f"{first} {MARK}\n{rest}"


def service(port: str, extra: str = "") -> str:
    return (
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: demo}\n"
        f"spec: {{selector: {{app: server}}, ports: [{port}]{extra}}}\n"
    )


_BLOCKS = "\n".join(f"    - ipBlock: {{cidr: 192.0.2.{n}/32}}" for n in range(5))
_PORT = "- ports:\n    - {port: 80, protocol: TCP} # HERE"
_MANY = ", ".join(f"v{n}" for n in range(65))
_DNS = "- ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]"
_WINDOWS_POD = BASE.replace("nodeName: node1\n", "nodeSelector: {kubernetes.io/os: windows}\n")
_LOAD_BALANCER = service("{port: 80, targetPort: 8080}", ", type: LoadBalancer")
_BLOCK_PEER = from_peer("ipBlock: {cidr: 192.0.2.0/24} # HERE")
_LONE = (
    "apiVersion: v1 # HERE\nkind: Pod\nmetadata: {name: lone, namespace: demo, labels: {app: lone}}\n"
    "spec: {}\n---\n"
)
_GOOD_PEER = "podSelector: {matchLabels: {app: client}}"


def _nodes(count: int) -> str:
    one = (
        "---\n{{apiVersion: v1, kind: Node, metadata: {{name: n{}, labels: {{kubernetes.io/os: linux}}}}}}\n"
    )
    return "".join(one.format(number) for number in range(count))


def _deployment(replicas: int) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: many, namespace: demo}\n"
        f"spec: {{replicas: {replicas}, template: {{metadata: {{labels: {{app: many}}}}, spec: {{}}}}}}\n"
    )


WINDOWS = (
    Case(
        "npm-windows-named-port",
        ingress("- ports:\n    - port: http # HERE"),
        ("port: http", "port: 8080"),
        "npm-windows",
        base=_WINDOWS_POD,
    ),
    Case(
        "npm-windows-sctp",
        ingress("- ports:\n    - {port: 80, protocol: SCTP} # HERE"),
        ("SCTP", "TCP"),
        "npm-windows",
        base=_WINDOWS_POD,
    ),
    Case(
        "npm-windows-negation",
        from_peer("podSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]} # HERE"),
        ("DoesNotExist", "Exists"),
        "npm-windows",
        base=_WINDOWS_POD,
    ),
    Case(
        "npm-windows-negation",
        policy("podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [x]}]} # HERE"),
        ("NotIn, values: [x]", "In, values: [server]"),
        "npm-windows",
        name="subject",
        base=_WINDOWS_POD,
    ),
    Case(
        "npm-windows-except",
        from_peer("ipBlock:\n          cidr: 192.0.2.0/24\n          except: [192.0.2.1/32] # HERE"),
        ("except: [192.0.2.1/32]", ""),
        "npm-windows",
        base=_WINDOWS_POD,
    ),
    Case(
        "npm-windows-except",
        from_peer("ipBlock:\n          cidr: 192.0.2.0/24\n          except: [192.0.2.1/32] # HERE"),
        engine="npm-windows",
        clean_engine="npm-linux",
        name="engine",
        base=_WINDOWS_POD,
    ),
    Case(
        "npm-windows-named-port",
        ingress("- ports:\n    - port: http # HERE"),
        ("app: server", "app: client"),
        "npm-windows",
        name="selects-linux-pods-only",
        base=_WINDOWS_POD.replace("{nodeName: node1", "{nodeName: node1, os: {name: linux}"),
    ),
    Case(
        "windows-not-enforced",
        marked(policy("podSelector: {}")),
        engine="cilium",
        clean_engine="calico",
        base=_WINDOWS_POD,
    ),
)
NPM = (
    Case(
        "npm-ipv6",
        from_peer("ipBlock: {cidr: 2001:db8::/32} # HERE"),
        engine="npm-linux",
        clean_engine="calico",
    ),
    Case(
        "npm-ip-blocks",
        marked(ingress(f"- from:\n{_BLOCKS}")),
        ("\n        - ipBlock: {cidr: 192.0.2.4/32}", ""),
        "npm-linux",
    ),
    Case(
        "npm-namespace-not-in",
        from_peer(
            "namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [x, z]}]} # HERE"
        ),
        ("[x, z]", "[x]"),
        "npm-linux",
    ),
    Case(
        "npm-namespace-not-in",
        from_peer(
            "namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [x, z]}]} # HERE"
        ),
        engine="npm-linux@2026-08",
        clean_engine="npm-linux@2026-09",
        name="version",
    ),
    Case(
        "npm-negated-namespace",
        from_peer("namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]} # HERE"),
        ("DoesNotExist", "Exists"),
        "npm-linux",
    ),
    Case(
        "npm-zero-block",
        from_peer("ipBlock: {cidr: 10.0.0.0/0} # HERE"),
        ("10.0.0.0/0", "0.0.0.0/0"),
        "npm-linux",
    ),
    Case(
        "npm-large-in",
        from_peer(
            f"namespaceSelector: {{matchExpressions: [{{key: a, operator: In, values: [{_MANY}]}}]}} # HERE"
        ),
        (", v64", ""),
        "npm-linux",
    ),
    Case(
        "npm-lite-cidr-only",
        marked(from_peer(_GOOD_PEER)),
        (_GOOD_PEER, "ipBlock: {cidr: 192.0.2.0/24}"),
        "npm-lite",
    ),
    Case(
        "npm-nodes",
        _nodes(251),
        ("name: n250, labels: {kubernetes.io/os: linux}", "name: n250, labels: {kubernetes.io/os: windows}"),
        "npm-linux",
        base="",
    ),
    Case("npm-pods", _deployment(20_001), ("20001", "20000"), "npm-linux", base=""),
    Case(
        "npm-service-through-node",
        policy("podSelector: {}")
        + _LOAD_BALANCER.replace("---\napiVersion: v1", "---\napiVersion: v1 # HERE"),
        ("type: LoadBalancer", "type: LoadBalancer, externalTrafficPolicy: Local"),
        "npm-linux",
    ),
)
_BY_NAME = (
    "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: demo}\n"
    "spec:\n  endpointSelector: {}\n  egress:\n    - toFQDNs: [{matchName: example.com}] # HERE\n"
    "    - toPorts: [{ports: [{port: '53', protocol: ANY}]DNS}]\n"
)
ADDRESSES = (
    Case(
        "ip-block-in-cluster",
        from_peer("ipBlock: {cidr: 10.244.0.0/16} # HERE"),
        ("10.244.0.0/16", "192.0.2.0/24"),
    ),
    Case(
        "ip-block-in-cluster",
        from_peer("ipBlock: {cidr: 10.224.0.4/32} # HERE"),
        ("10.224.0.4", "10.224.0.5"),
        name="node",
    ),
    Case(
        "ip-block-cluster-ip",
        egress("- to:\n    - ipBlock: {cidr: 10.96.0.9/32} # HERE")
        + service("{port: 80, targetPort: 8080}", ", clusterIPs: [10.96.0.9]"),
        ("10.96.0.9/32", "192.0.2.9/32"),
    ),
    Case(
        "except-outside-cidr",
        (
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: demo}\n"
            "spec:\n  endpointSelector: {}\n  ingress:\n"
            "    - fromCIDRSet: [{cidr: 10.0.0.0/24, except: [10.0.1.0/25]}] # HERE\n"
        ),
        ("10.0.1.0/25", "10.0.0.0/25"),
        "cilium",
    ),
    Case(
        "cidr-host-bits", from_peer("ipBlock: {cidr: 192.0.2.1/24} # HERE"), ("192.0.2.1/24", "192.0.2.0/24")
    ),
    Case(
        "egress-metadata",
        egress("- to:\n    - ipBlock: {cidr: 0.0.0.0/0} # HERE"),
        ("cidr: 0.0.0.0/0", "cidr: 0.0.0.0/0, except: [169.254.169.254/32, 168.63.129.16/32]"),
    ),
    # Azure docs, Instance Metadata Service: any pod that may connect to it gets the node's identity.
    Case(
        "egress-metadata", egress("- ports: [{port: 80}] # HERE"), ("port: 80", "port: 443"), name="any-peer"
    ),
)
PORTS = (
    Case(
        "end-port-ignored",
        ingress("- ports:\n    - {port: 8000, endPort: 8100} # HERE"),
        engine="cilium@1.16",
        clean_engine="cilium@1.17",
    ),
    Case(
        "named-port-differs",
        policy("podSelector: {}\ningress:\n  - ports:\n      - port: http # HERE"),
        ("podSelector: {}", "podSelector: {matchLabels: {app: server}}"),
        base=BASE.replace("x}]}\n", "x, ports: [{name: http, containerPort: 9090}]}]}\n"),
    ),
    Case("named-port-missing", ingress("- ports:\n    - port: https # HERE"), ("port: https", "port: http")),
    Case(
        "named-port-ip-block",
        egress("- to: [{ipBlock: {cidr: 192.0.2.0/24}}]\n  ports:\n    - port: http # HERE"),
        ("port: http", "port: 80"),
    ),
    Case("port-tcp-only", ingress("- ports:\n    - {} # HERE"), ("- {}", "- {protocol: TCP}")),
    Case(
        "cilium-sctp", ingress("- ports:\n    - {port: 80, protocol: SCTP} # HERE"), ("SCTP", "UDP"), "cilium"
    ),
    Case(
        "service-port",
        ingress(_PORT) + service("{port: 80, targetPort: 8080}"),
        ("{port: 80, protocol", "{port: 8080, protocol"),
    ),
    Case(
        "service-port",
        egress("- to:\n    - podSelector: {matchLabels: {app: server}}\n  ports:\n    - port: 80 # HERE")
        + service("{port: 80, targetPort: http}"),
        ("- port: 80 ", "- port: 8080 "),
        name="egress",
    ),
    Case(
        "load-balancer-source",
        _BLOCK_PEER + _LOAD_BALANCER,
        ("type: LoadBalancer", "type: LoadBalancer, externalTrafficPolicy: Local"),
    ),
)
DEAD = (
    Case(
        "dead-section",
        policy(f"podSelector: {{}}\npolicyTypes: [Egress]\negress:\n  {_DNS}\ningress: # HERE\n  - {{}}"),
        ("[Egress]", "[Ingress, Egress]"),
    ),
    Case(
        "policy-types-missing",
        policy(f"podSelector: {{}}\negress:\n  {_DNS}").replace("spec:", "spec: # HERE"),
        ("egress:", "policyTypes: [Egress]\n  egress:"),
    ),
    Case(
        "egress-empty-untyped",
        policy("podSelector: {}\negress: [] # HERE"),
        ("egress:", "policyTypes: [Egress]\n  egress:"),
    ),
    Case(
        "duplicate-policy",
        policy("podSelector: {}") + "---\n" + marked(policy("podSelector: {}", "q")),
        ("name: q, namespace: demo", "name: q, namespace: other"),
    ),
    Case(
        "shadowed-policy",
        marked(ingress(f"- from:\n    - {_GOOD_PEER}"))
        + "---\n"
        + policy("podSelector: {}\ningress: [{}]", "q"),
        ("ingress: [{}]", "ingress: []"),
    ),
    Case(
        "shadowed-rule",
        ingress("- ports: [{port: 1, endPort: 100}]\n- ports: [{port: 80}] # HERE"),
        ("{port: 80}", "{port: 800}"),
    ),
    Case(
        "shadowed-peer",
        ingress("- from:\n    - namespaceSelector: {}\n    - podSelector: {} # HERE"),
        ("    - namespaceSelector: {}", "    - namespaceSelector: {matchLabels: {team: a}}"),
    ),
)
SELECTION = (
    Case(
        "policy-selects-nothing",
        marked(policy("podSelector: {matchLabels: {app: servr}}")),
        ("app: servr", "app: server"),
    ),
    Case(
        "peer-selects-nothing",
        from_peer("podSelector: {matchLabels: {app: clint}} # HERE"),
        ("clint", "client"),
    ),
    Case(
        "peer-selects-nothing",
        from_peer("namespaceSelector: {matchLabels: {name: demo}} # HERE"),
        ("{name: demo}} #", "{kubernetes.io/metadata.name: demo}} #"),
        name="namespace-by-name",
    ),
    Case(
        "host-network-selected",
        marked(policy("podSelector: {}")),
        ("podSelector: {}", "podSelector: {matchLabels: {app: client}}"),
        base=BASE.replace("nodeName: node1\n", "nodeName: node1\n  hostNetwork: true\n"),
    ),
    Case(
        "kind-not-enforced",
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        "metadata: {name: p, namespace: demo}\nspec: {endpointSelector: {}, ingress: [{}]} # HERE\n",
        engine="calico",
        clean_engine="cilium",
    ),
    Case(
        "kind-by-version",
        "apiVersion: policy.networking.k8s.io/v1alpha1 # HERE\nkind: AdminNetworkPolicy\n"
        "metadata: {name: p}\nspec: {priority: 1, subject: {namespaces: {}}}\n",
        engine="calico",
        clean_engine="calico@3.31",
    ),
    Case(
        "pod-open-ingress",
        _LONE
        + policy("podSelector: {matchExpressions: [{key: app, operator: In, values: [server, client]}]}"),
        ("[server, client]", "[server, client, lone]"),
    ),
    Case(
        "pod-open-egress",
        _LONE
        + policy(
            "podSelector: {matchExpressions: [{key: app, operator: In, values: [server, client]}]}\n"
            "policyTypes: [Egress]"
        ),
        ("[server, client]", "[server, client, lone]"),
    ),
    Case("egress-without-dns", marked(egress("- ports: [{port: 80}]")), ("[{port: 80}]", _DNS[9:])),
    Case(
        "egress-without-dns",
        marked(egress("- ports: [{port: 53, protocol: UDP}]")),
        ("[{port: 53, protocol: UDP}]", _DNS[9:]),
        name="tcp",
    ),
    Case(
        "fqdn-without-dns-rule",
        _BY_NAME.replace("DNS", ", rules: {}"),
        ("rules: {}", "rules: {dns: [{matchPattern: '*'}]}"),
        engine="cilium",
    ),
)
_CILIUM = (
    "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: demo}\n"
    "spec:\n  endpointSelector: {}\n  egress:\n    - RULE # HERE\n"
)
REST = (
    Case(
        "image-registry",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: demo}\nspec:\n  template:\n"
        "    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: main\n"
        "          image: k8s.gcr.io/e2e-test-images/agnhost:2.33 # HERE\n",
        ("k8s.gcr.io", "registry.k8s.io"),
    ),
    Case(
        "cilium-advanced-networking",
        _CILIUM.replace("RULE", "{toFQDNs: [{matchName: example.com}]}"),
        ("toFQDNs: [{matchName: example.com}]", "toEntities: [world]"),
        engine="cilium",
        name="domain",
    ),
    Case(
        "cilium-advanced-networking",
        _CILIUM.replace(
            "RULE", "{toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{method: GET}]}}]}"
        ),
        (", rules: {http: [{method: GET}]}", ""),
        engine="cilium",
        name="layer-7",
    ),
    Case(
        "calico-kind-unsupported",
        "apiVersion: projectcalico.org/v3 # HERE\nkind: GlobalNetworkPolicy\nmetadata: {name: p}\n"
        "spec: {selector: all(), ingress: [{action: Allow}]}\n",
        engine="calico",
        clean_engine="cilium",
    ),
    Case("engine-none", policy("podSelector: {}"), engine="none", clean_engine="kubernetes"),
    Case("engine-retired", policy("podSelector: {}"), engine="npm-windows", clean_engine="npm-linux"),
    Case("engine-retires", policy("podSelector: {}"), engine="npm-linux", clean_engine="cilium"),
)
CASES = (*WINDOWS, *NPM, *ADDRESSES, *PORTS, *DEAD, *SELECTION, *REST)
