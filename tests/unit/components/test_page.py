"""page.py: docs/components.md is current, and its examples are true."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.recording import Monitor

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "components.md"


def _block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", DOCS.read_text(), re.MULTILINE | re.DOTALL)
    return found


def test_the_documentation_is_current() -> None:
    # A process of its own: see test_provider.py, which makes the schema so too.
    module = ("-m", "aksnetpol_components.page")
    made = subprocess.run([sys.executable, *module], capture_output=True, text=True, check=True, cwd=ROOT)
    assert DOCS.read_text() == made.stdout, "run: python -m aksnetpol_components.page > docs/components.md"


def test_everything_is_described() -> None:
    assert re.findall(r"^\| `\w+`\*? \| .* \| *\|$", DOCS.read_text(), re.MULTILINE) == []


def test_components_without_their_page() -> None:
    """Who uses a component does not pay for the schema of all."""
    code = (
        "import sys, aksnetpol_components\n"
        "aksnetpol_components.AksCluster\n"
        "print('aksnetpol_components.page' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "False\n"


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
        assert f"| `{key}`" in DOCS.read_text()


def test_the_typescript_example_says_the_same() -> None:
    block = _block("typescript")
    python = re.findall(r'"(\w+)":', _block("python"))
    keys = re.findall(r"(\w+):", block)
    assert [re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", key) for key in keys] == python
    for key in keys:
        assert f"| `{key}`" in DOCS.read_text()
