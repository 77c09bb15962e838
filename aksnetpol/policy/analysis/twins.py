"""Which pod of one snapshot is which of another: by name, else by workload, whose pods come and go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aksnetpol.policy.analysis.universe import Twin
from aksnetpol.policy.model.cluster import Pod, WorkloadRef


def match_pods(old: Sequence[Pod], new: Sequence[Pod]) -> Iterator[Twin]:
    """Yield every pod of both snapshots, matched where it can be.

    A pod matches the one of its name and workload. Pods of one workload that are left over match in
    order, and where one snapshot has more of them, the rest match its last one: a workload that is
    scaled neither appears nor vanishes.
    """
    new_by_name = {(pod.namespace, pod.name): pod for pod in new}
    left_old: dict[WorkloadRef, list[Pod]] = {}
    paired: set[int] = set()
    last: dict[WorkloadRef, tuple[Pod, Pod]] = {}
    for pod in old:
        twin = new_by_name.get((pod.namespace, pod.name))
        if twin is not None and (twin.workload is None) == (pod.workload is None):
            paired.add(id(twin))
            if pod.workload is not None:
                last[pod.identity] = (pod, twin)
            yield pod, twin
        else:
            left_old.setdefault(pod.identity, []).append(pod)
    left_new: dict[WorkloadRef, list[Pod]] = {}
    for pod in new:
        if id(pod) not in paired:
            left_new.setdefault(pod.identity, []).append(pod)
    for ref in dict.fromkeys((*left_old, *left_new)):
        yield from _match(left_old.get(ref, []), left_new.get(ref, []), last.get(ref))


def _match(old: list[Pod], new: list[Pod], last: tuple[Pod, Pod] | None) -> Iterator[Twin]:
    old_filler = old[-1] if old else last[0] if last else None
    new_filler = new[-1] if new else last[1] if last else None
    for number in range(max(len(old), len(new))):
        yield (
            old[number] if number < len(old) else old_filler,
            new[number] if number < len(new) else new_filler,
        )
