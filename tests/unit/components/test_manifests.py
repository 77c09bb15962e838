"""manifests.py: what is read, and what is refused where."""

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
    found = load_policies([tmp_path])
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
        pytest.param("a: [1\nb: 2\n", 2, "is not YAML", id="broken"),
        pytest.param("# list\n- a\n", 2, "expected a NetworkPolicy, found a sequence", id="sequence"),
        pytest.param("just text", 1, "expected a NetworkPolicy, found a scalar", id="scalar"),
        pytest.param(
            policy("ok") + "---\napiVersion: v1\nkind: Pod\n",
            9,
            "expected networking.k8s.io/v1 NetworkPolicy, found v1 Pod",
            id="pod",
        ),
        pytest.param("kind: NetworkPolicy\n", 1, "found None NetworkPolicy", id="no-api-version"),
        pytest.param(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {}\n",
            1,
            "without metadata.name",
            id="no-name",
        ),
        pytest.param(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n",
            1,
            "'a' without a spec",
            id="no-spec",
        ),
        pytest.param(policy("x") + "---\n" + policy("x"), 9, "already defined at", id="twice"),
        pytest.param("kind: !!python/name:os.system\n", 1, "is not YAML", id="python-tag"),
        pytest.param("{a: 1}: b\n? [x]\n: y\n", 1, "is not YAML", id="unhashable-key"),
    ],
)
def test_refused_with_file_and_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(text)
    with pytest.raises(ManifestError) as caught:
        load_policies([file])
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert problem in str(caught.value)


def test_missing_path(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no such file or directory"):
        load_policies([tmp_path / "absent"])


def test_empty_directory(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="holds no"):
        load_policies([tmp_path])


def test_not_text(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_bytes(b"\xff\xfe\x00\x01\xff")
    with pytest.raises(ManifestError, match="UTF-8"):
        load_policies([file])


def test_demo_policy_is_the_documented_one() -> None:
    root = Path(__file__).parents[3]
    (found,) = load_policies([root / "policies" / "demo"])
    assert found.name == "demo-policy"
    assert found.spec["podSelector"] == {"matchLabels": {"app": "server"}}
    assert found.spec["ingress"] == [
        {
            "from": [{"podSelector": {"matchLabels": {"app": "client"}}}],
            "ports": [{"port": 80, "protocol": "TCP"}],
        }
    ]
