"""earlier_names.py: what states of before refer to is found, in the process of dynamic providers only."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

_IMPORT = """
import importlib, json, sys
found = {}
for name in sys.argv[1].split():
    try:
        found[name] = importlib.import_module(name).__name__
    except ModuleNotFoundError as error:
        found[name] = str(error)
print(json.dumps(found))
"""


def _imported(folder: Path, names: str, *process: str) -> dict[str, str]:
    command = [sys.executable, "-c", _IMPORT, names, *process]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


# How Pulumi's own host starts its process, and how ours does.
HOSTS = [pytest.param(("pulumi.dynamic",), id="official"), pytest.param(("dynamic",), id="ours")]


@pytest.mark.parametrize("process", HOSTS)
def test_found_by_the_name_of_before(tmp_path: Path, process: tuple[str, ...]) -> None:
    found = _imported(tmp_path, "components.password components.system_pool", *process)
    assert found == {
        "components.password": "aksnetpol_components.password",
        "components.system_pool": "aksnetpol_components.system_pool",
    }


@pytest.mark.parametrize("process", HOSTS)
@pytest.mark.parametrize("file", ["__init__.py", "README"], ids=["package", "folder"])
def test_beside_a_users_own_of_that_name(tmp_path: Path, process: tuple[str, ...], file: str) -> None:
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / file).touch()
    (tmp_path / "components" / "system_pool.py").touch()
    found = _imported(tmp_path, "components.password components.system_pool", *process)
    assert found == {
        "components.password": "aksnetpol_components.password",
        "components.system_pool": "components.system_pool",
    }


def test_nobody_elses_is_made_up(tmp_path: Path) -> None:
    found = _imported(tmp_path, "components.cluster stacks.load", "pulumi.dynamic")
    assert all("No module named" in said for said in found.values())


def test_no_other_process_has_them(tmp_path: Path) -> None:
    found = _imported(tmp_path, "components.password")
    assert "No module named" in found["components.password"]
