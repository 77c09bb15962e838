"""The whole way, with a Go that is a script: it counts its builds."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aksnetpol.toolchain import Phase, Step, UnknownToolError, cache, ensure, ensure_all, plan
from aksnetpol.toolchain.errors import BuildError
from aksnetpol.toolchain.found import find
from aksnetpol.toolchain.tools import tool

MakeExecutable = Callable[[str, str], Path]

_FAKE_GO = """
case $1 in
  env) echo go1.26.8 ;;
  mod)
    shift 3
    for one; do printf '{{"Path": "%s", "GoMod": "/dev/null", "Dir": "/nowhere"}}\\n' "${{one%@*}}"; done ;;
  list) mkdir -p "$GOMODCACHE/x" "$GOCACHE"; echo runtime; echo unsafe; echo kubernetes ;;
  build)
    echo build >> {log}
    echo runtime >&2
    {before}
    while [ "$1" != -o ]; do shift; done
    for name in kubernetes agnhost; do
      [ -d "$2" ] && file=$2/$name || file=$2
      printf '#!/bin/sh\\necho etcd Version: 3.6.8\\n' > "$file"
    done ;;
esac
"""


@pytest.fixture
def builds(on_path: MakeExecutable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    log = tmp_path / "builds"
    on_path("go", _FAKE_GO.format(log=log, before="sleep 0.3"))
    monkeypatch.setattr("aksnetpol.toolchain.make._REPORT_SECONDS", 0.05)
    return lambda: len(log.read_text().splitlines()) if log.exists() else 0


def test_is_built_once_then_found(builds: Callable[[], int]) -> None:
    steps: list[Step] = []
    path = ensure("etcd", steps.append)
    assert (
        subprocess.run([path], capture_output=True, text=True, check=True).stdout == "etcd Version: 3.6.8\n"
    )
    assert ensure("etcd") == path
    assert builds() == 1
    phases = dict.fromkeys(step.phase for step in steps)
    assert list(phases) == [Phase.REFUSED, Phase.FETCHING, Phase.BUILDING, Phase.READY]


def test_what_is_told_of_a_build(builds: Callable[[], int]) -> None:
    steps: list[Step] = []
    ensure("etcd", steps.append)
    assert {step.subject for step in steps if step.phase is Phase.BUILDING} == {"kubernetes v1.36.3"}
    assert [step.done for step in steps if step.phase is Phase.FETCHING][:1] == ["0 MB"]
    assert "1 of 2 packages" in [step.done for step in steps]
    left = [step.seconds for step in steps if step.phase in (Phase.FETCHING, Phase.BUILDING)]
    assert left[-1] < left[0]


def test_one_build_makes_all_of_a_recipe_and_leaves_no_cache_of_go(
    builds: Callable[[], int], cache_root: Path
) -> None:
    paths = ensure_all(["etcd", "kube-apiserver", "kubectl", "agnhost"])
    assert builds() == 1
    assert paths["etcd"].samefile(paths["kubectl"])
    assert not paths["etcd"].samefile(paths["agnhost"])
    assert list((cache_root / "build").iterdir()) == []


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
    monkeypatch.setattr("aksnetpol.toolchain.found._known", {})
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
    assert not (cache_root / "tools").exists()
    # The next try finds what has been downloaded and compiled.
    assert {path.name for path in (cache_root / "build").iterdir()} == {"go"}
    assert {path.name for path in cache.sources().iterdir()} == {"modules", "objects"}


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
    assert [recipe.name for recipe in found.missing] == ["kubernetes"]
    assert found.seconds == found.missing[0].seconds > 0


def test_an_unknown_tool_is_the_users_mistake() -> None:
    with pytest.raises(UnknownToolError, match="Known tools: pulumi, ") as caught:
        ensure_all(["kubeadm"])
    assert caught.value.exit_code == 2
