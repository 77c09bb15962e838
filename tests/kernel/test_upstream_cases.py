"""Kubernetes' own NetworkPolicy cases on real packets: nine pods, two ports, TCP and UDP."""

from __future__ import annotations

import json
import time

import pytest

from .lab import Lab, serve
from .specs import Case, Check, Step
from .upstream import CASES

pytestmark = [pytest.mark.kernel, pytest.mark.control_plane]
NAMESPACES, NAMES = ("x", "y", "z"), ("a", "b", "c")
PODS = [f"{namespace}/{name}" for namespace in NAMESPACES for name in NAMES]
_WITHIN = 30.0  # seconds until the verdicts must be right; test_edits tells how soon they are


@pytest.fixture(scope="module")
def pods(lab: Lab) -> Lab:
    for namespace in NAMESPACES:
        lab.namespace(namespace)
    servers = [serve(port, protocol) for port in (80, 81) for protocol in ("tcp", "udp")]
    for path in PODS:
        lab.pod(path, *servers, labels={"pod": path[-1]})
    lab.wait_ready(*PODS)
    check(lab, Check())  # every server listens
    return lab


def matches(pattern: str, pod: str) -> bool:
    return pattern in ("*", pod, pod.split("/")[0])


def expected(check: Check, source: str, destination: str) -> bool:
    found = True
    for left, right, allowed in check.expectations:
        if matches(left, source) and matches(right, destination):
            found = allowed
    return found


def observe(
    lab: Lab, wanted: Check, pairs: dict[str, list[str]], timeout: float
) -> dict[tuple[str, str], bool]:
    for source, destinations in pairs.items():
        targets = [(lab.address(one), wanted.port, wanted.protocol) for one in destinations]
        lab.prober(source).ask(targets, timeout)
    return {
        (source, destination): answer == "open"
        for source, destinations in pairs.items()
        for destination, answer in zip(destinations, lab.prober(source).answer(), strict=True)
    }


def check(lab: Lab, wanted: Check) -> None:
    """Every pair of pods must see what is expected; what a pod says to itself is not asked, as upstream."""
    pairs = {source: [one for one in PODS if one != source] for source in PODS}
    ends = time.monotonic() + _WITHIN
    while True:
        seen = observe(lab, wanted, pairs, 0.2)
        wrong = [pair for pair, answer in seen.items() if answer != expected(wanted, *pair)]
        if not wrong:
            return
        assert time.monotonic() < ends, f"{wanted.protocol} {wanted.port}: {[(p, seen[p]) for p in wrong]}"
        pairs = {source: [to for left, to in wrong if left == source] for source, _ in wrong}


def apply(lab: Lab, step: Step) -> None:
    if step.delete_policies:
        lab.delete_policies(*NAMESPACES)
    for namespace, name, spec in step.policies:
        text = json.dumps(spec)
        for path in PODS:
            text = text.replace(f"@{path}/", f"{lab.address(path)}/")
        lab.policy(namespace, name, json.loads(text))
    for path, labels in step.labels:
        lab.label(path, {**labels})


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(pods: Lab, case: Case) -> None:
    added = [(path, labels) for step in case.steps for path, labels in step.labels]
    try:
        for step in case.steps:
            apply(pods, step)
            for wanted in step.checks:
                check(pods, wanted)
    finally:
        pods.delete_policies(*NAMESPACES)
        for path, labels in added:
            pods.label(path, dict.fromkeys(labels))
