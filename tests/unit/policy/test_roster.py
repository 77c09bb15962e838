"""Workloads by classes of pods: the answers of a walk over all pods, without the walk."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from aksnetpol.policy.analysis.roster import Roster
from aksnetpol.policy.model.cluster import Pod, WorkloadRef
from aksnetpol.policy.model.selectors import bits

# By class, the workloads of its pods: 0 is a pod of nobody's.
CLASSES = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=4), min_size=1, max_size=40)


def pod(number: int, owner: int) -> Pod:
    return Pod("a", f"p{number}", {}, WorkloadRef("Deployment", "a", f"d{owner}") if owner else None)


@settings(max_examples=300, deadline=None)
@given(classes=CLASSES, data=st.data())
def test_as_a_walk_over_all_pods_says(classes: list[list[int]], data: st.DataObject) -> None:
    pods = [[pod(100 * n + m, owner) for m, owner in enumerate(owners)] for n, owners in enumerate(classes)]
    chosen = data.draw(st.sets(st.integers(0, len(pods) - 1)))
    inside = [one for number in chosen for one in pods[number]]
    outside = {one.identity for number, there in enumerate(pods) if number not in chosen for one in there}
    whole = {one.identity for one in inside} - outside
    roster = Roster(pods)
    assert roster.count(bits(sorted(chosen))) == len(inside)
    workloads, single = roster.workloads(bits(sorted(chosen)))
    assert workloads == sorted(whole, key=str)
    assert single == sorted(str(one) for one in inside if one.identity not in whole)
