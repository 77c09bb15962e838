"""Tools of others that tests run, built once into the cache by the Go that builds our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from aksnetpol.toolchain import Tool, ToolchainError, cache, golang, silent
from aksnetpol.toolchain.build import build


def go_tool(tool: Tool) -> Path:
    """Return the executable; the test is skipped where it cannot be built."""
    recipe = tool.recipe
    with cache.locked(recipe.key, lambda: None):
        found = cache.find(tool)
        if found:
            return found
        try:
            with cache.scratch(recipe.key) as folder:
                made = build(recipe, (tool,), golang.find(recipe.go, silent), folder)
                return cache.put(tool, made[tool])
        except ToolchainError as error:
            pytest.skip(f"no {tool.name}: {error}")
