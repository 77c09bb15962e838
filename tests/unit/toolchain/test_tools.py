import pytest

from aksnetpol.toolchain.tools import CONTROL_PLANE, TOOLS, Tool, siblings, tool


@pytest.mark.parametrize("row", TOOLS, ids=lambda row: row.name)
def test_each_row_can_be_built_and_pinned(row: Tool) -> None:
    assert row.module.checksum.startswith("h1:")
    assert row.module.seconds > 0
    assert row.package == "." or row.package.startswith(row.module.path)
    assert bool(row.version_arguments) == bool(row.least)


@pytest.mark.parametrize("row", TOOLS, ids=lambda row: row.name)
def test_go_names_the_executable_as_the_row_does_where_it_builds_several(row: Tool) -> None:
    if len(siblings(row.module)) > 1:
        assert row.package.rsplit("/", 1)[-1] == row.name


def test_the_control_plane_is_in_the_table() -> None:
    assert [tool(name).name for name in CONTROL_PLANE] == list(CONTROL_PLANE)
