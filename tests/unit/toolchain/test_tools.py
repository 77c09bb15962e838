import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from aksnetpol.toolchain.tools import CONTROL_PLANE, TOOLS, Tool, recipes_of, tool


@pytest.mark.parametrize("row", TOOLS, ids=lambda row: row.name)
def test_each_row_can_be_built_and_pinned(row: Tool) -> None:
    assert row.module in row.recipe.modules
    assert row.module.checksum.startswith("h1:")
    assert row.recipe.seconds > 0
    assert row.recipe.source if row.package == "." else row.package.startswith(row.module.path)
    assert bool(row.version_arguments) == bool(row.least)


def test_our_main_package_knows_each_name_that_it_is_linked_by() -> None:
    named = {row.name for row in TOOLS if row.package == "."}
    source = tool("kube-apiserver").recipe.source
    assert source is not None
    table = (source / "main.go").read_text().split("programs = map")[1].split("\n}")[0]
    assert set(re.findall(r'"([\w-]+)":', table)) == named


def test_what_takes_longest_comes_first() -> None:
    processor = [recipe.processor for recipe in recipes_of(TOOLS)]
    assert len(processor) > 1
    assert processor == sorted(processor, reverse=True)


def test_other_sources_of_ours_make_another_folder_in_the_cache(tmp_path: Path) -> None:
    row = tool("etcd")
    source = tmp_path / "source"
    assert row.recipe.source
    shutil.copytree(row.recipe.source, source)
    same = replace(row, recipe=replace(row.recipe, source=source))
    assert same.folder == row.folder
    (source / "main.go").write_text("package main\n")
    assert same.folder != row.folder


def test_an_engine_that_was_built_before_recipes_is_still_found() -> None:
    assert tool("pulumi").folder == "github.com-pulumi-pulumi-pkg-v3-v3.259.0"


def test_the_control_plane_is_in_the_table() -> None:
    assert [tool(name).name for name in CONTROL_PLANE] == list(CONTROL_PLANE)
