"""An engine change needs neither Pulumi nor the components, and no client before somebody asks for one."""

import json
import subprocess
import sys

import pytest

_SCRIPT = """
import importlib, json, pkgutil, sys

MISSING = frozenset(sys.argv[1].split())

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
import aksnetpol.migration
failed = {}
for found in pkgutil.iter_modules(aksnetpol.migration.__path__, "aksnetpol.migration."):
    try:
        importlib.import_module(found.name)
    except ImportError as error:
        failed[found.name] = error.name
print(json.dumps(failed))
"""
_PULUMI = "pulumi pulumi_azure_native pulumi_kubernetes grpc aksnetpol_components aksnetpol_stacks"
_CLIENTS = "kubernetes httpx azure urllib3"


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param(_PULUMI, id="no-pulumi"),
        pytest.param(f"{_PULUMI} {_CLIENTS}", id="no-clients"),
    ],
)
def test_everything_imports(missing: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, missing], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}


@pytest.mark.parametrize(
    "module",
    [
        "aksnetpol.azure.aks",
        "aksnetpol_components.cluster_networking",
        "aksnetpol_components.windows_password",
        "aksnetpol_components.system_pool",
    ],
)
def test_the_api_version_does_not_cost_a_client(module: str) -> None:
    """Pulumi starts a process for every dynamic provider, and the program itself never asks Azure."""
    script = (
        f"import sys, {module}; print([one for one in ('httpx', 'azure', 'pydantic') if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
