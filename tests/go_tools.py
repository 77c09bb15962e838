"""Tools of others that tests run, built once into the cache by the Go that builds our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from aksnetpol.toolchain import Tool, ToolchainError, cache, golang, silent
from aksnetpol.toolchain.build import build


def go_tool(tool: Tool) -> Path:
    """Return the executable; the test is skipped where it cannot be built."""
    module = tool.module
    with cache.locked(cache.key(module), lambda: None):
        found = cache.find(tool)
        if found:
            return found
        try:
            with cache.empty_scratch(module) as folder:
                made = build(module, (tool,), golang.find(module.go, silent), folder)
                return cache.put(tool, made[tool])
        except ToolchainError as error:
            pytest.skip(f"no {tool.name}: {error}")
