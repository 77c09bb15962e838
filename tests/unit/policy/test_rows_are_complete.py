"""Every row of the semantics has a test that is named after it, or a reason why not.

The rows are the numbered points of the NetworkPolicy semantics (1 to 36: the API, its defaults and
validation, tiers, how YAML is read), the facts that the project started from, and each engine's deviations.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aksnetpol.policy import PROFILES
from tests.unit.policy import test_calico_rows, test_cilium_rows, test_engine_rows, test_semantics_rows

NUMBERED = range(1, 37)
# Each fact with the cases that it stands for.
FACTS = {
    "missing-types-are-ingress-and-egress-with-rules": ("row-1", "row-2", "row-10"),
    "isolation-union-and-both-sides": ("row-19", "row-20"),
    "empty-and-missing-peers-ports-and-rules": ("row-3", "row-4", "row-5"),
    "selectors-in-one-peer-or-two-and-the-name-label": ("row-7", "row-8", "row-13"),
    "operators-and-missing-keys": ("row-11", "row-12"),
    "ports-by-protocol-name-and-range": ("row-6", "row-16", "row-17"),
    "ip-block-on-pods-is-up-to-engines-and-except-inside": (
        "row-14",
        "row-29",
        "cilium-ip-block-pods",
        "npm-ip-block-in-cluster",
    ),
    "itself-own-node-host-network-ended": ("row-22", "row-23", "row-24", "row-25"),
    "replies": ("row-21",),
}
# Deviations beyond the rows of `aksnetpol.policy.engines.profiles`, with the cases that they stand for.
DEVIATIONS = {
    "npm-forward-only": ("npm-own-node", "npm-host-network"),
    "npm-mixed-cluster": ("npm-windows-named-port", "npm-linux-leaves-windows-nodes-open"),
    "npm-end-port-in-version-2": ("npm-end-port",),
    "calico-except-is-not-nets": ("calico-except",),
    "calico-own-policies-override-either-way": (
        "a-lower-order-comes-first",
        "a-network-policy-stands-at-order-1000",
        "no-order-is-last",
        "an-earlier-tier-allows-for-good",
        "an-earlier-tier-denies-for-good",
    ),
    "cilium-except-has-no-effect-on-pods": ("cilium-except-pods",),
    "cilium-own-node-by-entity-host": ("cilium-own-node", "entity-host"),
    "cilium-other-nodes": ("entity-remote-node",),
    "cilium-local-host": ("cilium-local-host",),
    "cilium-port-0": ("port-0-is-any-port",),
    "cilium-default-deny": ("a-rule-isolates-its-direction", "no-default-deny-on-request"),
    "cilium-deny-wins": ("deny-wins-over-allow", "deny-wins-over-a-network-policy"),
    "cilium-empty-peer-selector": ("an-empty-peer-selector-is-the-own-namespace",),
    "cilium-clusterwide-scope": ("clusterwide-selects-in-every-namespace",),
    "cilium-kube-apiserver-is-not-reliable": ("entity-of-no-snapshot",),
    "cilium-linux-only": ("cilium-leaves-windows-nodes-open",),
}
MODULES = (test_calico_rows, test_cilium_rows, test_engine_rows, test_semantics_rows)


def _tested() -> set[str]:
    """The ids of cases and the names of tests, as ids."""
    found = {case.id for module in MODULES for case in vars(module).get("CASES", ())}
    found |= {case.id for case in test_semantics_rows.SPECIFICATION} | set(test_semantics_rows.REJECTED)
    for module in MODULES:
        names = re.findall(r"^def test_(row_\w+)", Path(str(module.__file__)).read_text(), re.MULTILINE)
        found |= {name.replace("_", "-") for name in names}
    return found


TESTED = _tested()


def _has_case(row: str) -> bool:
    return any(re.match(rf"{row}(-|$)", case) for case in TESTED)


@pytest.mark.parametrize("number", NUMBERED, ids=lambda number: f"row-{number}")
def test_numbered_point(number: int) -> None:
    row = f"row-{number}"
    assert _has_case(row) != (row in test_engine_rows.NOT_TESTABLE), "tested, or a reason why not"


@pytest.mark.parametrize("row", [*FACTS, *DEVIATIONS])
def test_fact(row: str) -> None:
    cases = (FACTS | DEVIATIONS)[row]
    assert [case for case in cases if not _has_case(case)] == []


def test_every_row_of_a_profile_has_a_case() -> None:
    planes = {plane for profile in PROFILES for plane in (profile.linux, profile.windows)}
    rows = {delta.id for plane in planes for delta in plane.deltas}
    reasons = test_engine_rows.NOT_TESTABLE
    assert {row for row in rows if not _has_case(row) and row not in reasons} == set()
