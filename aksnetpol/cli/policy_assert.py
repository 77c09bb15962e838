"""aksnetpol assert"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aksnetpol.cli.console import print_json
from aksnetpol.cli.options import JsonOption
from aksnetpol.cli.policy_input import (
    DEFAULT_ENGINE,
    ContextOption,
    EngineOption,
    KindOption,
    KubeconfigOption,
    Live,
    LiveOption,
    PartialOption,
    PathsArgument,
    RenderOption,
    VersionOption,
    analyzed,
    engine_of,
    read_loaded,
    refuse_two_inputs,
    write,
)
from aksnetpol.policy.ask import expectations
from aksnetpol.policy.load.validate import read_text
from aksnetpol.report import expectations as report
from aksnetpol.report.junit import junit
from aksnetpol.report.tap import tap


class Format(StrEnum):
    """How the outcome is printed."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    TAP = "tap"


FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="The expected verdicts, in YAML or JSON.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the outcome.")]


def command(
    file: FileArgument,
    paths: PathsArgument = None,
    engine: EngineOption = DEFAULT_ENGINE,
    engine_version: VersionOption = "",
    form: FormatOption = Format.TEXT,
    json: JsonOption = False,
    allow_partial: PartialOption = False,
    live: LiveOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    kind: KindOption = None,
    render: RenderOption = False,
) -> None:
    """Hold expected verdicts against manifests or a cluster; what is not met names the policy and rule.

    Exit code 0: all as expected; 1: something is not; 2: input that can't be read. --engine is for what
    names no engine in FILE, whose `manifests` are read when no PATH is given.

    Example: [bold]aksnetpol assert expectations.yaml manifests/ --format junit[/bold]
    """
    refuse_two_inputs([file, *(paths or ())])
    name, text = read_text(file)
    expected = expectations.read(name, text)
    wanted = Live(live, kubeconfig, context)
    if not paths and not wanted.wanted:
        paths = [str(Path(name).parent / path) for path in expected.content.manifests]
    chosen = engine_of(engine, engine_version)
    read = analyzed(read_loaded(paths, wanted, kind, render=render), chosen, allow_partial=allow_partial)
    outcomes = expectations.check(read.reach.cluster, expected, chosen)
    view = read.reach.cluster.view
    match Format.JSON if json else form:
        case Format.TEXT:
            write(report.render(outcomes, view=view, partial=read.partial))
        case Format.JSON:
            print_json(report.data(outcomes, file=name, view=view, partial=read.partial))
        case Format.JUNIT:
            write(junit("aksnetpol assert", report.cases(outcomes, name)))
        case Format.TAP:
            write(tap(report.cases(outcomes, name)))
    if not all(one.met for one in outcomes):
        raise typer.Exit(1)
