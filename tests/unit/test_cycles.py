"""No file imports itself by way of others, in whichever distribution these are.

import-linter's contract compares the parts of one package. What it does not see: a way that goes through two
distributions, and a part that imports the package it is in.
"""

from collections.abc import Mapping, Set
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

PACKAGES = ("aksnetpol", "aksnetpol_components", "aksnetpol_stacks")


def _cycle(imports: Mapping[str, Set[str]]) -> list[str]:
    """Return the modules of one cycle, each imported by the one before it; nothing where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_no_file_imports_itself_by_way_of_others() -> None:
    # With what functions import and what is for types only: a cycle is one, whenever it is walked.
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 400
    assert _cycle(imports) == []


@pytest.mark.parametrize(
    ("imports", "cycle"),
    [
        pytest.param({"a": {"b"}, "b": {"c"}}, [], id="none"),
        pytest.param({"a": {"b"}, "b": {"a.x"}, "a.x": {"a"}}, ["a", "b", "a.x", "a"], id="of-three"),
    ],
)
def test_a_cycle_is_found(imports: dict[str, set[str]], cycle: list[str]) -> None:
    found = _cycle(imports)
    assert (found[:1] == found[-1:], set(found)) == (True, set(cycle))
