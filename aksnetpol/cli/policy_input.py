"""Reads what the policy commands work on: manifests or a live cluster, and an engine."""

import gc
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from aksnetpol.cli import rendering
from aksnetpol.cli.console import note
from aksnetpol.errors import UserError
from aksnetpol.findings import Finding
from aksnetpol.policy import Loaded, Reachability, analyze, load, load_live
from aksnetpol.policy.load.custom_workloads import Declared, declaration

PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH...", help="Files, folders, - for stdin, REV:path of git, Pulumi's preview or state."
    ),
]
SourceArgument = Annotated[
    str,
    typer.Argument(metavar="SRC", help="NAMESPACE/NAME of a pod or workload, node/NAME, IP, CIDR, domain."),
]
DestinationArgument = Annotated[
    str, typer.Argument(metavar="DST[:PORT/PROTO]", help="The same with a port, such as demo/web:80/TCP.")
]
EngineOption = Annotated[
    str,
    typer.Option(
        "--engine",
        "-e",
        help="Whose semantics: azure (NPM), calico, cilium, none, kubernetes; npm-linux, npm-windows.",
    ),
]
VersionOption = Annotated[
    str,
    typer.Option("--engine-version", help="Its version: 1.17 of Cilium, 3.30 of Calico, 2026-09 of NPM."),
]
PartialOption = Annotated[bool, typer.Option("--allow-partial", help="Answer when a part can't be read.")]
LiveOption = Annotated[bool, typer.Option("--live", help="Read the current kubeconfig's cluster.")]
KubeconfigOption = Annotated[
    str | None, typer.Option("--kubeconfig", metavar="FILE", help="Read a live cluster by this file.")
]
ContextOption = Annotated[
    str | None, typer.Option("--context", help="Read a live cluster by this context of the kubeconfig.")
]

KindOption = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        metavar="KIND=PATH",
        help="A custom resource that makes pods, and where its pod template is: Rollout=spec.template.",
    ),
]

RenderOption = Annotated[
    bool, typer.Option("--render", help="Build kustomizations and charts by kustomize, kubectl and helm.")
]

DEFAULT_ENGINE = "kubernetes"
MOST_WARNINGS = 5
WIDEST = 120


class Format(StrEnum):
    """How connections are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    DOT = "dot"
    MERMAID = "mermaid"


@dataclass(frozen=True, slots=True)
class Live:
    """Which live cluster is meant, if one is."""

    current: bool
    kubeconfig: str | None
    context: str | None

    @property
    def wanted(self) -> bool:
        """Whether a live cluster is meant."""
        return self.current or self.kubeconfig is not None or self.context is not None


@dataclass(frozen=True, slots=True)
class Input:
    """An analysed cluster, and what was wrong with what it was read from."""

    reach: Reachability
    findings: tuple[Finding, ...]
    partial: bool


def read_loaded(
    paths: list[str] | None, live: Live, kinds: list[str] | None = None, *, render: bool = False
) -> Loaded:
    """Return what the paths, or the live cluster, hold.

    Args:
        kinds: of custom resources that make pods, as --kind gives them.
        render: build the kustomizations and charts of folders.

    Raises:
        UserError: neither is given, or both; a kind without a path.
        SourceError: a source can't be read.
    """
    if live.wanted and paths:
        raise UserError("Give paths, or --live, --kubeconfig or --context, not both.")
    if live.wanted:
        return load_live(live.kubeconfig, live.context)
    if not paths:
        raise UserError("Nothing to read: give a PATH, or --live for the current kubeconfig's cluster.")
    refuse_two_inputs(paths)
    loaded = load(paths, declared(kinds), rendering.render if render else None)
    # A command ends soon, and a big cluster takes the collector a tenth of a second to look through.
    gc.freeze()
    return loaded


def declared(kinds: list[str] | None) -> Declared:
    """Return the kinds of custom resources that make pods, as --kind gives them.

    Raises:
        UserError: a kind without a path.
    """
    return dict(map(_kind, kinds or ()))


def _kind(given: str) -> tuple[str, tuple[str, ...]]:
    try:
        return declaration(given)
    except ValueError:
        raise UserError(f"--kind {given}: write a kind and a path, such as Rollout=spec.template.") from None


def refuse_two_inputs(sources: Sequence[str]) -> None:
    """Refuse sources of which more than one is standard input: the second would hold nothing.

    Raises:
        UserError: they are.
    """
    if sources.count("-") > 1:
        raise UserError("Standard input can be read once. Give a file for the others.")


def analyzed(loaded: Loaded, engine: str, *, allow_partial: bool) -> Input:
    """Return the analysed cluster; warnings of the input are told.

    Raises:
        PartialInputError: part of the input could not be read, and that was not allowed.
        UnknownProfileError: no such engine.
    """
    cluster = loaded.cluster if allow_partial else loaded.complete()
    for text in (*loaded.notes, *map(str, loaded.findings[:MOST_WARNINGS])):
        note(text)
    if len(loaded.findings) > MOST_WARNINGS:
        note(f"and {len(loaded.findings) - MOST_WARNINGS} more findings about the input")
    return Input(analyze(cluster, engine), loaded.findings, loaded.partial)


def engine_of(name: str, version: str) -> str:
    """Return an engine's name as profiles have it."""
    return f"{name}@{version}" if version else name


def write(text: str) -> None:
    """Print a rendered report as it is."""
    sys.stdout.write(text)


def width() -> int:
    """Return the columns to fill: the terminal's, up to a width that still reads well."""
    return min(shutil.get_terminal_size().columns, WIDEST)
