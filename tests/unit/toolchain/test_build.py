"""Real Go builds a tiny module from a module proxy in a folder."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from aksnetpol.toolchain import golang
from aksnetpol.toolchain.build import build
from aksnetpol.toolchain.errors import BuildError
from aksnetpol.toolchain.progress import silent
from aksnetpol.toolchain.tools import Module, Tool


def _tools(module: Module, *names: str) -> tuple[Tool, ...]:
    return tuple(Tool(name, module, f"{module.path}/{name}") for name in names)


def _said(path: Path) -> str:
    return subprocess.run([path], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("names", [("one",), ("one", "two")], ids=["alone", "several"])
def test_builds_each_tool_with_its_version_linked_in(
    tiny: Module, tmp_path: Path, names: tuple[str, ...]
) -> None:
    folder = tmp_path / "build"
    folder.mkdir()
    built = build(tiny, _tools(tiny, *names), golang.find(tiny.go, silent), folder)
    assert {tool.name: _said(path) for tool, path in built.items()} == dict.fromkeys(names, "tiny v1.2.3")


def test_refuses_a_module_whose_checksum_differs(tiny: Module, tmp_path: Path) -> None:
    forged = replace(tiny, checksum="h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    folder = tmp_path / "build"
    folder.mkdir()
    with pytest.raises(BuildError, match="SECURITY ERROR"):
        build(forged, _tools(forged, "one"), golang.find(tiny.go, silent), folder)


def test_says_what_go_said_when_the_module_is_not_there(tiny: Module, tmp_path: Path) -> None:
    absent = replace(tiny, version="v1.9.9")
    folder = tmp_path / "build"
    folder.mkdir()
    with pytest.raises(BuildError, match=r"(?s)example\.org/tiny v1\.9\.9.*Go said:.*v1\.9\.9"):
        build(absent, _tools(absent, "one"), golang.find(tiny.go, silent), folder)


def test_a_main_package_of_our_own_is_built_over_the_module(tiny: Module, tmp_path: Path) -> None:
    module = replace(tiny, main='package main\n\nfunc main() { println("own") }\n')
    folder = tmp_path / "build"
    folder.mkdir()
    built = build(module, (Tool("own", module, "."),), golang.find(tiny.go, silent), folder)
    (path,) = built.values()
    assert path.name == "own"
    assert subprocess.run([path], capture_output=True, text=True, check=True).stderr.strip() == "own"


def test_staging_replacements_are_read_from_the_modules_go_mod(tmp_path: Path) -> None:
    go_mod = tmp_path / "go.mod"
    go_mod.write_text(
        "module k8s.io/x\n\nreplace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n\tother => ../other\n)\n"
        "replace k8s.io/kms => ./staging/src/k8s.io/kms\n"
    )
    recorded = tmp_path / "recorded"
    fake = tmp_path / "go"
    fake.write_text(
        f"""#!/bin/sh
case $1 in
  mod) echo '{{"GoMod": "{go_mod}"}}' ;;
  build) cat go.mod > {recorded}; mkdir -p bin; touch bin/x ;;
esac
"""
    )
    fake.chmod(0o755)
    module = Module("k8s.io/x", "v1.0.0", "h1:x=", go=(1, 21), seconds=1, staging="v0.9.0")
    folder = tmp_path / "build"
    folder.mkdir()
    build(module, (Tool("x", module, "k8s.io/x"),), golang.Go(fake, {"PATH": "/usr/bin:/bin"}), folder)
    replaces = [line for line in recorded.read_text().splitlines() if line.startswith("replace")]
    assert replaces == ["replace k8s.io/api => k8s.io/api v0.9.0", "replace k8s.io/kms => k8s.io/kms v0.9.0"]
