"""Folders of manifests, and what `up`, `lint`, `reach` and `review` all find in them."""

from dataclasses import dataclass

Content = str | bytes


@dataclass(frozen=True)
class Tree:
    """A folder.

    Args:
        files: by their paths; what begins with LINK is a link to the rest.
        names: of the policies, in the order of the files; empty where it is refused.
        refused: the place, from the folder on, and part of what is said there.
        up_alone: only what `up` applies is refused: the others read it.
    """

    files: dict[str, Content]
    names: tuple[str, ...] = ()
    refused: tuple[str, str] | None = None
    up_alone: bool = False


LINK = "-> "


def policy(name: str, *, more: str = "", spec: str = "podSelector: {}") -> str:
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  {more}
spec:
  {spec}
"""


def _indented(text: str, by: int) -> str:
    """Return a document as an item of a list."""
    first, *rest = text.splitlines()
    return "\n".join([f"{' ' * by}- {first}", *(f"{' ' * (by + 2)}{line}" for line in rest)]) + "\n"


def _list(*items: str, kind: str = "List", version: str = "v1") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nitems:\n" + "".join(_indented(one, 0) for one in items)


def _json(name: str, more: str = "") -> str:
    return (
        f'{{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",\n'
        f' "metadata": {{"name": "{name}"}},\n "spec": {{"podSelector": {{}}{more}}}}}'
    )


_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: i}]}\n"
_SCALARS = """\
podSelector:
    matchLabels: {since: 2026-11-23}
    matchExpressions: [{key: at, operator: In, values: ["on"]}]
  ingress:
  - from: &office
    - ipBlock: {cidr: 192.0.2.0/24}
    ports: [{port: 0120}, {port: 0x1F90, endPort: 8_081}, {port: http}]
  - from: *office
    ports: [{<<: {protocol: UDP, port: 1}, port: 53}]
"""

TREES = {
    "one-file": Tree({"a.yaml": policy("a")}, ("a",)),
    "all-suffixes-to-any-depth": Tree(
        {
            "b.yaml": policy("b"),
            "a.yml": policy("a"),
            "deep/er/c.json": _json("c"),
            "notes.md": "no manifest",
            "d.yaml.bak": policy("d"),
            "E.YAML": policy("e"),
        },
        ("a", "b", "c"),
    ),
    "documents-and-comments": Tree(
        {
            "a.yaml": f"# none\n---\n{policy('a')}---\n---\n# b\n{policy('b')}...\n",
            "b.yaml": "# nothing\n",
            "c.yaml": "",
        },
        ("a", "b"),
    ),
    "hidden-file": Tree({"a.yaml": policy("a"), ".b.yaml": policy("b")}, ("a",)),
    "hidden-folder": Tree(
        {
            "a.yaml": policy("a"),
            ".draft/allow-all.yaml": policy("allow-all"),
            "deep/.cache/deeper/b.json": "not even JSON",
        },
        ("a",),
    ),
    "all-hidden": Tree(
        {".draft/allow-all.yaml": policy("allow-all")}, refused=("", "what is hidden is skipped")
    ),
    "no-manifest": Tree({"notes.md": "nothing"}, refused=("", "no file below it ends in .yaml, .yml, .json")),
    "list": Tree({"a.yaml": _list(policy("a"), policy("b"))}, ("a", "b")),
    "list-of-lists": Tree(
        {"a.yaml": _list(policy("a"), _list(policy("b"), _list(policy("c"))), policy("d"))},
        ("a", "b", "c", "d"),
    ),
    "typed-list": Tree(
        {
            "a.yaml": _list(
                "metadata: {name: a}\nspec: {podSelector: {}}",
                kind="NetworkPolicyList",
                version="networking.k8s.io/v1",
            )
        },
        ("a",),
    ),
    "empty-lists": Tree(
        {"a.yaml": "apiVersion: v1\nkind: List\nitems:\n", "b.yaml": "kind: List\nitems: []\n"}, ()
    ),
    "list-of-no-list": Tree(
        {"a.yaml": "kind: List\nitems: {a: 1}\n"}, refused=("a.yaml:1", "must be a list")
    ),
    "list-of-no-objects": Tree(
        {"a.yaml": _list(policy("a")) + "- just text\n"}, refused=("a.yaml:11", "no object")
    ),
    "list-of-no-kinds": Tree({"a.yaml": "kind: List\nitems:\n- a: 1\n"}, refused=("a.yaml:3", "has no kind")),
    "json-list": Tree(
        {"a.json": f'{{"apiVersion": "v1", "kind": "List", "items": [{_json("a")}, {_json("b")}]}}'},
        ("a", "b"),
    ),
    "several-json-values": Tree({"a.json": f"{_json('a')}\n{_json('b')}"}, ("a", "b")),
    "json-called-yaml": Tree({"a.yaml": _json("a")}, ("a",)),
    "yaml-called-json": Tree({"a.json": policy("a")}, ("a",)),
    "flow-style-called-json": Tree({"a.json": "{kind: NetworkPolicy}"}, refused=("a.json:1", "not JSON")),
    "duplicate-key": Tree(
        {"a.yaml": policy("a", spec="podSelector: {}\n  podSelector: {}")},
        refused=("a.yaml:8", "key 'podSelector' is given twice in one mapping"),
    ),
    "duplicate-key-in-json": Tree(
        {"a.json": _json("a", ',\n "podSelector": {}')},
        refused=("a.json:4", "key 'podSelector' is given twice in one mapping"),
    ),
    "duplicate-kind-in-json": Tree(
        {"a.json": '{"kind": "Pod", "kind": "NetworkPolicy"}'},
        refused=("a.json:1", "key 'kind' is given twice"),
    ),
    "crlf": Tree({"a.yaml": f"{policy('a')}---\n{policy('b')}".replace("\n", "\r\n")}, ("a", "b")),
    "byte-order-mark": Tree(
        {"a.yaml": b"\xef\xbb\xbf" + policy("a").encode(), "b.json": b"\xef\xbb\xbf" + _json("b").encode()},
        ("a", "b"),
    ),
    "utf-16": Tree({"a.yaml": policy("a").encode("utf-16")}, ("a",)),
    "utf-16-big-endian": Tree({"a.yaml": b"\xfe\xff" + policy("a").encode("utf-16-be")}, ("a",)),
    "utf-16-without-its-mark": Tree(
        {"a.yaml": policy("a").encode("utf-16-le")}, refused=("a.yaml:1", "control characters")
    ),
    "half-of-utf-16": Tree({"a.yaml": b"\xff\xfea"}, refused=("a.yaml", "not UTF-16-LE text at line 1")),
    "latin-1": Tree({"a.yaml": b"# \xe9\n"}, refused=("a.yaml", "not UTF-8 text at line 1")),
    "scalars-of-yaml-1.1": Tree(
        {"a.yaml": policy("a", more="annotations: {at: 1:20, since: 2026-11-23}", spec=_SCALARS)}, ("a",)
    ),
    "boolean-label": Tree(
        {"a.yaml": policy("a", spec="podSelector: {matchLabels: {on-call: yes}}")},
        refused=("a.yaml:7", "must be text, not a boolean; quote it"),
    ),
    "number-annotation": Tree(
        {"a.yaml": policy("a", more="annotations: {owner: 12}")},
        refused=("a.yaml:5", "must be text, not a number; quote it"),
    ),
    "text-labels": Tree({"a.yaml": policy("a", more="labels: {since: 2026-11-23, team: 'on'}")}, ("a",)),
    "anchors": Tree(
        {
            "a.yaml": policy("a", more="labels: &team {team: a}", spec="podSelector: {matchLabels: *team}")
            + "---\n"
            + policy("b", spec="podSelector: {matchLabels: {<<: {x: w}}}")
        },
        ("a", "b"),
    ),
    "anchor-of-another-document": Tree(
        {"a.yaml": policy("a", more="labels: &team {team: a}") + "---\n" + policy("b", more="labels: *team")},
        refused=("a.yaml:13", "alias *team has no anchor before it"),
    ),
    "tags": Tree(
        {"a.yaml": policy("!!str a", spec="podSelector: !!map {matchLabels: {n: !!str 12}}")}, ("a",)
    ),
    "not-yaml": Tree({"a.yaml": "kind: [1\nb: 2\n"}, refused=("a.yaml:2", "not YAML")),
    "not-json": Tree({"a.json": '{"kind": 1,\n "b"}'}, refused=("a.json:2", "not JSON")),
    "no-manifest-among-them": Tree(
        {"a.yaml": policy("a"), "values.yaml": "replicas: 3\n", "text.yaml": "just text", "odd.yaml": "[: 1"},
        ("a",),
    ),
    "kustomization": Tree(
        {"kustomization.yaml": "namespace: a\nresources: [a.yaml]\n", "a.yaml": policy("a")},
        ("a",),
        refused=("kustomization.yaml", "its files are read as they are"),
        up_alone=True,
    ),
    "object-without-a-kind": Tree(
        {"a.yaml": policy("a"), "b.yaml": policy("b").replace("kind: NetworkPolicy\n", "")},
        refused=("b.yaml:1", "not a Kubernetes object: it has no kind"),
    ),
    "misspelt-field": Tree(
        {"a.yaml": policy("a", spec="podSelecter: {}")}, refused=("a.yaml:7", "unknown field")
    ),
    "wrong-type": Tree(
        {"a.yaml": policy("a", spec="podSelector: {}\n  ingress: [{ports: [{port: true}]}]")},
        refused=("a.yaml:8", "must be a whole number, not a boolean"),
    ),
    "no-spec": Tree(
        {"a.yaml": policy("a").partition("spec")[0]}, refused=("a.yaml:1", "document: spec is missing")
    ),
    "no-name": Tree(
        {"a.yaml": policy("a").replace("name:", "labels:")}, refused=("a.yaml:3", "name is missing")
    ),
    "number-as-name": Tree({"a.yaml": policy("12")}, refused=("a.yaml:4", "must be text, not a number")),
    "no-api-version": Tree(
        {"a.yaml": policy("a").partition("\n")[2]},
        refused=("a.yaml:1", "no API has NetworkPolicy in the group"),
    ),
    "misspelt-group": Tree(
        {"a.yaml": policy("a").replace("networking.k8s.io", "networking.k8s.o")},
        refused=("a.yaml:1", "write networking.k8s.io"),
    ),
    "kind-in-lower-case": Tree(
        {"a.yaml": policy("a").replace("NetworkPolicy", "networkpolicy")},
        refused=("a.yaml:2", "kind 'networkpolicy' must be written NetworkPolicy: case counts"),
    ),
    "kind-in-wrong-case-in-a-list": Tree(
        {"a.yaml": _list(policy("a"), policy("b").replace("NetworkPolicy", "networkPolicy"))},
        refused=("a.yaml:12", "kind 'networkPolicy' must be written NetworkPolicy"),
    ),
    "list-in-lower-case": Tree(
        {"a.yaml": _list(policy("a"), kind="list")},
        refused=("a.yaml:2", "kind 'list' must be written List"),
    ),
    "typed-list-in-wrong-case": Tree(
        {"a.yaml": _list(kind="Networkpolicylist", version="networking.k8s.io/v1")},
        refused=("a.yaml:2", "kind 'Networkpolicylist' must be written NetworkPolicyList"),
    ),
    "workload-in-lower-case": Tree(
        {"a.yaml": "apiVersion: apps/v1\nkind: deployment\n"},
        refused=("a.yaml:2", "kind 'deployment' must be written Deployment"),
    ),
    "group-in-wrong-case": Tree(
        {"a.yaml": policy("a").replace("networking", "Networking")},
        refused=("a.yaml:1", "apiVersion 'Networking.k8s.io/v1' must be written networking.k8s.io/v1"),
    ),
    "kind-of-an-older-group-of-calico": Tree(
        {"a.yaml": "apiVersion: crd.projectcalico.org/v1\nkind: globalnetworkpolicy\n"},
        refused=("a.yaml:2", "kind 'globalnetworkpolicy' must be written GlobalNetworkPolicy"),
    ),
    "version-in-wrong-case": Tree(
        {"a.yaml": policy("a").replace("/v1", "/V1")},
        refused=("a.yaml:1", "apiVersion 'networking.k8s.io/V1' must be written networking.k8s.io/v1"),
    ),
    "same-policy-twice": Tree({"a.yaml": policy("a"), "b.yaml": policy("a")}, ("a",)),
    "two-policies-of-one-name": Tree(
        {"a.yaml": policy("a"), "b.yaml": policy("a", more="labels: {a: b}")},
        refused=("b.yaml:1", "with other content: keep one of them"),
    ),
    "a-namespace": Tree({"a.yaml": policy("a", more="namespace: shop")}, ("a",)),
    "an-empty-namespace": Tree({"a.yaml": policy("a", more="namespace: ''")}, ("a",)),
    "linked-file": Tree({"a.yaml": f"{LINK}.other/b.txt", ".other/b.txt": policy("b")}, ("b",)),
    "linked-folder": Tree(
        {"a.yaml": policy("a"), "linked": f"{LINK}.other", ".other/b.yaml": policy("b")}, ("a",)
    ),
    "linked-folder-called-yaml": Tree(
        {"a.yaml": policy("a"), "linked.yaml": f"{LINK}.other", ".other/b.yaml": policy("b")}, ("a",)
    ),
    "link-to-nowhere": Tree({"a.yaml": f"{LINK}gone.yaml"}, refused=("a.yaml", "No such file or directory")),
    "links-in-a-circle": Tree({"a.yaml": f"{LINK}b.txt", "b.txt": f"{LINK}a.yaml"}, refused=("a.yaml", "")),
    "folder-called-yaml": Tree({"a.yaml/b.yaml": policy("b")}, ("b",)),
    # What the others read and `up` cannot apply, it refuses: nothing that they take for applied is left out.
    "a-pod": Tree(
        {"a.yaml": f"{policy('a')}---\n{_POD}"},
        ("a",),
        ("a.yaml:9", "expected networking.k8s.io/v1 NetworkPolicy, found v1 Pod; only policies belong here"),
        up_alone=True,
    ),
    "a-config-map-in-a-list": Tree(
        {"a.yaml": _list(policy("a"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}")},
        ("a",),
        ("a.yaml:11", "found v1 ConfigMap"),
        up_alone=True,
    ),
    "kinds-of-others-in-any-case": Tree(
        {
            "a.yaml": policy("a")
            + "---\napiVersion: Example.com/v1\nkind: pod\n---\nkind: Allowlist\nitems: []\n"
        },
        ("a",),
        ("a.yaml:9", "found Example.com/v1 pod"),
        up_alone=True,
    ),
    "a-policy-of-cilium": Tree(
        {
            "a.yaml": "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\n"
            "spec: {endpointSelector: {}, ingress: [{}]}\n"
        },
        ("a",),
        ("a.yaml:1", "found cilium.io/v2 CiliumNetworkPolicy"),
        up_alone=True,
    ),
    "an-old-version": Tree(
        {"a.yaml": policy("a").replace("/v1", "/v1beta1")},
        ("a",),
        ("a.yaml:1", "found networking.k8s.io/v1beta1 NetworkPolicy"),
        up_alone=True,
    ),
    "a-generated-name": Tree(
        {"a.yaml": policy("a-").replace("name:", "generateName:")},
        ("a-",),
        ("a.yaml:1", "NetworkPolicy without metadata.name; name it"),
        up_alone=True,
    ),
    "two-namespaces": Tree(
        {"a.yaml": policy("a", more="namespace: shop"), "b.yaml": policy("b", more="namespace: web")},
        ("a", "b"),
        ("b.yaml:1", "says namespace 'web' but is applied to 'shop'; make them agree"),
        up_alone=True,
    ),
    "one-name-in-two-namespaces": Tree(
        {"a.yaml": policy("a", more="namespace: shop"), "b.yaml": policy("a")},
        ("a", "a"),
        ("b.yaml:1", "NetworkPolicy 'a' is already defined at"),
        up_alone=True,
    ),
}
