"""manifests.py: what is declared of what was read, and what is refused where."""

from pathlib import Path

import pytest

from aksnetpol_components import ManifestError
from aksnetpol_components.manifests import load_policies

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  labels: {{team: net}}
spec:
  podSelector: {{}}
"""
NAMELESS = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {generateName: a-}
spec: {podSelector: {}}
"""


def policy(name: str) -> str:
    return POLICY.format(name=name)


def test_files_and_directories_in_order(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "b.yaml").write_text(policy("second") + "---\n" + policy("third"))
    (tmp_path / "a.yml").write_text("---\n" + policy("first") + "---\n")
    (tmp_path / "deep" / "c.json").write_text(
        '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",'
        ' "metadata": {"name": "fourth", "namespace": "demo"}, "spec": {"podSelector": {}}}'
    )
    (tmp_path / "notes.md").write_text("not a manifest")
    found = load_policies([tmp_path]).manifests
    assert [one.name for one in found] == ["first", "second", "third", "fourth"]
    assert [one.location for one in found] == [
        f"{tmp_path}/a.yml:2",
        f"{tmp_path}/b.yaml:1",
        f"{tmp_path}/b.yaml:9",
        f"{tmp_path}/deep/c.json:1",
    ]
    assert [one.namespace for one in found] == [None, None, None, "demo"]
    assert found[0].metadata == {"labels": {"team": "net"}}
    assert found[0].spec == {"podSelector": {}}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        pytest.param("a: [1\nb: 2\n", 2, "not YAML", id="broken"),
        pytest.param("# list\n- a\n", 2, "not a Kubernetes object: it has no kind", id="sequence"),
        pytest.param("just text", 1, "not a Kubernetes object: it has no kind", id="scalar"),
        pytest.param(
            policy("ok") + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n",
            9,
            "expected networking.k8s.io/v1 NetworkPolicy, found v1 Pod; only policies belong here",
            id="pod",
        ),
        pytest.param(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n",
            4,
            "found v1 ConfigMap",
            id="config-map-in-a-list",
        ),
        pytest.param(
            "apiVersion: networking.k8s.io/v1beta1\n" + policy("old").partition("\n")[2],
            1,
            "found networking.k8s.io/v1beta1 NetworkPolicy",
            id="old-version",
        ),
        pytest.param(
            "kind: ConfigMap\nmetadata: {name: a}\n", 1, "found no apiVersion ConfigMap", id="no-api-version"
        ),
        pytest.param(
            "kind: NetworkPolicy\n", 1, "no API has NetworkPolicy in the group", id="policy-of-no-group"
        ),
        pytest.param(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {}\n",
            1,
            "metadata is missing",
            id="no-metadata",
        ),
        pytest.param(NAMELESS, 1, "NetworkPolicy without metadata.name; name it", id="generated-name"),
        pytest.param(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n",
            1,
            "spec is missing",
            id="no-spec",
        ),
        pytest.param(
            policy("x") + "---\n" + policy("x").replace("  name", "  namespace: shop\n  name"),
            9,
            "NetworkPolicy 'x' is already defined at",
            id="of-two-namespaces",
        ),
        pytest.param(
            policy("x") + "---\n" + policy("x").replace("net}", "web}"),
            9,
            "with other content: keep one of them",
            id="twice",
        ),
        pytest.param("{a: 1}: b\n? [x]\n: y\n", 1, "a mapping's key must be text", id="unhashable-key"),
        pytest.param(
            policy("x").replace("podSelector: {}", "podSelectors: {}"), 7, "unknown field", id="misspelt"
        ),
        pytest.param(policy("x").replace("net}", "yes}"), 5, "must be text, not a boolean", id="label"),
    ],
)
def test_refused_with_file_and_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(text)
    with pytest.raises(ManifestError) as caught:
        load_policies([file])
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert problem in str(caught.value)


def test_every_problem_of_the_files_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: [1\nb: 2\n")
    (tmp_path / "b.yaml").write_text("metadata: {name: b}\nspec: {}\n")
    with pytest.raises(ManifestError) as caught:
        load_policies([tmp_path])
    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == [
        f"{tmp_path}/a.yaml:2",
        f"{tmp_path}/b.yaml:1",
    ]


def test_the_same_policy_twice_is_declared_once_and_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(policy("x") + "---\n" + policy("x"))
    found = load_policies([file])
    assert [one.location for one in found.manifests] == [f"{file}:1"]
    assert found.warnings == (
        f"{file}:9: NetworkPolicy default/x was read before at {file}:1; both are the same",
    )


def test_demo_policy_is_the_documented_one() -> None:
    root = Path(__file__).parents[3]
    (found,) = load_policies([root / "policies" / "demo"]).manifests
    assert found.name == "demo-policy"
    assert found.spec["podSelector"] == {"matchLabels": {"app": "server"}}
    assert found.spec["ingress"] == [
        {
            "from": [{"podSelector": {"matchLabels": {"app": "client"}}}],
            "ports": [{"port": 80, "protocol": "TCP"}],
        }
    ]
