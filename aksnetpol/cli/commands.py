"""The commands by name, each loaded when it is called: all together take a second to import."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from aksnetpol import extras


@dataclass(frozen=True)
class Entry:
    """A command as the root's help lists it.

    Args:
        module: of aksnetpol.cli, which holds it.
        summary: the first line of its own help.
        extra: without which it does nothing.
    """

    module: str
    summary: str
    extra: str | None = None


# In the order of the help.
ENTRIES: Mapping[str, Entry] = {
    "new": Entry("new", "Make a stack project in a folder of your own repository."),
    "up": Entry("up", "Create or update a stack.", "pulumi"),
    "preview": Entry("preview", "Show what an up would do.", "pulumi"),
    "review": Entry(
        "review",
        "Say what a change does to stacks or manifests: connections, lint, resources, engine, retirements.",
    ),
    "destroy": Entry(
        "destroy", "Delete every resource of a stack; protected ones only when that is said.", "pulumi"
    ),
    "refresh": Entry(
        "refresh", "Bring a stack's state in line with what is live; changes nothing in Azure.", "pulumi"
    ),
    "outputs": Entry("outputs", "Print a stack's outputs, secrets hidden.", "pulumi"),
    "stacks": Entry("stacks", "List the project's stacks, and what they have in local mode.", "pulumi"),
    "tools": Entry("tools", "Get every tool, building what is not here; later commands then start at once."),
    "doctor": Entry(
        "doctor",
        "Check tools, versions and credentials: what is missing, and how to get it. "
        "Exit code 1 if anything is.",
    ),
    "demo": Entry(
        "demo",
        "Create the dev stack on this machine and prove its policy; the first run builds the tools it needs.",
        "local",
    ),
    "credentials": Entry(
        "credentials", "Merge a cluster's credentials into your kubeconfig; they are never printed.", "pulumi"
    ),
    "adopt": Entry(
        "adopt",
        "Write a stack file for an existing cluster and import it; nothing in Azure is changed.",
        "pulumi",
    ),
    "reach": Entry("policy_reach", "Show all allowed connections under an engine, external peers as CIDRs."),
    "can": Entry(
        "policy_can",
        "Say whether a connection is allowed, and why: exit code 0 for yes, 1 for no, 2 for wrong input.",
    ),
    "explain": Entry(
        "policy_explain",
        "Walk through why a connection is allowed or not, on both sides, and what would change that.",
    ),
    "diff": Entry(
        "policy_diff",
        "Show the connections that two snapshots, or two engines, do not share, riskiest first.",
    ),
    "lint": Entry(
        "policy_lint",
        "Say what is wrong or risky in network policies under an engine, and mend it with --fix.",
    ),
    "assert": Entry(
        "policy_assert",
        "Hold expected verdicts against manifests or a cluster; what is not met names the policy and rule.",
    ),
    "audit": Entry(
        "audit",
        "Hold every cluster of your subscriptions against retirements, limits and rules, the worst first.",
        "live",
    ),
    "local": Entry("local", "Azure on this machine: start, stop, look at it.", "local"),
    "generate": Entry("policy_generate", "Make network policies, as YAML for kubectl apply."),
    "engine": Entry("engine_app", "The network policy engine of a live cluster.", "live"),
    "verify": Entry("verify", "Prove by real connections what a cluster's policies do.", "live"),
}


class Commands(TyperGroup):
    """The root command; of the others it knows no more than its help needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands = {name: _listed(name, entry) for name, entry in ENTRIES.items()}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return all names."""
        return list(ENTRIES)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that is called, or whose completion is asked for."""
        name, known, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else known, rest


@cache
def load(name: str) -> Any:
    """Return a command; where its extra is missing, one that says so."""
    entry = ENTRIES[name]
    if entry.extra and not extras.is_installed(entry.extra):
        return _refusing(name, entry, entry.extra)
    module = import_module(f"aksnetpol.cli.{entry.module}")
    holder = typer.Typer(rich_markup_mode="rich")
    if hasattr(module, "app"):
        holder.add_typer(module.app, name=name)
    else:
        holder.command(name=name)(module.command)
    return typer.main.get_group(holder).commands[name]


def _listed(name: str, entry: Entry) -> TyperCommand:
    return TyperCommand(name, help=entry.summary, rich_markup_mode="rich")


def _refusing(name: str, entry: Entry, extra: str) -> TyperCommand:
    needs = f"\b\nNeeds the extra '{extra}', which is not installed.\n{extras.remedy(extra)}"
    return TyperCommand(
        name,
        callback=lambda: extras.require(extra, f"aksnetpol {name}"),
        help=f"{entry.summary}\n\n{needs}",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        # What is not ours to read, a path or an extra's name in brackets, is no markup.
        rich_markup_mode=None,
    )
