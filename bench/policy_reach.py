"""Times reading, `reach`, `diff` and `can` on big clusters, beside the floors and the peers that are here.

    python bench/policy_reach.py                        the sizes that the limits are about
    python bench/policy_reach.py --sizes 1000 100000    others; --csv FILE writes them for a plot
    python bench/policy_reach.py --no-peers             without the peers, which get a cluster they finish

Each step runs in a process of its own, so that its memory is its own.
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
from policy_cluster import Manifest, as_json, as_yaml, manifests
from rich.console import Console
from rich.table import Table

from aksnetpol.policy import Reachability, analyze, diff, load_objects, load_text
from aksnetpol.toolchain import cache

PEER_PODS, PEER_NAMESPACES, PEER_POLICIES = 400, 10, 60
PEER_SECONDS = 300
ANALYZER = "2.1.0"


@dataclass(frozen=True)
class Result:
    """One line of the table.

    Args:
        seconds: of wall time.
        mebibytes: the most memory that the process had.
        limit: seconds that it must stay within; None where there is none.
    """

    step: str
    pods: int
    seconds: float
    mebibytes: int
    limit: float | None
    note: str = ""


def timed(step: Callable[[int], tuple[float, str]], pods: int) -> tuple[float, int, str]:
    """Run a step in a process of its own: seconds, mebibytes, and what it says."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (step, pods))


def _measured(step: Callable[[int], tuple[float, str]], pods: int) -> tuple[float, int, str]:
    seconds, note = step(pods)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, note


def _clock(run: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    found = run()
    return time.perf_counter() - start, found


def _cluster(pods: int) -> Reachability:
    return analyze(load_objects(manifests(pods)).complete())


def read_json_floor(pods: int) -> tuple[float, str]:
    """Parse JSON, and nothing else."""
    text = as_json(manifests(pods))
    return _clock(lambda: json.loads(text))[0], f"{len(text) / 2**20:.0f} MiB"


def read_json(pods: int) -> tuple[float, str]:
    """Read the same text, with a location for every policy."""
    text = as_json(manifests(pods))

    def run() -> int:
        loaded = load_text(text, "cluster.json")
        return len({policy.location for policy in loaded.cluster.policies})

    seconds, places = _clock(run)
    return seconds, f"{places} locations"


def read_yaml_floor(pods: int) -> tuple[float, str]:
    """Parse YAML by libyaml, and nothing else."""
    text = as_yaml(manifests(pods))
    return _clock(lambda: list(yaml.load_all(text, Loader=yaml.CSafeLoader)))[
        0
    ], f"{len(text) / 2**20:.0f} MiB"


def read_yaml(pods: int) -> tuple[float, str]:
    """Read the same text, with a location for every policy."""
    text = as_yaml(manifests(pods))

    def run() -> int:
        loaded = load_text(text, "cluster.yaml")
        return len({policy.location for policy in loaded.cluster.policies})

    seconds, places = _clock(run)
    return seconds, f"{places} locations"


def reach_groups(pods: int) -> tuple[float, str]:
    """Find all groups of a cluster that was read."""
    reach = _cluster(pods)
    seconds, groups = _clock(lambda: len(reach.groups()))
    return seconds, f"{groups} groups of {len(reach.analysis.universe.classes)} classes"


def diff_clusters(pods: int) -> tuple[float, str]:
    """Compare two clusters: ten pods relabelled, a namespace relabelled, five policies removed."""
    old = manifests(pods)
    new: list[Manifest] = json.loads(json.dumps(old))
    for pod in new[100:110]:
        pod["metadata"]["labels"]["app"] = "app7"
    new[0]["metadata"]["labels"]["team"] = "team3"
    del new[-5:]
    before, after = analyze(load_objects(old).cluster), analyze(load_objects(new).cluster)
    seconds, found = _clock(lambda: len(diff(before, after).changes))
    return seconds, f"{found} changes"


def diff_engines(pods: int) -> tuple[float, str]:
    """Compare one cluster under two engines."""
    cluster = load_objects(manifests(pods)).cluster
    seconds, found = _clock(
        lambda: len(diff(analyze(cluster, "npm-linux"), analyze(cluster, "cilium")).changes)
    )
    return seconds, f"{found} changes"


def one_question(pods: int) -> tuple[float, str]:
    """Ask once whether one pod reaches another, in a process like the command line's."""
    reach = _cluster(pods)
    gc.freeze()
    seconds, allowed = _clock(lambda: reach.can("ns1/pod1", "ns2/pod102", 8000).allowed)
    return seconds, "allowed" if allowed else "denied"


STEPS: list[tuple[str, Callable[[int], tuple[float, str]], dict[int, float]]] = [
    ("JSON floor", read_json_floor, {}),
    ("read JSON", read_json, {20_000: 1.2}),
    ("YAML floor", read_yaml_floor, {}),
    ("read YAML", read_yaml, {20_000: 6.2}),
    ("reach", reach_groups, {20_000: 1.0, 100_000: 5.0}),
    ("diff", diff_clusters, {20_000: 1.5}),
    ("diff of engines", diff_engines, {20_000: 1.5}),
    ("can", one_question, {20_000: 0.05}),
]


def ours(sizes: list[int]) -> list[Result]:
    """Run every step at every size."""
    found: list[Result] = []
    for pods in sizes:
        floor = 0.0
        for name, step, limits in STEPS:
            seconds, mebibytes, note = timed(step, pods)
            if name.startswith("read"):
                note += f", {seconds / floor:.1f} x the floor"
            floor = seconds if name.endswith("floor") else floor
            found.append(Result(name, pods, seconds, mebibytes, limits.get(pods), note))
    return found


def peers() -> list[Result]:
    """Run the peers that are here on one small cluster, and ours on the same."""
    objects = manifests(PEER_PODS, PEER_NAMESPACES, PEER_POLICIES)
    found: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cluster.yaml"
        path.write_text(as_yaml(objects))
        seconds, _ = _clock(lambda: analyze(load_text(path.read_text()).cluster).groups())
        found.append(Result("ours: read and reach", PEER_PODS, seconds, 0, None))
        commands = {
            "network-config-analyzer": [str(_analyzer()), "--connectivity", "--resource_list", folder],
            "netpol-analyzer": ["netpol-analyzer", "list", "--dirpath", folder],
        }
        found += [_peer(name, command) for name, command in commands.items() if shutil.which(command[0])]
    return found


def _analyzer() -> Path:
    """Return network-config-analyzer's command, from an environment of its own in the cache."""
    folder = cache.root() / f"network-config-analyzer-{ANALYZER}"
    if not (folder / "bin" / "nca").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        package = f"network-config-analyzer=={ANALYZER}"
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", package], check=True)
    return folder / "bin" / "nca"


def _peer(name: str, command: list[str]) -> Result:
    def run() -> int | None:
        try:
            return subprocess.run(command, capture_output=True, check=False, timeout=PEER_SECONDS).returncode
        except subprocess.TimeoutExpired:
            return None

    seconds, code = _clock(run)
    note = f"stopped after {PEER_SECONDS} s" if code is None else f"exit code {code}"
    return Result(name, PEER_PODS, seconds, 0, None, note)


def show(results: list[Result]) -> None:
    """Print one table."""
    table = Table("step", "pods", "seconds", "limit", "MiB", "")
    for result in results:
        limit = "" if result.limit is None else f"{result.limit:.2f}"
        late = result.limit is not None and result.seconds > result.limit
        seconds = f"{result.seconds:.3f}" + (" LATE" if late else "")
        table.add_row(
            result.step, f"{result.pods:,}", seconds, limit, str(result.mebibytes or ""), result.note
        )
    Console(width=110).print(table)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    options = parser.parse_args()
    results = ours(options.sizes) + (peers() if options.peers else [])
    show(results)
    if options.csv:
        with options.csv.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["step", "pods", "seconds", "mebibytes"])
            writer.writerows([r.step, r.pods, round(r.seconds, 4), r.mebibytes] for r in results)


if __name__ == "__main__":
    main()
