"""What `aksnetpol review` takes for one stack and for four, hermetic and warm, and where its time goes.

The floor is plain `pulumi preview` of both revisions of each stack against the same stand-ins, as many at
once: no review can end before the engine has previewed both. Processor seconds compare on a busy machine too;
the floor's leave out the stand-ins.
"""

import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from typing import Any
from unittest import mock

from aksnetpol.deploy import StackWorkspace, find_engine, find_project
from aksnetpol.deploy.patience import PREVIEW_SECONDS
from aksnetpol.local.providers.rules import differences
from aksnetpol.local.stand_ins import stand_ins
from aksnetpol.review import Revisions, review
from aksnetpol.review import run as reviewing
from aksnetpol.review.formats import data, markdown
from aksnetpol.review.read import revisions
from aksnetpol.review.read.checkout import check_out
from aksnetpol.review.read.revisions import AT_ONCE

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ("Pulumi.yaml", "__main__.py", "policies")
STACKS = ("dev", "azure", "calico", "none")
LIMITS = {1: 10.0, 4: 20.0}  # seconds
ROUNDS = 3


@dataclass
class Clock:
    """Wall time of each part; pieces that run at the same time count once."""

    spans: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list[tuple[float, float]])
    )

    @contextmanager
    def part(self, name: str) -> Generator[None]:
        """Time a block."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.spans[name].append((began, time.perf_counter()))

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that is timed."""

        def wrapper(*arguments: Any, **named: Any) -> Any:
            with self.part(name):
                return function(*arguments, **named)

        return wrapper

    def seconds(self, name: str) -> float:
        """Return a part's wall time."""
        total, until = 0.0, 0.0
        for began, ended in sorted(self.spans[name]):
            total += max(0.0, ended - max(began, until))
            until = max(until, ended)
        return total


PARTS = ("checkout", "stand-ins", "engine previews", "model", "rendering")


def main() -> int:
    """Print the totals against the floor, then the parts; tell whether the limits hold."""
    with tempfile.TemporaryDirectory(prefix="aksnetpol-bench-") as place:
        repository = Path(place) / "repository"
        _make(repository)
        good = True
        parts: dict[int, dict[str, float]] = {}
        print(f"{'stacks':>6}{'review, s':>11}{'CPU, s':>8}{'floor, s':>10}{'CPU, s':>8}{'limit, s':>10}")
        for count, limit in LIMITS.items():
            names = STACKS[:count]
            _review(repository, names)  # warms caches of the file system and of Python's bytecode
            rounds = [(*_review(repository, names), *_floor(repository, names)) for _ in range(ROUNDS)]
            total, cpu, floor, floor_cpu = map(statistics.median, zip(*rounds, strict=True))
            good = good and total <= limit
            print(
                f"{count:>6}{total:>11.2f}{cpu:>8.2f}{floor:>10.2f}{floor_cpu:>8.2f}{limit:>10.0f}",
                flush=True,
            )
            parts[count] = _parts(repository, names)
    print(f"\n{'part, s':<18}" + "".join(f"{count:>10}" for count in parts))
    for name in ("start of Python", *PARTS):
        print(f"{name:<18}" + "".join(f"{found[name]:>10.2f}" for found in parts.values()))
    print(f"limits {'kept' if good else 'BROKEN'}; {AT_ONCE} engines at once, median of {ROUNDS}")
    return 0 if good else 1


def _make(folder: Path) -> None:
    """A repository whose change edits the engine of a stack and opens a policy of all."""
    folder.mkdir()
    for name in PROGRAM:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy2)(ROOT / name, folder / name)
    for stack in STACKS:
        shutil.copy2(ROOT / f"Pulumi.{stack}.yaml", folder)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _commit(folder)
    _git(folder, "switch", "--quiet", "--create", "change")
    (policy,) = (folder / "policies" / "demo").glob("*.yaml")
    policy.write_text(
        re.sub(r"podSelector:\n +matchLabels:\n +app: client", "podSelector: {}", policy.read_text())
    )
    file = folder / "Pulumi.none.yaml"
    file.write_text(file.read_text().replace("networkPolicy: none", "networkPolicy: calico"))
    _commit(folder)


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all")
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
    _git(folder, *identity, "commit", "--quiet", "--message", "Step")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def _cpu() -> float:
    """Processor seconds of all children so far, theirs included."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _review(repository: Path, names: tuple[str, ...]) -> tuple[float, float]:
    """Seconds of the command line from start to exit, and its processor seconds."""
    aksnetpol = str(Path(sys.executable).with_name("aksnetpol"))
    stacks = [text for name in names for text in ("--stack", name)]
    command = [aksnetpol, "review", "--base", "main", "--head", "change", "--json", *stacks]
    began, spent = time.perf_counter(), _cpu()
    done = subprocess.run(command, cwd=repository, check=True, capture_output=True)
    took = time.perf_counter() - began, _cpu() - spent
    found = json.loads(done.stdout)["stacks"]
    assert [one["stack"] for one in found if one["connections"]] == list(names), found
    return took


def _floor(repository: Path, names: tuple[str, ...]) -> tuple[float, float]:
    """The same of plain previews of both revisions; making the stacks is not counted."""
    asked = _asked(repository, names)
    with tempfile.TemporaryDirectory(prefix="aksnetpol-bench-") as place:
        home = Path(place)
        found = [check_out(asked.project, one, home / one) for one in (asked.base, asked.head)]
        folders = [one.project.folder for one in found]
        path = asked.engine().path(os.environ["PATH"])
        with asked.stand_ins(home) as led:
            own = revisions._own_environment()
            runs: list[tuple[Path, str, dict[str, str]]] = []
            for folder in folders:
                (home / folder.name).mkdir(exist_ok=True)
                state = home / f"{folder.name}-state"
                state.mkdir()
                environment = {**os.environ, **led, **own, "PATH": path}
                environment["PULUMI_BACKEND_URL"] = f"file://{state}"
                environment["PULUMI_HOME"] = f"{state}/pulumi"
                runs += [(folder, name, environment) for name in names]
            for run in runs:
                _pulumi(run, "stack", "init", "--no-select")
            began, spent = time.perf_counter(), _cpu()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(_pulumi, runs, repeat("preview")))
            return time.perf_counter() - began, _cpu() - spent


def _pulumi(run: tuple[Path, str, dict[str, str]], *arguments: str) -> None:
    folder, stack, environment = run
    command = ["pulumi", *arguments, "--stack", stack, "--non-interactive"]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def _parts(repository: Path, names: tuple[str, ...]) -> dict[str, float]:
    """Seconds of each part of a review in this process, and of a Python that imports it and does nothing."""
    clock = Clock()

    @contextmanager
    def started(home: Path) -> Generator[Mapping[str, str]]:
        with clock.part("stand-ins"):
            context = stand_ins(home)
            led = context.__enter__()
        try:
            yield led
        finally:
            context.__exit__(None, None, None)

    with (
        mock.patch.object(revisions, "check_out", clock.timed("checkout", revisions.check_out)),
        mock.patch.object(reviewing, "build", clock.timed("model", reviewing.build)),
        mock.patch.object(
            StackWorkspace, "preview_json", clock.timed("engine previews", StackWorkspace.preview_json)
        ),
    ):
        found = review(replace(_asked(repository, names), stand_ins=started))
    with clock.part("rendering"):
        json.dumps(data.data(found))
        markdown.render(found)
    with clock.part("start of Python"):
        command = [sys.executable, "-c", "import aksnetpol.cli"]
        subprocess.run(command, check=True)
    return {name: clock.seconds(name) for name in ("start of Python", *PARTS)}


def _asked(repository: Path, names: tuple[str, ...]) -> Revisions:
    return Revisions(
        project=find_project(repository),
        base="main",
        head="change",
        stacks=names,
        manifests=(),
        rules=differences,
        today=datetime.now(UTC).date(),
        limit=PREVIEW_SECONDS,
        engine=find_engine,
        stand_ins=stand_ins,
    )


if __name__ == "__main__":
    sys.exit(main())
