"""A newcomer's way: an empty git repository, `aksnetpol new`, a preview on this machine, a review."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Project

_IDENTITY = ("-c", "user.name=tester", "-c", "user.email=tester@example.com")
_POLICY = "policies/demo/demo-policy.yaml"


@pytest.fixture(scope="module")
def newcomer() -> Iterator[Project]:
    """An empty git repository, and a home of its own for local mode."""
    with tempfile.TemporaryDirectory(prefix="aksnetpol-") as place:
        made = Project(Path(place) / "shop-network", Path(place) / "home")
        made.folder.mkdir()
        made.run("git", "init", "--quiet")
        _commit(made, "--allow-empty")
        try:
            yield made
        finally:
            made.aksnetpol("local", "stop")


def _commit(project: Project, *options: str) -> None:
    project.run("git", "add", "--all")
    project.run("git", *_IDENTITY, "commit", "--quiet", "--message", "A step", *options)


def _rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_from_nothing_to_a_review(newcomer: Project) -> None:
    made = newcomer.json("new", ".")
    assert made["project"] == "shop-network"
    _commit(newcomer)
    assert newcomer.json("preview", "--local", "-s", "dev")["counts"] == {"create": 13}

    (first,) = newcomer.json("review", "--base", "HEAD~1", "-s", "dev")["stacks"]
    assert first["problem"] is None, "the change that adds the project"

    policy = newcomer.folder / _POLICY
    _rewrite(
        policy,
        "        - podSelector:\n            matchLabels:\n              app: client\n",
        "        - podSelector: {}\n",
    )
    _rewrite(newcomer.folder / "Pulumi.dev.yaml", "networkPolicy: cilium", "networkPolicy: azure")
    _commit(newcomer)
    (second,) = newcomer.json("review", "--base", "HEAD~1", "-s", "dev")["stacks"]
    (opened,) = second["connections"]
    assert opened["kind"] == "added"
    assert opened["source"]["workloads"] == ["demo/pod/client"]
    assert opened["destination"]["workloads"] == ["demo/pod/server"]
    assert second["engine"]
    assert second["retirements"]["new"], "Azure NPM retires"

    _rewrite(newcomer.folder / "Pulumi.dev.yaml", "networkPolicy:", "networkPolicyy:")
    refused = newcomer.run("aksnetpol", "preview", "--local", "-s", "dev", expect=2)
    assert "Pulumi.dev.yaml:9" in refused.stderr
