"""What a review is asked to compare, and what it is to read that with."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from aksnetpol.review.resources import Rules

if TYPE_CHECKING:
    from aksnetpol.deploy import Engine, StackWorkspace
    from aksnetpol.project import Project

# Runs in a folder what stands in for Azure and the providers; the environment that leads there.
StandIns = Callable[[Path], AbstractContextManager[Mapping[str, str]]]


@dataclass(frozen=True)
class Revisions:
    """Two revisions of a project, each previewed from nothing.

    Args:
        base, head: of git.
        stacks: those of the head that have a file, where empty.
        manifests: files and folders of the repository with what else is in the clusters.
        rules: the providers'.
        today: the day to measure retirements from.
        limit: seconds that a preview may take.
        engine: finds it, or makes it; asked when both revisions are there.
    """

    project: "Project"
    base: str
    head: str
    stacks: tuple[str, ...]
    manifests: tuple[str, ...]
    rules: Rules
    today: date
    limit: float
    engine: "Callable[[], Engine]"
    stand_ins: StandIns


@dataclass(frozen=True)
class Manifests:
    """Files and folders of manifests at two revisions of the repository that the working directory is in.

    Args:
        base: of git.
        head: of git; None is the working tree, committed or not.
        paths: of the files and folders, from the repository's root.
        engine: whose semantics, with its @VERSION if wanted.
        today: the day to measure retirements from.
    """

    base: str
    head: str | None
    paths: tuple[str, ...]
    engine: str
    today: date


@dataclass(frozen=True)
class Deployed:
    """Deployed stacks, and what an update by the working program would make of them.

    Args:
        stacks: their names.
        manifests: files and folders, from the repository's root, with what else is in the clusters.
        rules: compare a resource where the engine does not say which properties differ.
        today: the day to measure retirements from.
        workspace: of a stack by its name.
        kubeconfig: of the live cluster, where connections are compared in it; else None.
        save_plan: the file that the engine's plan goes to.
    """

    stacks: tuple[str, ...]
    manifests: tuple[str, ...]
    rules: Rules
    today: date
    workspace: "Callable[[str], StackWorkspace]"
    kubeconfig: Path | None = None
    save_plan: Path | None = None
