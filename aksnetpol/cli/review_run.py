"""Runs a review: both revisions of every stack previewed at once, then compared."""

import os
import secrets
import tempfile
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from aksnetpol.cli.console import tool_progress
from aksnetpol.cli.target import preview_limit
from aksnetpol.deploy import Project, UnknownStackError, find_engine
from aksnetpol.deploy.review import Hermetic, read_revision, stacks_of
from aksnetpol.deploy.review_checkout import Checkout, check_out
from aksnetpol.errors import AksnetpolError
from aksnetpol.policy import load_objects
from aksnetpol.report.review import Problem, Review, Revision, StackReview, build, compare

AT_ONCE = 4  # engines; each takes about one processor


@dataclass(frozen=True)
class Asked:
    """What to review.

    Args:
        stacks: those of the head that have a file, where empty.
        manifests: files and folders of the repository with what else is in the clusters.
        today: the day to measure retirements from.
        timeout: seconds that a preview may take; see preview_limit.
    """

    base: str
    head: str
    stacks: tuple[str, ...]
    manifests: tuple[str, ...]
    today: date
    timeout: float | None = None


def review(project: Project, asked: Asked) -> Review:
    """Return what a change does to the stacks of a project.

    Raises:
        ProjectError: no such revision. What is wrong with one stack is told in its report.
    """
    with tempfile.TemporaryDirectory(prefix="aksnetpol-review-") as place:
        home = Path(place)
        old, new = (
            check_out(project, asked.base, home / "base"),
            check_out(project, asked.head, home / "head"),
        )
        names = stacks_of(new.project, asked.stacks)
        with _stand_ins(home, asked) as using, ThreadPoolExecutor(AT_ONCE) as pool:
            read = [
                (name, pool.submit(_read, old, name, using), pool.submit(_read, new, name, using))
                for name in names
            ]
            found = tuple(_stack(name, before, after, asked, home) for name, before, after in read)
    return Review(asked.base, asked.head, found)


def _read(checkout: Checkout, stack: str, using: Hermetic) -> Revision:
    side = checkout.root.name
    state = using.home / f"{side}-state" / stack
    state.mkdir(parents=True)
    environment = {**using.environment, "PULUMI_BACKEND_URL": f"file://{state}"}
    mine = replace(using, environment=environment, home=using.home / f"{side}-home")
    return read_revision(checkout, stack, mine)


def _stack(name: str, old: Future[Revision], new: Future[Revision], asked: Asked, home: Path) -> StackReview:
    """Compare a stack's revisions, or say why that cannot be done."""
    try:
        after = new.result()
    except AksnetpolError as error:
        return StackReview(name, problem=Problem(asked.head, _relative(error, home), in_head=True))
    try:
        before = old.result()
    except UnknownStackError:
        before = Revision(asked.base, (), load_objects(()), after.engine)  # the change adds the stack
    except AksnetpolError as error:
        return StackReview(name, problem=Problem(asked.base, _relative(error, home), in_head=False))
    # Imported here: only a review needs the stand-ins' rules.
    from aksnetpol.cli import review_rules

    changes = compare(before.resources, after.resources, review_rules.compare)
    return build(name, before, after, changes, asked.today)


def _relative(error: AksnetpolError, home: Path) -> str:
    """Return a message with paths of the repository, without lines that repeat an earlier one."""
    message = str(error)
    for side in ("base", "head"):
        message = message.replace(f"{home / side}{os.sep}", "")
    kept: list[str] = []
    for line in message.splitlines():
        if not any(one.strip() in line for one in kept):
            kept.append(line)
    return "\n".join(kept)


@contextmanager
def _stand_ins(home: Path, asked: Asked) -> Generator[Hermetic]:
    """Run Azure's and the providers' stand-ins in this process: a preview from nothing needs no cluster."""
    from aksnetpol.local.arm import Emulator
    from aksnetpol.local.providers import ProviderServers

    with tool_progress() as report:
        engine = find_engine(report)
    limit = preview_limit(asked.timeout)
    with Emulator(home / "arm") as emulator:
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
            yield Hermetic(engine, environment, home, asked.manifests, asked.today, limit)
        finally:
            providers.stop()
