"""deploy/kubeconfig.py: credentials are merged as az aks get-credentials merges them."""

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol.deploy.kubeconfig import KubeconfigError, default_file, merge_into, merged


def config(name: str, key: str = "k") -> dict[str, Any]:
    return {
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}"}}],
        "users": [{"name": f"user-of-{name}", "user": {"client-key-data": key}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": f"user-of-{name}"}}],
        "current-context": name,
    }


def names(document: dict[str, Any], section: str) -> list[str]:
    return [one["name"] for one in document[section]]


def test_another_cluster_comes_beside_and_is_current() -> None:
    found = merged({**config("old"), "preferences": {"colors": True}}, config("new"), overwrite=False)
    assert (names(found, "clusters"), found["current-context"]) == (["old", "new"], "new")
    assert names(found, "users") == ["user-of-old", "user-of-new"]
    assert found["preferences"] == {"colors": True}


def test_the_same_again_changes_nothing() -> None:
    once = merged({}, config("aks"), overwrite=False)
    assert merged(once, config("aks"), overwrite=False) == once


def test_another_of_the_same_name_is_kept_unless_told() -> None:
    old = merged({}, config("aks", "mine"), overwrite=False)
    with pytest.raises(KubeconfigError, match="--overwrite-existing"):
        merged(old, config("aks", "fresh"), overwrite=False)
    replaced = merged(old, config("aks", "fresh"), overwrite=True)
    assert replaced["users"] == config("aks", "fresh")["users"]


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    file = tmp_path / "kube" / "config"
    assert merge_into(file, yaml.safe_dump(config("aks")), overwrite=False) == "aks"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert yaml.safe_load(file.read_text())["current-context"] == "aks"
    assert [one.name for one in file.parent.iterdir()] == ["config"]


@pytest.mark.parametrize("text", ["[1, 2", "just words", "- a list"], ids=["syntax", "text", "list"])
def test_what_is_no_kubeconfig_stays_as_it_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    with pytest.raises(KubeconfigError, match="is no kubeconfig"):
        merge_into(file, yaml.safe_dump(config("aks")), overwrite=True)
    assert file.read_text() == text


def test_kubectls_own_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/a:/b")
    assert default_file() == Path("/a")
    monkeypatch.delenv("KUBECONFIG")
    assert default_file() == Path.home() / ".kube" / "config"
