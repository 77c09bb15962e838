"""What a review is made and shown by imports in the light installation, without what its extras bring.

A finder refuses those, as if they were not installed.
"""

import subprocess
import sys

import pytest

_EXTRAS = (
    "aksnetpol_components", "aksnetpol_stacks", "azure", "grpc", "httpx", "kubernetes", "pulumi",
    "pulumi_azure_native", "pulumi_kubernetes",
)  # fmt: skip
_SCRIPT = """
import importlib, sys

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {extras!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refuses())
importlib.import_module({module!r})
"""


@pytest.mark.parametrize(
    "module",
    ["aksnetpol.review", "aksnetpol.review.formats.rendering", "aksnetpol.post", "aksnetpol.cli.review"],
)
def test_imports_without_the_extras(module: str) -> None:
    script = _SCRIPT.format(extras=_EXTRAS, module=module)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
