"""aksnetpol lint"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aksnetpol import clock, whole_files
from aksnetpol.cli.console import note, print_json
from aksnetpol.cli.options import JsonOption
from aksnetpol.cli.policy_input import (
    DEFAULT_ENGINE,
    ContextOption,
    EngineOption,
    KindOption,
    KubeconfigOption,
    Live,
    LiveOption,
    PathsArgument,
    RenderOption,
    VersionOption,
    engine_of,
    read_loaded,
)
from aksnetpol.errors import UserError
from aksnetpol.findings import Finding, Severity
from aksnetpol.policy import Loaded, Profile, profile
from aksnetpol.policy import lint as linter
from aksnetpol.policy.lint import data, fix_text, sarif
from aksnetpol.policy.load.files import MARK, encoding_of
from aksnetpol.policy.model.addresses import cidr_interval

_NO_PODS = "warning: the input has 0 pods: what policies do to pods was not checked"
MOST_ROUNDS = 10  # a fix may lay bare another


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


FixOption = Annotated[bool, typer.Option("--fix", help="Mend in the files what can be mended safely.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the findings.")]
PartialOption = Annotated[bool, typer.Option("--allow-partial", help="Go on when a part can't be read.")]
FailOption = Annotated[Severity, typer.Option("--fail-on", help="The least severity for exit code 1.")]
PodCidrOption = Annotated[list[str] | None, typer.Option("--pod-cidr", help="A range of pods.")]
NodeCidrOption = Annotated[list[str] | None, typer.Option("--node-cidr", help="A range of nodes.")]


def command(
    paths: PathsArgument = None,
    engine: EngineOption = DEFAULT_ENGINE,
    engine_version: VersionOption = "",
    fix: FixOption = False,
    form: FormatOption = Format.TEXT,
    json: JsonOption = False,
    allow_partial: PartialOption = False,
    fail_on: FailOption = Severity.ERROR,
    pod_cidr: PodCidrOption = None,
    node_cidr: NodeCidrOption = None,
    live: LiveOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    kind: KindOption = None,
    render: RenderOption = False,
) -> None:
    """Say what is wrong or risky in network policies under an engine, and mend it with --fix.

    Exit code 0: nothing at or above --fail-on; 1: something; 2: input that can't be read.

    Example: [bold]aksnetpol lint policies/ --engine npm-windows --fail-on warning[/bold]
    """
    cluster = Live(live, kubeconfig, context)
    if fix and (cluster.wanted or any(map(_is_no_file, paths or ()))):
        raise UserError("--fix mends files: it can't mend standard input, a git revision or a live cluster.")
    chosen = profile(engine_of(engine, engine_version))
    cidrs = [_ranges("--pod-cidr", pod_cidr), _ranges("--node-cidr", node_cidr)]
    loaded = read_loaded(paths, cluster, kind, render=render)
    found = _lint(loaded, chosen, *cidrs)
    if fix and (allow_partial or not loaded.partial):
        for _ in range(MOST_ROUNDS):
            if not _mend(found):
                break
            loaded = read_loaded(paths, cluster, kind, render=render)
            found = _lint(loaded, chosen, *cidrs)
    for text in loaded.notes:
        note(text)
    if not loaded.cluster.pods:
        note(_NO_PODS)
    if found or loaded.cluster.pods or json or form is not Format.TEXT:
        _print(found, Format.JSON if json else form, partial=loaded.partial)
    if loaded.partial and not allow_partial:
        raise typer.Exit(2)
    if any(finding.severity.reaches(fail_on) for finding in found):
        raise typer.Exit(1)


def _is_no_file(source: str) -> bool:
    return source == "-" or (":" in source and not Path(source).exists())


def _ranges(option: str, given: list[str] | None) -> list[str]:
    for cidr in given or ():
        try:
            cidr_interval(cidr)
        except ValueError:
            raise UserError(f"{option}: {cidr!r} is no range. Write it as 10.244.0.0/16.") from None
    return given or []


def _lint(loaded: Loaded, chosen: Profile, pods: list[str], nodes: list[str]) -> list[Finding]:
    """Return the findings of the input first, then the linter's."""
    today = clock.today()
    found = linter.lint(loaded.cluster, chosen, today, pod_cidrs=pods, node_cidrs=nodes)
    return [*loaded.findings, *found]


def _mend(found: list[Finding]) -> bool:
    """Write the fixes into the files; tell whether any was made."""
    by_file: dict[Path, list[Finding]] = {}
    for finding in found:
        place = finding.place if finding.fix else None
        if place and Path(place.file).is_file():
            by_file.setdefault(Path(place.file), []).append(finding)
    mended = False
    for path, findings in by_file.items():
        written = path.read_bytes()
        encoding = encoding_of(written)
        content = written.decode(encoding)
        mark = MARK if content.startswith(MARK) else ""
        fixed = fix_text(content.removeprefix(mark), findings)
        if not fixed.findings:
            continue
        try:
            whole_files.write(path, (mark + fixed.text).encode(encoding))
        except OSError as error:
            raise UserError(f"{path} is not mended: {error.strerror}.") from None
        mended = True
        for finding in fixed.findings:
            _tell(finding)
    return mended


def _tell(finding: Finding) -> None:
    if finding.fix:
        warns = " (changes verdicts)" if finding.fix.changes_verdicts else ""
        note(f"{finding.place}: {finding.fix.title}{warns} [{finding.id}]")


def _print(found: list[Finding], form: Format, *, partial: bool) -> None:
    match form:
        case Format.TEXT:
            sys.stdout.write(linter.text(found))
        case Format.JSON:
            print_json({**data(found), "partial": partial})
        case Format.SARIF:
            print_json(sarif(found))
