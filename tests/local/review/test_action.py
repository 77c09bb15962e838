"""The composite action on the scripted repository: summary, outputs, files and exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from aksnetpol.toolchain import cache
from tests.local.ci.steps import ROOT, Ran, run

from .conftest import WEB, Repository

_IN_WEB = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: inside
  namespace: web
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
ACTION = ROOT / "action.yml"
REPORT = "steps.review.outputs.report"


def _merge(repository: Any, branch: str) -> None:
    """Check out what GitHub checks out for a pull request: the merge into its base."""
    repository.git("switch", "--quiet", "--detach", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge", branch)


def _run(repository: Any, home: Path, **inputs: str) -> Ran:
    (home / "aksnetpol-cache").symlink_to(cache.root())  # as the step before restores it
    named = {name.replace("_", "-"): value for name, value in inputs.items()}
    return run(ACTION, repository.folder, home, {"stacks": "dev", **named})


@pytest.mark.parametrize(
    ("branch", "inputs", "code", "risk", "said"),
    [
        ("policy-opened", {"fail_on": "replace opened"}, 1, "high", "what fail-on names (replace opened)"),
        ("nothing", {"fail_on": "opened replace lint-error retired"}, 0, "none", ""),
        ("broken-yaml", {}, 2, "high", "A stack cannot be reviewed"),
    ],
)
def test_reports(
    branch: str, inputs: dict[str, str], code: int, risk: str, said: str, repository: Any, tmp_path: Path
) -> None:
    _merge(repository, branch)
    ran = _run(repository, tmp_path, manifests="cluster", **inputs)
    assert ran.code == code, ran.said
    assert ran.values["steps.review.outputs.risk"] == risk
    assert said in ran.said
    assert ("::error" in ran.said) == bool(code)
    assert "Review of `HEAD` against `HEAD^1`" in ran.summary
    assert ran.summary.endswith("[All formats of this report](https://github.example/artifacts/1)\n")
    assert ran.used["actions/upload-artifact"]["path"] == ran.values[REPORT]
    folder = Path(ran.values[REPORT])
    assert {path.name for path in folder.iterdir()} == {
        "report.html",
        "report.json",
        "report.md",
        "report.sarif",
        "report.xml",
    }
    schema = json.loads((ROOT / "docs" / "review.schema.json").read_bytes())
    jsonschema.validate(json.loads((folder / "report.json").read_bytes()), schema)
    assert ElementTree.parse(folder / "report.xml").getroot().get("tests") == "5"


@pytest.mark.parametrize(
    ("inputs", "code", "said"),
    [
        pytest.param({"fail_on": "opened lint-error"}, 1, "what fail-on names", id="opened"),
        pytest.param({"engine": "none", "fail_on": "opened"}, 0, "", id="engine"),
        pytest.param({"manifests": "nowhere"}, 2, "neither HEAD^1 nor HEAD has", id="nowhere"),
    ],
)
def test_manifests_alone_take_the_tool_alone(
    inputs: dict[str, str], code: int, said: str, tmp_path: Path
) -> None:
    """Without a project: no cache of tools, no stack, and the environment without extras."""
    repository = Repository(tmp_path / "repository")
    repository.folder.mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit({"k8s/web.yaml": WEB, "k8s/inside.yaml": _IN_WEB}, "Begin")
    repository.commit({"k8s/inside.yaml": f"{_IN_WEB}  ingress:\n    - {{}}\n"}, "Open")
    named = {name.replace("_", "-"): value for name, value in inputs.items()}
    ran = run(ACTION, repository.folder, tmp_path, {"manifests": "k8s", **named})
    assert ran.code == code, ran.said
    assert said in ran.said
    assert ran.values["steps.tools.outputs.command"] == "light"
    assert "actions/cache" not in ran.used
    assert ("Review of `HEAD` against `HEAD^1`" in ran.summary) == (code != 2)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"base": "no-such-branch"}, "no-such-branch"),
        ({"base": "$(touch made)`touch made`"}, "no such revision"),
        ({"fail_on": "everything"}, "everything"),
        ({"working_directory": "cluster", "base": "main", "head": "no-such-head"}, "no-such-head"),
    ],
)
def test_refuses(inputs: dict[str, str], said: str, repository: Any, tmp_path: Path) -> None:
    ran = _run(repository, tmp_path, **inputs)
    assert ran.code == 2
    assert said in ran.said
    assert ran.summary == ""
    assert "actions/upload-artifact" not in ran.used
    key = ran.used["actions/cache"]["key"]
    assert re.fullmatch("aksnetpol-Linux-X64-[0-9a-f]{16}", key)  # of the table of tools
    assert not (repository.folder / "made").exists()


def test_names_are_words_not_patterns(repository: Any, tmp_path: Path) -> None:
    ran = _run(repository, tmp_path, base="main", head="nothing", stacks="*")
    assert ran.code == 2
    assert "Pulumi.*.yaml" in ran.summary
