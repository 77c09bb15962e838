"""A command that is killed takes its limits along: its engine ends all the same, also one that hangs."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from aksnetpol import toolchain

pytestmark = pytest.mark.engine

# It ignores that the engine wants it to end.
_PROGRAM = """
import time
from pathlib import Path

Path("asked").touch()
while True:
    try:
        time.sleep(1000)
    except BaseException:
        pass
"""


def test_its_engine_ends(tmp_path: Path) -> None:
    if "pulumi" not in toolchain.plan(["pulumi"]).found:
        pytest.skip("no Pulumi engine: `./run aksnetpol tools` gets it")
    (tmp_path / "Pulumi.yaml").write_text("name: hangs\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text(_PROGRAM)
    environment = {
        **os.environ,
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "secret",
        "PULUMI_HOME": str(tmp_path / "pulumi"),
    }
    command = [sys.executable, "-m", "aksnetpol", "preview", "-s", "dev"]
    running = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=-1, stderr=-1)
    try:
        ends = time.monotonic() + 60
        while not (tmp_path / "asked").exists():
            assert time.monotonic() < ends
            assert running.poll() is None, running.communicate()
            time.sleep(0.1)
        family = psutil.Process(running.pid).children(recursive=True)
    finally:
        running.kill()
        running.wait()
    assert len(family) >= 2, "the engine and its host"
    _, alive = psutil.wait_procs(family, timeout=30)
    assert not alive, json.dumps([one.cmdline() for one in alive])
