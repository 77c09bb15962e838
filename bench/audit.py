"""What `aksnetpol audit` takes for 1,000 clusters on emulated Azure: time and the most memory of its process.

    python bench/audit.py [CLUSTERS]

The clusters have two pools or one, fifty to a page. The emulator answers from this process, on the same
cores: its work is in the time, and not in the memory.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from audit_fleet import new_subscriptions, seed

from aksnetpol.local.arm import Emulator, Settings

CLUSTERS, ROUNDS = 1000, 3
MOST_SECONDS, MOST_MEBIBYTES = 20.0, 500.0
# A child's rusage also counts what its parent had at the fork; the kernel's own high-water mark does not.
AUDIT = """
import atexit, pathlib, sys
atexit.register(lambda: sys.stderr.write(pathlib.Path("/proc/self/status").read_text()))
sys.argv = ["aksnetpol", "audit", "--json"]
import aksnetpol.cli
aksnetpol.cli.main()
"""


def main() -> int:
    """Audit one subscription, and twenty; print one table, and tell whether the limits hold."""
    clusters = int(sys.argv[1]) if len(sys.argv) > 1 else CLUSTERS
    good = True
    print(f"{'clusters':>9}{'subscriptions':>15}{'seconds':>9}{'MiB':>7}")
    for others in (0, 19):
        seconds, mebibytes = _measured(clusters, others)
        good = good and seconds <= MOST_SECONDS and mebibytes <= MOST_MEBIBYTES
        print(f"{clusters:>9,}{others + 1:>15}{seconds:>9.2f}{mebibytes:>7.0f}")
    verdict = "kept" if good else "BROKEN"
    print(f"limits {verdict}: {MOST_SECONDS:.0f} s and {MOST_MEBIBYTES:.0f} MiB; median of {ROUNDS}")
    return 0 if good else 1


def _measured(clusters: int, others: int) -> tuple[float, float]:
    """Seconds of the median run, and MiB of the largest."""
    subscriptions = new_subscriptions(others)
    with tempfile.TemporaryDirectory(prefix="aksnetpol-bench-") as place:
        home = Path(place) / "home"
        seed(home, clusters, subscriptions)
        with Emulator(home, settings=Settings(readable_subscriptions=subscriptions)) as emulator:
            environ = {**os.environ, **emulator.environment()}
            runs = [_audit(environ, clusters) for _ in range(ROUNDS)]
    return statistics.median(seconds for seconds, _ in runs), max(mebibytes for _, mebibytes in runs)


def _audit(environ: dict[str, str], clusters: int) -> tuple[float, float]:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", AUDIT], env=environ, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    found = len(json.loads(done.stdout)["clusters"])
    if found != clusters:
        raise SystemExit(f"{found} of {clusters} clusters were audited")
    mark = re.search(rb"VmHWM:\s+(\d+) kB", done.stderr)
    if mark is None:
        raise SystemExit("this kernel does not tell a process's most memory")
    return seconds, int(mark[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
