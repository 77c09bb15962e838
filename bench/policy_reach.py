"""Times reading, `reach`, `diff` and `can` on big clusters, beside the floors and the peers that are here.

    python bench/policy_reach.py                        the sizes that the limits are about
    python bench/policy_reach.py --sizes 1000 100000    others; --csv FILE writes them for a plot
    python bench/policy_reach.py --no-peers             without the peers, which get a cluster they finish

Each step runs in a process of its own, so that its memory is its own, and some times over. The best wall
time is judged, as other work on the machine only ever adds to it; processor time and the first run stand by.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import multiprocessing
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from policy_cluster import Manifest, as_json, as_yaml, manifests, printed
from rich.console import Console
from rich.table import Table

from aksnetpol.policy import Cluster, analyze, diff, load_objects, load_text
from aksnetpol.toolchain import cache

PEER_PODS, PEER_NAMESPACES, PEER_POLICIES = 400, 10, 60
PEER_SECONDS = 300
MOST_MEBIBYTES = 1024
READ_PODS = 20_000  # more are more than one file may have; with fewer, the policies are most of the text
ANALYZER = "2.1.0"


Run = Callable[[], str]


@dataclass(frozen=True)
class Times:
    """Seconds of a step, and what it says.

    Args:
        wall: of the best run.
        processor: the least of any run.
        first: wall time of the first run, when nothing was cached.
        mebibytes: the most memory that the process had; 0 where it was not measured.
    """

    wall: float
    processor: float
    first: float
    mebibytes: int
    note: str


@dataclass(frozen=True)
class Result:
    """One line of the table.

    Args:
        limit: seconds of wall time that it must stay within; None where there is none.
    """

    step: str
    pods: int
    times: Times
    limit: float | None = None

    @property
    def late(self) -> bool:
        """Whether it took more time or memory than it may."""
        if self.limit is None:
            return False
        return self.times.wall > self.limit or self.times.mebibytes > MOST_MEBIBYTES


def timed(step: Callable[[int], Run], pods: int, runs: int) -> Times:
    """Prepare a step in a process of its own, and run it there."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (step, pods, runs))


def _measured(step: Callable[[int], Run], pods: int, runs: int) -> Times:
    run = step(pods)
    gc.collect()
    walls: list[float] = []
    processors: list[float] = []
    note = ""
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        note = run()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Times(min(walls), min(processors), walls[0], most, note)


def _cluster(pods: int) -> Cluster:
    return load_objects(manifests(pods)).complete()


def read_json_floor(pods: int) -> Run:
    """Parse JSON, and nothing else."""
    text = as_json(printed(pods))
    return lambda: f"{len(text) / 2**20:.0f} MiB, {len(json.loads(text)['items'])} objects"


def read_json(pods: int) -> Run:
    """Read the same text, with a location for every policy."""
    text = as_json(printed(pods))
    return lambda: _read(text, "cluster.json")


def read_yaml_floor(pods: int) -> Run:
    """Parse YAML by libyaml, and nothing else."""
    text = as_yaml(printed(pods))
    return lambda: f"{len(text) / 2**20:.0f} MiB, {_documents(text)} documents"


def _documents(text: str) -> int:
    return len(list(yaml.load_all(text, Loader=yaml.CSafeLoader)))


def read_yaml(pods: int) -> Run:
    """Read the same text, with a location for every policy."""
    text = as_yaml(printed(pods))
    return lambda: _read(text, "cluster.yaml")


def _read(text: str, file: str) -> str:
    loaded = load_text(text, file)
    return f"{len({policy.location for policy in loaded.cluster.policies})} locations"


def reach_groups(pods: int) -> Run:
    """Find all groups of a cluster that was read."""
    cluster = _cluster(pods)

    def run() -> str:
        reach = analyze(cluster)
        return f"{len(reach.groups())} groups of {len(reach.analysis.universe.classes)} classes"

    return run


def diff_clusters(pods: int) -> Run:
    """Compare two clusters: ten pods relabelled, a namespace relabelled, five policies removed."""
    old = manifests(pods)
    new: list[Manifest] = json.loads(json.dumps(old))
    for pod in new[100:110]:
        pod["metadata"]["labels"]["app"] = "app7"
    new[0]["metadata"]["labels"]["team"] = "team3"
    del new[-5:]
    before, after = load_objects(old).cluster, load_objects(new).cluster
    return lambda: f"{len(diff(analyze(before), analyze(after)).changes)} changes"


def diff_engines(pods: int) -> Run:
    """Compare one cluster under two engines."""
    cluster = _cluster(pods)
    return lambda: f"{len(diff(analyze(cluster, 'npm-linux'), analyze(cluster, 'cilium')).changes)} changes"


def one_question(pods: int) -> Run:
    """Ask once whether one pod reaches another, in a process like the command line's."""
    cluster = _cluster(pods)
    gc.freeze()
    return lambda: "allowed" if analyze(cluster).can("ns1/pod1", "ns2/pod102", 8000).allowed else "denied"


READING: list[tuple[str, Callable[[int], Run], Callable[[int], Run]]] = [
    ("JSON", read_json_floor, read_json),
    ("YAML", read_yaml_floor, read_yaml),
]
STEPS: list[tuple[str, Callable[[int], Run], dict[int, float]]] = [
    ("reach", reach_groups, {20_000: 1.0, 100_000: 5.0}),
    ("diff", diff_clusters, {20_000: 1.5}),
    ("diff of engines", diff_engines, {20_000: 1.5}),
    ("can", one_question, {20_000: 0.05}),
]


def reading(pods: int, runs: int) -> list[Result]:
    """Run reading, which may take twice its floor as measured just before."""
    found: list[Result] = []
    for name, floor, step in READING:
        least = timed(floor, pods, runs)
        found += [
            Result(f"{name} floor", pods, least),
            Result(f"read {name}", pods, timed(step, pods, runs), 2 * least.wall),
        ]
    return found


def ours(sizes: list[int], runs: int) -> list[Result]:
    """Run every step at every size."""
    found: list[Result] = []
    for pods in sizes:
        found += reading(pods, runs) if pods == READ_PODS else []
        found += [
            Result(name, pods, timed(step, pods, runs), limits.get(pods)) for name, step, limits in STEPS
        ]
    return found


def peers() -> list[Result]:
    """Run the peers that are here on one small cluster, and ours on the same."""
    objects = manifests(PEER_PODS, PEER_NAMESPACES, PEER_POLICIES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cluster.yaml"
        path.write_text(as_yaml(objects))
        commands = {
            "aksnetpol": [str(Path(sys.executable).parent / "aksnetpol"), "reach", folder, "--json"],
            "network-config-analyzer": [str(_analyzer()), "--connectivity", "--resource_list", folder],
            "netpol-analyzer": ["netpol-analyzer", "list", "--dirpath", folder],
        }
        return [_peer(name, command) for name, command in commands.items() if shutil.which(command[0])]


def _analyzer() -> Path:
    """Return network-config-analyzer's command, from an environment of its own in the cache."""
    folder = cache.root() / f"network-config-analyzer-{ANALYZER}"
    if not (folder / "bin" / "nca").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        package = f"network-config-analyzer=={ANALYZER}"
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", package], check=True)
    return folder / "bin" / "nca"


def _peer(name: str, command: list[str]) -> Result:
    """Run a whole command once, from starting its process to its end."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=PEER_SECONDS)
        note = f"whole command, exit code {done.returncode}"
    except subprocess.TimeoutExpired:
        note = f"stopped after {PEER_SECONDS} s"
    wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Result(name, PEER_PODS, Times(wall, processor, wall, 0, note))


def show(results: list[Result]) -> None:
    """Print one table."""
    table = Table("step", "pods", "seconds", "limit", "CPU", "first", "MiB", "")
    for result in results:
        times = result.times
        table.add_row(
            result.step,
            f"{result.pods:,}",
            f"{times.wall:.3f}" + (" LATE" if result.late else ""),
            "" if result.limit is None else f"{result.limit:.2f}",
            f"{times.processor:.3f}",
            f"{times.first:.3f}",
            str(times.mebibytes or ""),
            times.note,
        )
    Console(width=120).print(table)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    options = parser.parse_args()
    results = ours(options.sizes, options.runs) + (peers() if options.peers else [])
    show(results)
    if options.csv:
        with options.csv.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["step", "pods", "seconds", "mebibytes"])
            writer.writerows([r.step, r.pods, round(r.times.wall, 4), r.times.mebibytes] for r in results)


if __name__ == "__main__":
    main()
