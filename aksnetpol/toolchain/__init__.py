"""Tools that local mode and deployment run: found on PATH or in the cache, else made once."""

from aksnetpol.toolchain.cache import root as cache_root
from aksnetpol.toolchain.errors import BuildError, GoMissingError, ToolchainError, UnknownToolError
from aksnetpol.toolchain.progress import Phase, Report, Step, silent
from aksnetpol.toolchain.provide import Plan, ensure, ensure_all, plan
from aksnetpol.toolchain.tools import CONTROL_PLANE, TOOLS, Module, Recipe, Tool, tool

__all__ = [
    "CONTROL_PLANE",
    "TOOLS",
    "BuildError",
    "GoMissingError",
    "Module",
    "Phase",
    "Plan",
    "Recipe",
    "Report",
    "Step",
    "Tool",
    "ToolchainError",
    "UnknownToolError",
    "cache_root",
    "ensure",
    "ensure_all",
    "plan",
    "silent",
    "tool",
]
