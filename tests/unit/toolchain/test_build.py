"""Real Go builds a tiny module from a module proxy in a folder."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from aksnetpol.toolchain import golang
from aksnetpol.toolchain.build import build, compile_all, fetch
from aksnetpol.toolchain.errors import BuildError
from aksnetpol.toolchain.progress import silent
from aksnetpol.toolchain.tools import Cut, Module, Recipe, Tool

_MAIN = """package main

import (
	"os"
	"path/filepath"
)

func main() { println("own", filepath.Base(os.Args[0])) }
"""


def _tools(recipe: Recipe, *names: str) -> tuple[Tool, ...]:
    (module,) = recipe.modules
    return tuple(Tool(name, module, recipe, f"{module.path}/{name}") for name in names)


def _said(path: Path) -> str:
    return subprocess.run([path], capture_output=True, text=True, check=True).stdout.strip()


def _of(recipe: Recipe, **changes: str) -> Recipe:
    return replace(recipe, modules=(replace(recipe.modules[0], **changes),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "build"
    made.mkdir()
    return made


@pytest.mark.parametrize("names", [("one",), ("one", "two")], ids=["alone", "several"])
def test_builds_each_tool_with_its_version_linked_in(
    tiny: Recipe, folder: Path, names: tuple[str, ...]
) -> None:
    built = build(tiny, _tools(tiny, *names), golang.find(tiny.go, silent), folder)
    assert {tool.name: _said(path) for tool, path in built.items()} == dict.fromkeys(names, "tiny v1.2.3")


def test_refuses_a_module_whose_checksum_differs(tiny: Recipe, folder: Path) -> None:
    forged = _of(tiny, checksum="h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    with pytest.raises(BuildError, match="SECURITY ERROR"):
        build(forged, _tools(forged, "one"), golang.find(tiny.go, silent), folder)


def test_says_what_go_said_when_the_module_is_not_there(tiny: Recipe, folder: Path) -> None:
    absent = _of(tiny, version="v1.9.9")
    with pytest.raises(BuildError, match=r"(?s)example\.org/tiny v1\.9\.9.*Go said:.*v1\.9\.9"):
        build(absent, _tools(absent, "one"), golang.find(tiny.go, silent), folder)


def test_a_main_package_of_our_own_is_one_executable_with_many_names(
    tiny: Recipe, folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "main.go").write_text(_MAIN)
    recipe = replace(tiny, source=source, linker=())
    (module,) = recipe.modules
    tools = (Tool("own", module, recipe, "."), Tool("same", module, recipe, "."), *_tools(recipe, "one"))
    built = build(recipe, tools, golang.find(tiny.go, silent), folder)
    said = [subprocess.run([path], capture_output=True, text=True, check=True) for path in built.values()]
    assert [one.stderr.strip() or one.stdout.strip() for one in said] == ["own own", "own same", "tiny unset"]
    own, same, _ = built.values()
    assert own.samefile(same)


def test_a_module_of_which_something_is_cut_is_still_held_by_its_checksum(
    tiny: Recipe, folder: Path, tmp_path: Path
) -> None:
    (module,) = tiny.modules
    (tmp_path / "instead" / "one").mkdir(parents=True)
    (tmp_path / "instead" / "one" / "other.go").write_text(_MAIN)
    cut = Cut(module.path, module.version, ("one/main.go",), tmp_path / "instead")
    recipe, go = replace(tiny, cuts=(cut,), linker=()), golang.find(tiny.go, silent)
    (built,) = build(recipe, _tools(recipe, "one"), go, folder).values()
    assert subprocess.run([built], capture_output=True, text=True, check=True).stderr.strip() == "own one"
    forged = _of(recipe, checksum="h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    (tmp_path / "again").mkdir()
    with pytest.raises(BuildError, match="SECURITY ERROR"):
        build(forged, _tools(forged, "one"), go, tmp_path / "again")


def test_what_is_built_is_known_before_and_told_while_it_is_compiled(
    tiny: Recipe, folder: Path, tmp_path: Path
) -> None:
    go = golang.find(tiny.go, silent).keeping_in(tmp_path / "own")
    tools, begun = _tools(tiny, "one"), list[str]()
    packages = fetch(tiny, tools, go, folder)
    compile_all(tiny, tools, go, folder, begun.append)
    assert set(begun) == packages - {"unsafe"}
    assert {path.name for path in (tmp_path / "own").iterdir()} == {"modules", "objects"}


def test_staging_replacements_are_read_from_the_modules_go_mod(tmp_path: Path, folder: Path) -> None:
    go_mod = tmp_path / "go.mod"
    go_mod.write_text(
        "module k8s.io/x\n\nreplace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n\tother => ../other\n)\n"
        "replace k8s.io/kms => ./staging/src/k8s.io/kms\n"
    )
    fake = tmp_path / "go"
    fake.write_text(f"""#!/bin/sh\n[ $1 != mod ] || echo '{{"Path": "k8s.io/x", "GoMod": "{go_mod}"}}'\n""")
    fake.chmod(0o755)
    module = Module("k8s.io/x", "v1.0.0", "h1:x=")
    recipe = Recipe("x", (module,), go=(1, 21), processor=1, staging="v0.9.0")
    fetch(
        recipe, (Tool("x", module, recipe, "k8s.io/x"),), golang.Go(fake, {"PATH": "/usr/bin:/bin"}), folder
    )
    lines = (folder / "go.mod").read_text().splitlines()
    replaces = [line for line in lines if line.startswith("replace")]
    assert replaces == ["replace k8s.io/api => k8s.io/api v0.9.0", "replace k8s.io/kms => k8s.io/kms v0.9.0"]
