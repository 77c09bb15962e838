"""`pulumi package add` of this repository's URL: the components in a YAML, a Python and other programs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Pulumi, Repository

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_CLUSTER: dict[str, Any] = {
    "clusterName": "yaml",
    "location": "westeurope",
    "protect": False,
    "systemPool": {"name": "system", "vmSize": "Standard_D4s_v5", "count": 1},
    "networkProfile": {
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "networkPolicy": "cilium",
        "networkDataplane": "cilium",
    },
}
_PYTHON = """
import pulumi

import acme_aksnetpol as aksnetpol

cluster = aksnetpol.AksCluster(
    "cluster",
    cluster_name="python",
    location="westeurope",
    protect=False,
    system_pool=aksnetpol.PoolProfileArgsArgs(name="system", vm_size="Standard_D4s_v5", count=1),
    network_profile=aksnetpol.NetworkProfileArgsArgs(
        network_plugin="azure",
        network_plugin_mode="overlay",
        network_policy="cilium",
        network_dataplane="cilium",
    ),
)
pulumi.export("networkPolicy", cluster.network_policy)
"""


def _yaml_program(folder: Path, repository: Repository) -> None:
    program = {
        "name": "in-yaml",
        "runtime": "yaml",
        "resources": {"cluster": {"type": "aksnetpol:AksCluster", "properties": _CLUSTER}},
        "outputs": {"networkPolicy": "${cluster.networkPolicy}"},
    }
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(program))


def _python_program(folder: Path, repository: Repository) -> None:
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": "venv"}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "in-python", "runtime": runtime}))
    (folder / "__main__.py").write_text(_PYTHON)
    # The dynamic providers run in the program's environment.
    tree = repository.tree
    (folder / "requirements.txt").write_text(f"-e {tree}\n-e {tree / 'components'}\n")


@pytest.mark.parametrize(
    "write", [pytest.param(_yaml_program, id="yaml"), pytest.param(_python_program, id="python")]
)
def test_a_program(
    write: Callable[[Path, Repository], None], user: Pulumi, repository: Repository, tmp_path: Path
) -> None:
    write(tmp_path, repository)
    user.run(tmp_path, "package", "add", f"{repository.url}/components", **repository.environment)
    added = yaml.safe_load((tmp_path / "Pulumi.yaml").read_text())["packages"]["aksnetpol"]
    source, _, commit = added.partition("@")
    assert (f"https://{source}", len(commit)) == (f"{repository.url}/components", 40)
    if (tmp_path / "requirements.txt").exists():
        user.run(tmp_path, "install", "--no-plugins")

    python = {"PULUMI_PYTHON_CMD": str(user.python())}
    user.run(tmp_path, "stack", "init", "dev")
    user.run(tmp_path, "up", "--yes", "--skip-preview", **python)
    outputs = json.loads(user.run(tmp_path, "stack", "output", "--json"))
    assert outputs == {"networkPolicy": "cilium"}


@pytest.mark.parametrize(
    ("language", "file", "says"),
    [
        pytest.param("nodejs", "aksCluster.ts", "export class AksCluster extends", id="typescript"),
        pytest.param("go", "aksnetpol/aksCluster.go", "func NewAksCluster(ctx *pulumi.Context", id="go"),
    ],
)
def test_an_sdk(
    language: str,
    file: str,
    says: str,
    pulumi: Pulumi,
    repository: Repository,
    generator: Path,
    tmp_path: Path,
) -> None:
    """Made from the plugin's schema by what the official hosts of these languages have in them."""
    url = f"{repository.url}/components"
    schema = tmp_path / "schema.json"
    schema.write_text(pulumi.run(tmp_path, "package", "get-schema", url, **repository.environment))
    subprocess.run([generator, language, schema, tmp_path], check=True)
    assert says in (tmp_path / file).read_text()
