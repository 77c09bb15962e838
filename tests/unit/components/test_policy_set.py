"""policy_set.py: files become NetworkPolicies of one namespace."""

from pathlib import Path
from typing import Any

import pulumi
import pytest

from aksnetpol_components import ManifestError, PolicySet

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  {more}
spec:
  podSelector: {{}}
  policyTypes: [Ingress, Egress]
"""


def manifest(folder: Path, more: str = "") -> str:
    (folder / "deny.yaml").write_text(POLICY.format(more=more))
    return str(folder)


def test_policies(deploy: Any, output: Any, tmp_path: Path) -> None:
    path = manifest(tmp_path, "annotations: {why: test}")
    seen: list[Any] = []
    done = deploy(
        lambda: seen.append(
            output(PolicySet("policies", {"namespace": "shop", "paths": [path]}).policy_names)
        )
    )
    policy = done.one("NetworkPolicy")
    assert policy.name == "policies-deny"
    assert policy.inputs["metadata"] == {"name": "deny", "namespace": "shop", "annotations": {"why": "test"}}
    assert policy.inputs["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert policy.options.parent == done.one("PolicySet").urn
    assert seen[0].value == ["deny"]


def test_namespace_in_the_file_may_agree(deploy: Any, tmp_path: Path) -> None:
    path = manifest(tmp_path, "namespace: shop")
    done = deploy(lambda: PolicySet("policies", {"namespace": "shop", "paths": [path]}))
    assert done.one("NetworkPolicy").inputs["metadata"]["namespace"] == "shop"


def test_namespace_in_the_file_must_not_differ(deploy: Any, tmp_path: Path) -> None:
    path = manifest(tmp_path, "namespace: other")
    with pytest.raises(
        pulumi.RunError, match=r"deny.yaml:1: says namespace 'other' but is applied to 'shop'"
    ):
        deploy(
            lambda: PolicySet("policies", {"namespace": pulumi.Output.from_input("shop"), "paths": [path]})
        )


def test_relative_paths_start_at_the_project(
    deploy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest(tmp_path)
    monkeypatch.setattr("aksnetpol_components.policy_set.get_root_directory", lambda: str(tmp_path))
    done = deploy(lambda: PolicySet("policies", {"namespace": "shop", "paths": ["deny.yaml"]}))
    assert done.one("NetworkPolicy")


def test_errors_come_before_any_resource(deploy: Any, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no such file"):
        deploy(lambda: PolicySet("policies", {"namespace": "shop", "paths": [str(tmp_path / "absent")]}))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("policies", [], id="hidden-below"),
        pytest.param("policies/.draft", ["policies/.draft is hidden"], id="hidden-folder"),
        pytest.param("./policies/.draft/deny.yaml", ["deny.yaml is hidden"], id="file-in-one"),
    ],
)
def test_what_is_hidden_is_applied_only_where_it_is_named(
    deploy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, told: list[str]
) -> None:
    (tmp_path / "policies" / ".draft").mkdir(parents=True)
    manifest(tmp_path / "policies" / ".draft")
    manifest(tmp_path / "policies")
    said: list[str] = []
    monkeypatch.setattr("aksnetpol_components.policy_set.get_root_directory", lambda: str(tmp_path))
    monkeypatch.setattr(pulumi.log, "warn", lambda message, *_: said.append(message))
    done = deploy(lambda: PolicySet("policies", {"namespace": "shop", "paths": [path]}))
    assert done.one("NetworkPolicy").name == "policies-deny"
    assert [expected in message for message, expected in zip(said, told, strict=True)] == [True] * len(told)
