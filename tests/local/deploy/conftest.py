"""The real engine, a small Python program in a folder of its own, and a file backend."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aksnetpol import toolchain
from aksnetpol.deploy import Engine, StackWorkspace, engine_of
from aksnetpol.project import find_project

# Two dynamic resources: the second needs the first, which takes as long as SECONDS says.
_PROGRAM = """
import os
import pulumi
from things import Thing

first = Thing("first", {"log": os.environ["THING_LOG"], "seconds": pulumi.Config().require("seconds")})
Thing("second", {"log": os.environ["THING_LOG"], "seconds": "0"}, pulumi.ResourceOptions(depends_on=[first]))
pulumi.export("first", first.id)
pulumi.export("hidden", pulumi.Output.secret("mellon"))
"""
_THINGS = """
import time
from pathlib import Path
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class ThingProvider(ResourceProvider):
    def create(self, props):
        with Path(props["log"]).open("a") as log:
            log.write("begin\\n")
        time.sleep(float(props["seconds"]))
        if float(props["seconds"]) < 0:
            raise ValueError("Code=QuotaExceeded: no more things")
        return CreateResult("thing-1", dict(props))


class Thing(Resource):
    def __init__(self, name, props, opts=None):
        super().__init__(ThingProvider(), name, props, opts)
"""

MakeWorkspace = Callable[..., StackWorkspace]


@pytest.fixture(scope="session")
def engine() -> Engine:
    found = toolchain.plan(["pulumi"]).found
    if not found:
        pytest.skip("no Pulumi engine: `./run aksnetpol tools` gets it")
    return engine_of(found["pulumi"])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Gets a line for each resource whose creation begins."""
    return tmp_path / "log"


@pytest.fixture
def workspace(
    tmp_path: Path, engine: Engine, log: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeWorkspace]:
    """Makes the workspace of stack dev; local ones keep their copies of stack files in `home`."""
    folder = tmp_path / "a project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: things\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text('config:\n  things:seconds: "0"\n')
    (folder / "__main__.py").write_text(_PROGRAM)
    (folder / "things.py").write_text(_THINGS)
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("THING_LOG", str(log))
    for name in ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_BACKEND_URL"):
        monkeypatch.delenv(name, raising=False)

    def make(
        *, seconds: float = 0, local: bool = True, passphrase: str | None = "secret", stack: str = "dev"
    ) -> StackWorkspace:
        (folder / "Pulumi.dev.yaml").write_text(f'config:\n  things:seconds: "{seconds}"\n')
        environment = {
            "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
            "PULUMI_HOME": str(tmp_path / "pulumi"),
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            **({"PULUMI_CONFIG_PASSPHRASE": passphrase} if passphrase is not None else {}),
        }
        home = tmp_path / "home" if local else None
        return StackWorkspace(find_project(folder), stack, engine, environment, home)

    yield make
    shutil.rmtree(folder, ignore_errors=True)
