"""aksnetpol review"""

import os
import secrets
import sys
import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aksnetpol.cli.console import err, print_json, tool_progress
from aksnetpol.cli.options import JsonOption
from aksnetpol.cli.policy_input import width
from aksnetpol.deploy import Project, find_engine, find_project
from aksnetpol.deploy.review import Hermetic, read_revision, stacks_of
from aksnetpol.deploy.review_checkout import Checkout, check_out
from aksnetpol.errors import AksnetpolError
from aksnetpol.report.review import (
    Gate,
    Problem,
    Review,
    Revision,
    StackReview,
    build,
    data,
    markdown,
    sarif,
    terminal,
)

_AT_ONCE = 4  # engines; each takes about one processor


class Format(StrEnum):
    """How a report is printed."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"


BaseOption = Annotated[str, typer.Option("--base", metavar="REV", help="What the change is held against.")]
HeadOption = Annotated[str, typer.Option("--head", metavar="REV", help="The change; committed files only.")]
StacksOption = Annotated[
    list[str] | None,
    typer.Option("--stack", "-s", help="A stack; several times for several. All by default."),
]
ManifestsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--manifests", metavar="PATH", help="What else is in the cluster: a file or folder of the repository."
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print it.")]
FailOption = Annotated[list[Gate] | None, typer.Option("--fail-on", help="What makes the exit code 1.")]


def command(
    base: BaseOption,
    head: HeadOption = "HEAD",
    stack: StacksOption = None,
    manifests: ManifestsOption = None,
    form: FormatOption = Format.TERMINAL,
    json: JsonOption = False,
    fail_on: FailOption = None,
) -> None:
    """Say what a change does to stacks: resources, engine, connections, lint, retirements.

    Needs no cloud and no credential: both revisions are previewed against local stand-ins. Exit code 1 when
    the change does what --fail-on names; 2 when a stack of the change cannot be read.

    Example: [bold]aksnetpol review --base origin/main -s dev --format markdown --fail-on opened[/bold]
    """
    project = find_project(Path.cwd())
    with err.status("previewing both revisions"):
        review = _review(project, base, head, stack or [], tuple(manifests or ()))
    _print(review, Format.JSON if json else form)
    if review.broken:
        raise typer.Exit(2)
    if review.tripped(tuple(fail_on or ())):
        raise typer.Exit(1)


def _print(review: Review, form: Format) -> None:
    match form:
        case Format.JSON:
            print_json(data.data(review))
        case Format.SARIF:
            print_json(sarif.sarif(review))
        case Format.MARKDOWN:
            sys.stdout.write(markdown.render(review))
        case Format.TERMINAL:
            sys.stdout.write(terminal.render(review, width()))


def _review(
    project: Project, base: str, head: str, wanted: Sequence[str], manifests: tuple[str, ...]
) -> Review:
    with tempfile.TemporaryDirectory(prefix="aksnetpol-review-") as place:
        home = Path(place)
        old, new = (
            check_out(project, revision, home / side) for side, revision in (("base", base), ("head", head))
        )
        names = stacks_of(new.project, wanted)
        with _stand_ins(home, manifests) as using, ThreadPoolExecutor(_AT_ONCE) as pool:
            asked = [
                (name, pool.submit(_read, old, name, using), pool.submit(_read, new, name, using))
                for name in names
            ]
            found = tuple(_stack(name, before, after, using) for name, before, after in asked)
    return Review(base, head, found)


def _read(checkout: Checkout, stack: str, using: Hermetic) -> Revision:
    state = using.home / f"{checkout.root.name}-state" / stack
    state.mkdir(parents=True)
    environment = {**using.environment, "PULUMI_BACKEND_URL": f"file://{state}"}
    mine = replace(using, environment=environment, home=using.home / f"{checkout.root.name}-home")
    return read_revision(checkout, stack, mine)


def _stack(name: str, old: Future[Revision], new: Future[Revision], using: Hermetic) -> StackReview:
    """Compare a stack's revisions, or say why that cannot be done."""
    read: list[Revision] = []
    for future in (new, old):
        try:
            read.append(future.result())
        except AksnetpolError as error:
            message = str(error)
            for side in ("base", "head"):
                message = message.replace(f"{using.home / side}{os.sep}", "")
            return StackReview(
                name, problem=Problem("head" if future is new else "base", message, future is new)
            )
    # Imported here: only a review needs the stand-ins' rules.
    from aksnetpol.cli.review_rules import compare

    return build(name, read[1], read[0], compare, using.today)


@contextmanager
def _stand_ins(home: Path, manifests: tuple[str, ...]) -> Generator[Hermetic]:
    """Run Azure's and the providers' stand-ins in this process: a preview from nothing needs no cluster."""
    from aksnetpol.local.arm import Emulator
    from aksnetpol.local.providers import ProviderServers

    with tool_progress() as report:
        engine = find_engine(report)
    emulator = Emulator(home / "arm")
    emulator.start()
    providers = ProviderServers(emulator.environment())
    try:
        ports = providers.start()
        environment = {
            **emulator.environment(),
            "PULUMI_DEBUG_PROVIDERS": ",".join(f"{name}:{port}" for name, port in ports.items()),
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(30),
            "PULUMI_CONFIG_PASSPHRASE_FILE": "",
            "PULUMI_ACCESS_TOKEN": "",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "KUBECONFIG": os.devnull,
        }
        yield Hermetic(engine, environment, home, manifests, datetime.now(UTC).date())
    finally:
        providers.stop()
        emulator.stop()
