"""The components from another language: the YAML example as it stands, to a cluster and back."""

from __future__ import annotations

import json
import shutil
import sys

import pytest

from aksnetpol import toolchain

from .conftest import ROOT, Project
from .test_scenarios import managed_clusters

pytestmark = [
    pytest.mark.engine,
    pytest.mark.control_plane,
    pytest.mark.skipif(
        not toolchain.plan(["pulumi-language-yaml"]).found,
        reason="no pulumi-language-yaml: build it by `aksnetpol tools` (half a minute)",
    ),
]


def test_the_example_goes_up_previews_empty_and_leaves_nothing(project: Project) -> None:
    for folder in ("examples/yaml", "provider"):
        shutil.copytree(ROOT / folder, project.folder / folder)
    example = Project(project.folder / "examples" / "yaml", project.home)
    session = {**project.session(), "AKSNETPOL_PYTHON": sys.executable}

    example.run("pulumi", "stack", "init", "try", env=session)
    example.run("pulumi", "up", "--yes", "--skip-preview", env=session)
    outputs = json.loads(example.run("pulumi", "stack", "output", "--json", env=session).stdout)
    assert (outputs["networkPolicy"], outputs["policies"]) == ("cilium", ["demo-policy"])
    (cluster,) = managed_clusters(session)
    assert {pool.name: pool.mode for pool in cluster.agent_pool_profiles} == {
        "system": "System",
        "work": "User",
    }
    preview = json.loads(example.run("pulumi", "preview", "--json", env=session).stdout)
    assert set(preview["changeSummary"]) <= {"same", "refresh"}, preview["changeSummary"]
    example.run("pulumi", "destroy", "--yes", "--skip-preview", env=session)
    assert managed_clusters(session) == []
