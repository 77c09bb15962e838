"""Runs a review of deployed stacks: one preview of each, from the state that it has."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aksnetpol.cli.console import err
from aksnetpol.cli.review_run import AT_ONCE
from aksnetpol.cli.target import workspaces
from aksnetpol.deploy import PassphraseError, Project, StackWorkspace, UnknownStackError
from aksnetpol.deploy.review import stacks_of
from aksnetpol.deploy.review_deployed import BASE, HEAD, Source, read_update
from aksnetpol.errors import AksnetpolError, UserError
from aksnetpol.report.review import Problem, Review, StackReview, build


@dataclass(frozen=True)
class Deployed:
    """What to review, of deployed stacks.

    Args:
        stacks: those that have a file, where empty.
        manifests: files and folders of the repository with what else is in the clusters.
        local: they are deployed on this machine.
        kubeconfig: of the live cluster, where connections are compared in it.
        save_plan: the file that the plan of the one stack goes to.
        today: the day to measure retirements from.
        timeout: seconds that a preview may take; see preview_limit.
    """

    stacks: tuple[str, ...]
    manifests: tuple[str, ...]
    local: bool
    kubeconfig: Path | None
    save_plan: Path | None
    today: date
    timeout: float | None = None


def review(project: Project, asked: Deployed) -> Review:
    """Return what an update by the working program would do to the stacks of a project.

    Raises:
        UserError: a file is for one stack, and there are several. What is wrong with one stack is told in
            its report.
    """
    names = stacks_of(project, asked.stacks)
    for option, value in (("--save-plan", asked.save_plan), ("--kubeconfig", asked.kubeconfig)):
        if value and len(names) != 1:
            raise UserError(f"{option} is for one stack: name it with --stack.")
    # Imported here: only a review needs the stand-ins' rules.
    from aksnetpol.cli.review_rules import compare

    source = Source(asked.manifests, asked.kubeconfig, compare, asked.save_plan, asked.today)
    opened = workspaces(project, local=asked.local, timeout=asked.timeout)
    with err.status("previewing the update"), ThreadPoolExecutor(AT_ONCE) as pool:
        found = tuple(pool.map(lambda name: _stack(name, opened, source), names))
    return Review(BASE, HEAD, found)


def _stack(name: str, opened: Callable[[str], StackWorkspace], source: Source) -> StackReview:
    try:
        update = read_update(opened(name), source)
    except (UnknownStackError, PassphraseError) as error:
        return StackReview(name, problem=Problem(BASE, str(error), in_head=False))
    except AksnetpolError as error:
        return StackReview(name, problem=Problem(HEAD, str(error), in_head=True))
    return build(name, update.base, update.head, update.resources, source.today)
