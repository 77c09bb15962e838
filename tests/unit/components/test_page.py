"""page.py: docs/components.md is current, and its examples are true."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol_components.page import page
from tests.recording import Monitor

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "components.md"


def _block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", DOCS.read_text(), re.MULTILINE | re.DOTALL)
    return found


def test_the_documentation_is_current() -> None:
    assert DOCS.read_text() == page(), "run: python -m aksnetpol_components.page > docs/components.md"


def test_everything_is_described() -> None:
    assert re.findall(r"^\| `\w+`\*? \| .* \| *\|$", page(), re.MULTILINE) == []


def test_the_python_example_declares_what_it_says(
    deploy: Callable[..., Monitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "policies" / "demo", tmp_path / "policies")
    monkeypatch.setattr("aksnetpol_components.policy_set.get_root_directory", lambda: str(tmp_path))
    made = deploy(lambda: exec(_block("python"), {}))
    assert made.one("ManagedCluster").inputs["networkProfile"]["networkPolicy"] == "cilium"
    assert made.one("NetworkPolicy").inputs["metadata"]["namespace"] == "shop"


def test_the_yaml_example_says_the_same() -> None:
    program: dict[str, Any] = yaml.safe_load(_block("yaml"))
    properties = program["resources"]["cluster"]["properties"]
    assert properties["networkProfile"]["networkPolicy"] == "cilium"
    for key in properties:
        assert f"| `{key}`" in page()
