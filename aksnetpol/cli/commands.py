"""The commands by name, each loaded when it is called: all together take a second to import."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# Name: the module that holds it, in the order of the help.
MODULES: Mapping[str, str] = {
    "up": "up",
    "preview": "preview",
    "review": "review",
    "destroy": "destroy",
    "refresh": "refresh",
    "outputs": "outputs",
    "stacks": "stacks",
    "tools": "tools",
    "doctor": "doctor",
    "demo": "demo",
    "credentials": "credentials",
    "adopt": "adopt",
    "reach": "policy_reach",
    "can": "policy_can",
    "explain": "policy_explain",
    "diff": "policy_diff",
    "lint": "policy_lint",
    "assert": "policy_assert",
    "audit": "audit",
    "local": "local",
    "generate": "policy_generate",
    "engine": "engine_app",
    "verify": "verify",
}


class Commands(TyperGroup):
    """The root command."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return all names; nothing is loaded."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, or nothing where there is none of that name."""
        return _load(cmd_name) if cmd_name in MODULES else None


@cache
def _load(name: str) -> Any:
    module = import_module(f"aksnetpol.cli.{MODULES[name]}")
    holder = typer.Typer(rich_markup_mode="rich")
    if hasattr(module, "app"):
        holder.add_typer(module.app, name=name)
    else:
        holder.command(name=name)(module.command)
    return typer.main.get_group(holder).commands[name]
