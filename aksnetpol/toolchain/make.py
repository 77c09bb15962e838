"""Makes the tools of several recipes: all sources are fetched at once, while the longest is built."""

import os
import shutil
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from aksnetpol import subprocesses
from aksnetpol.toolchain import cache, golang, official, releases
from aksnetpol.toolchain.build import compile_all, fetch
from aksnetpol.toolchain.found import find
from aksnetpol.toolchain.golang import Go
from aksnetpol.toolchain.pace import seconds_left
from aksnetpol.toolchain.progress import Phase, Report, Step
from aksnetpol.toolchain.tools import PULUMI, Recipe, Tool, siblings

_LOCK = "build"
_REPORT_SECONDS = 1.0
_MEGABYTE = 1_000_000
# The parts of a build, of one; linking is the rest.
_FETCHING, _COMPILING = 0.1, 0.85
_NEVER_COMPILED = frozenset({"unsafe"})

Missing = dict[Recipe, tuple[Tool, ...]]


def make(recipes: Iterable[Recipe], report: Report) -> None:
    """Download or build what is missing of some recipes' tools, those that take longest first.

    One process builds at a time. What a failed build has got so far is kept for the next.

    Raises:
        ToolchainError: one could not be made; what else was begun is finished, and kept.
    """
    recipes = tuple(recipes)
    label = ", ".join(recipe.label for recipe in recipes)
    seconds = sum(recipe.seconds for recipe in recipes)
    with cache.locked(_LOCK, lambda: report(Step(Phase.WAITING, label, seconds))):
        # Another process may have made them while this one waited.
        if not (missing := _missing(recipes)):
            return
        _download(missing, report)
        missing = _missing(recipes)
        if missing:
            go = golang.find(max(recipe.go for recipe in missing), report).keeping_in(cache.sources())
            _Build(missing, go, report).run()
            shutil.rmtree(cache.sources(), ignore_errors=True)
    for recipe in recipes:
        report(Step(Phase.READY, recipe.label))


def _missing(recipes: Iterable[Recipe]) -> Missing:
    all_of = {recipe: tuple(row for row in siblings(recipe) if not find(row)) for recipe in recipes}
    return {recipe: tools for recipe, tools in all_of.items() if tools}


def _download(missing: Missing, report: Report) -> None:
    """Take what the network has; both at once, since a network that has nothing may be slow to say so."""
    tools = [tool for group in missing.values() for tool in group]
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(releases.install, tools, report)]
        if any(tool.module is PULUMI for tool in tools):
            asked.append(pool.submit(official.install, report))
        for one in asked:
            one.result()


@dataclass
class _State:
    """How far a recipe is.

    Args:
        packages: to compile.
        begun: packages whose compilation has begun.
    """

    phase: Phase = Phase.FETCHING
    packages: frozenset[str] = frozenset()
    begun: set[str] = field(default_factory=set[str])

    @property
    def share(self) -> float:
        """How much of its work is done, of one."""
        if self.phase is Phase.READY:
            return 1.0
        if self.phase is Phase.FETCHING:
            return 0.0
        return _FETCHING + _COMPILING * len(self.begun) / max(1, len(self.packages))


class _Build:
    """One build of several recipes, each in a thread that waits for Go."""

    def __init__(self, missing: Missing, go: Go, report: Report) -> None:
        self._missing, self._go, self._report = missing, go, report
        self._states = {recipe: _State() for recipe in missing}
        self._began = time.monotonic()

    def run(self) -> None:
        """Build all, and report each second.

        Raises:
            ToolchainError: of the first that could not be built.
        """
        known = subprocesses.children()
        with ThreadPoolExecutor(len(self._missing)) as pool:
            try:
                self._watch(self._begin(pool))
            except BaseException:
                # Interrupted: the threads end with what they wait for.
                for pid in subprocesses.children() - known:
                    subprocesses.kill(pid)
                raise

    def _begin(self, pool: ThreadPoolExecutor) -> list["Future[None]"]:
        """Fetch all at once; compile one at a time, since what two share is so compiled once.

        While one is linked, which keeps one core busy, the next is compiled.
        """
        begun: list[Future[None]] = []
        turn = threading.Event()
        turn.set()
        for recipe in self._missing:
            following = threading.Event()
            begun.append(pool.submit(self._one, recipe, turn, following))
            turn = following
        return begun

    def _watch(self, begun: list["Future[None]"]) -> None:
        waiting = set(begun)
        while waiting:
            self._tell()
            waiting = wait(waiting, _REPORT_SECONDS).not_done
        for one in begun:
            one.result()

    def _one(self, recipe: Recipe, turn: threading.Event, following: threading.Event) -> None:
        tools, state = self._missing[recipe], self._states[recipe]
        try:
            with cache.scratch(recipe.key) as folder:
                packages = fetch(recipe, tools, self._go, folder)
                turn.wait()
                self._compiling(state, packages)

                def begun(package: str) -> None:
                    state.begun.add(package)
                    if len(state.begun) >= len(state.packages):
                        following.set()

                for row, made in compile_all(recipe, tools, self._go, folder, begun).items():
                    cache.put(row, made)
            state.phase = Phase.READY
        finally:
            following.set()

    def _compiling(self, state: _State, packages: frozenset[str]) -> None:
        """Count what is still to be compiled; two versions of a package are taken for one."""
        compiled = {package for one in self._states.values() for package in one.begun}
        state.packages = packages - compiled - _NEVER_COMPILED
        state.phase = Phase.BUILDING
        self._tell()

    def _tell(self) -> None:
        # What is built is told, not what is fetched beside it.
        order = (Phase.BUILDING, Phase.FETCHING, Phase.READY)
        recipe, state = min(self._states.items(), key=lambda item: order.index(item[1].phase))
        if state.phase is Phase.READY:
            return
        total = sum(one.processor for one in self._states)
        done = sum(one.processor * state.share for one, state in self._states.items())
        left = seconds_left(total, done, time.monotonic() - self._began, os.cpu_count() or 1)
        self._report(Step(state.phase, recipe.label, left, _done(state)))


def _done(state: _State) -> str:
    if state.phase is Phase.BUILDING:
        if len(state.begun) >= len(state.packages):
            return "linking"
        return f"{len(state.begun):,} of {len(state.packages):,} packages"
    return f"{_megabytes(cache.sources() / 'modules' / 'cache' / 'download'):,} MB"


def _megabytes(folder: Path) -> int:
    sizes = (_size(Path(place) / name) for place, _, names in os.walk(folder) for name in names)
    return sum(sizes) // _MEGABYTE


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # gone meanwhile
        return 0
