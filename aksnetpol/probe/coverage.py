"""Chooses few probes that together exercise every rule of every policy, allowed and denied."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from aksnetpol.policy import Direction, Pod, Policy, Protocol, Reachability, Verdict
from aksnetpol.policy.model import PortRange, Rule
from aksnetpol.policy.verdict import Reasons

# A port that nothing uses, to ask what no rule names.
_ODD_PORT = 61234
_PROBED = (Protocol.TCP, Protocol.UDP)  # what every node's kernel has


@dataclass(frozen=True)
class Item:
    """Something of a policy that a probe can exercise.

    Args:
        rule: number of the rule in its section, from 0; None is the isolation itself.
    """

    policy: str
    direction: Direction
    rule: int | None

    def __str__(self) -> str:
        what = "isolation" if self.rule is None else f"rule {self.rule + 1}"
        return f"{self.policy}, {self.direction} {what}"


@dataclass(frozen=True)
class Probe:
    """One connection to attempt, and what the model says of it.

    Args:
        exercises: items that decide it.
    """

    source: Pod
    destination: Pod
    port: int
    protocol: Protocol
    expected: Verdict = field(repr=False)
    exercises: tuple[Item, ...] = ()

    def __str__(self) -> str:
        return f"{self.source} -> {self.destination}:{self.port}/{self.protocol}"


@dataclass(frozen=True)
class Coverage:
    """Probes, and what none of them can exercise.

    Args:
        missing: items with the reason.
    """

    probes: tuple[Probe, ...]
    missing: tuple[tuple[Item, str], ...]


def cover(reach: Reachability) -> Coverage:
    """Choose the probes.

    Args:
        reach: an analysed live cluster; only running pods with an address are probed.
    """
    pods = _representatives(reach.cluster.pods)
    chosen: dict[str, Probe] = {}
    missing: list[tuple[Item, str]] = []
    covered: set[Item] = set()
    for policy in reach.cluster.policies:
        for direction in Direction:
            section = policy.section(direction)
            if section is None:
                continue
            wanted: list[tuple[Item, Rule | None]] = [
                (Item(str(policy), direction, number), rule) for number, rule in enumerate(section.rules)
            ]
            if section.isolates:
                wanted.append((Item(str(policy), direction, None), None))
            for item, rule in wanted:
                if item in covered:
                    continue
                probe = next(_candidates(reach, pods, item, rule), None)
                if probe is None:
                    missing.append((item, _why(policy, pods, reach)))
                    continue
                chosen.setdefault(str(probe), probe)
                covered.update(probe.exercises)
    return Coverage(tuple(chosen.values()), tuple(missing))


def _representatives(pods: Iterable[Pod]) -> list[Pod]:
    """Return one pod for each workload and operating system: the others have the same verdicts."""
    found: dict[tuple[str, object], Pod] = {}
    for pod in pods:
        if pod.ips and not pod.finished and not pod.potential and not pod.host_network:
            found.setdefault((str(pod.identity), pod.node_os), pod)
    return list(found.values())


def _candidates(reach: Reachability, pods: Sequence[Pod], item: Item, rule: Rule | None) -> Iterator[Probe]:
    """Yield probes that an item decides."""
    for protocol, port in _ports(rule):
        for source in pods:
            for destination in pods:
                if source is destination:
                    continue
                verdict = reach.can(source, destination, port, protocol)
                exercised = tuple(_exercised(verdict))
                if item in exercised:
                    yield Probe(source, destination, port, protocol, verdict, exercised)


def _ports(rule: Rule | None) -> Iterator[tuple[Protocol, int]]:
    """Yield ports that a rule is about; for isolation, one that no rule is about first, then common ones."""
    if rule is None or rule.ports is None:
        yield Protocol.TCP, _ODD_PORT
        if rule is None:
            yield Protocol.UDP, _ODD_PORT
        return
    for port in rule.ports:
        protocol = port.protocol or Protocol.TCP
        if protocol not in _PROBED:
            continue
        if isinstance(port, PortRange):
            yield protocol, max(1, port.first)
        else:
            yield from ((protocol, number) for number in (80, 8080, 443, 53))


def _exercised(verdict: Verdict) -> Iterator[Item]:
    """Yield what decides a verdict: the rules that allow it, or what denies it."""
    for reasons in (verdict.egress, verdict.ingress):
        if reasons is None or reasons.exempt or (not verdict.allowed and reasons.allowed):
            continue
        yield from _decided(reasons)


def _decided(reasons: Reasons) -> Iterator[Item]:
    step = reasons.decided
    if step is not None:
        section = step.policy.section(reasons.direction)
        rules = section.rules if section else ()
        number = next((n for n, rule in enumerate(rules) if rule is step.rule), None)
        if number is not None:
            yield Item(str(step.policy), reasons.direction, number)
    elif not reasons.allowed:
        yield from (Item(str(policy), reasons.direction, None) for policy in reasons.isolated_by)


def _why(policy: Policy, pods: Sequence[Pod], reach: Reachability) -> str:
    installed = [entry for entry in reach.snapshot.installed if entry.written is policy]
    if all(entry.policy is None for entry in installed):
        return "the engine does not have this policy"
    if not pods:
        return "no pod runs"
    return "no pair of running pods is decided by it: it selects none, or is about addresses outside"
