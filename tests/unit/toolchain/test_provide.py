"""The whole way, with a Go that is a script: it counts its builds."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aksnetpol.toolchain import Phase, Step, UnknownToolError, ensure, ensure_all, plan
from aksnetpol.toolchain.errors import BuildError
from aksnetpol.toolchain.provide import find
from aksnetpol.toolchain.tools import tool

MakeExecutable = Callable[[str, str], Path]

_FAKE_GO = """
case $1 in
  env) echo go1.26.8 ;;
  build)
    echo build >> {log}
    {before}
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\necho etcd Version: 3.6.5\\n' > "$2" ;;
esac
"""


@pytest.fixture
def builds(on_path: MakeExecutable, tmp_path: Path) -> Callable[[], int]:
    log = tmp_path / "builds"
    on_path("go", _FAKE_GO.format(log=log, before="sleep 0.3"))
    return lambda: len(log.read_text().splitlines()) if log.exists() else 0


def test_is_built_once_then_found(builds: Callable[[], int]) -> None:
    steps: list[Step] = []
    path = ensure("etcd", steps.append)
    assert (
        subprocess.run([path], capture_output=True, text=True, check=True).stdout == "etcd Version: 3.6.5\n"
    )
    assert ensure("etcd") == path
    assert builds() == 1
    assert [step.phase for step in steps] == [Phase.BUILDING, Phase.READY]


def test_parallel_processes_build_once(builds: Callable[[], int]) -> None:
    command = [sys.executable, "-c", "from aksnetpol import toolchain; print(toolchain.ensure('etcd'))"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    paths = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0] * 4
    assert len(paths) == 1
    assert builds() == 1


def test_a_corrupted_tool_is_built_again(builds: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    path = ensure("etcd")
    path.write_text("#!/bin/sh\nrm -rf everything\n")
    monkeypatch.setattr("aksnetpol.toolchain.provide._known", {})
    ensure("etcd")
    assert builds() == 2
    assert "etcd Version" in path.read_text()


def test_path_comes_before_the_cache(builds: Callable[[], int], on_path: MakeExecutable) -> None:
    own = on_path("etcd", "echo etcd Version: 3.6.9")
    assert ensure("etcd") == own
    assert builds() == 0


def test_a_failed_build_leaves_nothing(on_path: MakeExecutable, tmp_path: Path, cache_root: Path) -> None:
    on_path("go", _FAKE_GO.format(log=tmp_path / "log", before="echo 'no such host' >&2; exit 1"))
    with pytest.raises(BuildError, match="no such host"):
        ensure("etcd")
    assert find(tool("etcd")) is None
    assert list((cache_root / "build").iterdir()) == []
    assert not (cache_root / "tools").exists()


def test_a_killed_build_is_made_again(
    builds: Callable[[], int], on_path: MakeExecutable, tmp_path: Path
) -> None:
    on_path("go", _FAKE_GO.format(log=tmp_path / "builds", before="sleep 30"))
    command = [sys.executable, "-c", "from aksnetpol import toolchain; toolchain.ensure('etcd')"]
    process = subprocess.Popen(command, start_new_session=True)
    while builds() == 0 and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    on_path("go", _FAKE_GO.format(log=tmp_path / "builds", before=""))
    assert ensure("etcd").exists()


def test_plan_tells_what_is_missing_and_how_long_it_takes(on_path: MakeExecutable) -> None:
    own = on_path("etcd", "echo etcd Version: 3.6.5")
    found = plan(["etcd", "kube-apiserver", "agnhost"])
    assert found.found == {"etcd": own}
    assert [module.path for module in found.missing] == ["k8s.io/kubernetes"]
    assert found.seconds == found.missing[0].seconds > 0


def test_an_unknown_tool_is_the_users_mistake() -> None:
    with pytest.raises(UnknownToolError, match="Known tools: pulumi, ") as caught:
        ensure_all(["kubeadm"])
    assert caught.value.exit_code == 2
