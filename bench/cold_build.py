"""What the first run costs: every tool made from nothing, before one build of all and with it.

Go has no cache of its own, nor has our toolchain; the network is as it is. Processor time is what counts: the
length depends on who else works on the machine. It takes half an hour of two cores: run by name only.
"""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The last revision that built one module after the other, with Go's own caches.
_BEFORE = "659b7f3"
# Run over a tree of ours: prints seconds, processor seconds and step, at each step and at the end.
_MAKE = """
import json, resource, sys, time
sys.path.insert(0, sys.argv[1])
from aksnetpol import toolchain
assert toolchain.__file__.startswith(sys.argv[1]), toolchain.__file__
began, last = time.monotonic(), [None]
def tell(what):
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps([time.monotonic() - began, used.ru_utime + used.ru_stime, what]), flush=True)
def report(step):
    what = f"{step.phase.value} {step.subject}"
    if what != last[0]:
        last[0] = what
        tell(what)
toolchain.ensure_all([one.name for one in toolchain.TOOLS], report)
tell("end")
"""
Row = tuple[float, float, str]


def main() -> None:
    """Build twice, print one table."""
    with tempfile.TemporaryDirectory(prefix="aksnetpol-bench-") as place:
        before = Path(place) / "before"
        archive = subprocess.run(["git", "archive", _BEFORE], cwd=ROOT, check=True, capture_output=True)
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(before, filter="data")
        totals = [_measured(name, tree, Path(place)) for name, tree in (("before", before), ("now", ROOT))]
    first, second = totals
    _print("now / before", second[0] / first[0], second[1] / first[1], second[2] / first[2], digits=2)


def _measured(name: str, tree: Path, place: Path) -> tuple[float, float, float]:
    """Processor seconds, seconds and megabytes left of one build; prints its steps."""
    home = place / f"{name}-home"
    home.mkdir()
    rows = _build(tree, home)
    print(f"\n{name}\n{'step':64}{'processor s':>12}{'s':>8}{'MB left':>9}")
    for (start, used, what), (end, used_then, _) in pairwise(rows):
        _print(what, used_then - used, end - start)
    left = sum(_own_size(file) for file in home.rglob("*"))
    total = rows[-1][1], rows[-1][0], left / 1e6
    _print("all", *total)
    # Go's own cache of modules is read-only.
    subprocess.run(["chmod", "-R", "u+w", home], check=True)
    shutil.rmtree(home)
    return total


def _own_size(file: Path) -> float:
    """Bytes of a file; each of its names has its share."""
    about = file.lstat()
    return about.st_size / about.st_nlink if stat.S_ISREG(about.st_mode) else 0.0


def _build(tree: Path, home: Path) -> list[Row]:
    go = shutil.which("go")
    path = os.pathsep.join(([str(Path(go).parent)] if go else []) + ["/usr/bin", "/bin"])
    kept = ("GOPROXY", "GOSUMDB", "SSL_CERT_FILE", "https_proxy", "http_proxy", "no_proxy")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"HOME": str(home), "PATH": path, "AKSNETPOL_CACHE": str(home / "cache")}
    command = [sys.executable, "-c", _MAKE, str(tree)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def _print(what: str, used: float, seconds: float, left: float | None = None, digits: int = 0) -> None:
    last = "" if left is None else f"{left:9.{digits}f}"
    print(f"{what[:63]:64}{used:12.{digits}f}{seconds:8.{digits}f}{last}", flush=True)


if __name__ == "__main__":
    main()
