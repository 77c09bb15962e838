"""Chooses few probes that together exercise every rule of every policy, allowed and denied."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from aksnetpol.policy import Direction, Pod, Policy, Protocol, Reachability, Verdict
from aksnetpol.policy.ask.verdict import Reasons
from aksnetpol.probe.pairs import Pairs

_PROBED = (Protocol.TCP, Protocol.UDP)  # what every node's kernel has
_LOOKS = 50  # pairs that the model is asked about before an item is given up


@dataclass(frozen=True)
class Item:
    """Something of a policy that a probe can exercise.

    Args:
        rule: number of the rule in its section, from 0; None is the isolation itself.
        protocol: None is all that can be probed.
    """

    policy: str
    direction: Direction
    rule: int | None
    protocol: Protocol | None = None

    def __str__(self) -> str:
        what = "isolation" if self.rule is None else f"rule {self.rule + 1}"
        over = f" over {self.protocol}" if self.protocol else ""
        return f"{self.policy}, {self.direction} {what}{over}"


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

    @property
    def proves_nothing(self) -> bool:
        """Whether policies have something to exercise, and no probe exercises any of it."""
        return bool(self.missing) and not self.probes


def cover(reach: Reachability) -> Coverage:
    """Choose the probes.

    Args:
        reach: an analysed live cluster; only running pods with an address are probed.
    """
    pairs = Pairs(reach)
    chosen: list[Probe] = []
    missing: list[tuple[Item, str]] = []
    covered: set[Item] = set()
    for policy in reach.cluster.policies:
        for whole in _items(policy):
            items = [replace(whole, protocol=one) for one in _protocols(policy, whole)]
            left: list[Item] = []
            for item in items:
                if item in covered:
                    continue
                probe = _probe(reach, pairs, policy, item)
                if probe is None:
                    left.append(item)
                else:
                    chosen.append(probe)
                    covered.update(probe.exercises)
            told = [whole] if len(left) == len(items) else left if _names_protocols(policy, whole) else []
            missing += [(item, _why(policy, items, pairs, reach)) for item in told]
    return Coverage(tuple(_needed(chosen)), tuple(missing))


def _items(policy: Policy) -> Iterator[Item]:
    """Yield what there is to exercise, in all protocols."""
    for direction in Direction:
        section = policy.section(direction)
        if section is None:
            continue
        yield from (Item(str(policy), direction, number) for number in range(len(section.rules)))
        if section.isolates:
            yield Item(str(policy), direction, None)


def _protocols(policy: Policy, item: Item) -> list[Protocol]:
    """Return the protocols in which something can be exercised."""
    section = policy.section(item.direction)
    if section is None or item.rule is None:
        return list(_PROBED)
    ports = section.rules[item.rule].ports
    named = set(_PROBED) if ports is None else {port.protocol for port in ports}
    return [one for one in _PROBED if one in named or None in named]


def _names_protocols(policy: Policy, item: Item) -> bool:
    """Tell whether a rule is about protocols by name: that it says nothing is no promise about each."""
    section = policy.section(item.direction)
    return bool(section and item.rule is not None and section.rules[item.rule].ports)


def _probe(reach: Reachability, pairs: Pairs, policy: Policy, item: Item) -> Probe | None:
    """Return a probe that an item decides; None where there is none."""
    if item.protocol is None:
        raise AssertionError("a probe has a protocol")
    for source, destination, port in islice(
        pairs.decided(policy, item.direction, item.rule, item.protocol), _LOOKS
    ):
        verdict = reach.can(source, destination, port, item.protocol)
        exercised = tuple(_exercised(verdict, item.protocol))
        if item in exercised:
            return Probe(source, destination, port, item.protocol, verdict, exercised)
    return None


def _needed(probes: Sequence[Probe]) -> Iterator[Probe]:
    """Yield the probes without those that later ones make superfluous."""
    times = Counter(item for probe in probes for item in set(probe.exercises))
    for probe in probes:
        if all(times[item] > 1 for item in probe.exercises):
            times.subtract(set(probe.exercises))
        else:
            yield probe


def _exercised(verdict: Verdict, protocol: Protocol) -> Iterator[Item]:
    """Yield what decides a verdict: the rules that allow it, or what denies it."""
    for reasons in (verdict.egress, verdict.ingress):
        if reasons is None or reasons.exempt or (not verdict.allowed and reasons.allowed):
            continue
        yield from _decided(reasons, protocol)


def _decided(reasons: Reasons, protocol: Protocol) -> Iterator[Item]:
    step = reasons.decided
    if step is not None:
        section = step.policy.section(reasons.direction)
        rules = section.rules if section else ()
        number = next((n for n, rule in enumerate(rules) if rule is step.rule), None)
        if number is not None:
            yield Item(str(step.policy), reasons.direction, number, protocol)
    elif not reasons.allowed:
        yield from (Item(str(policy), reasons.direction, None, protocol) for policy in reasons.isolated_by)


def _why(policy: Policy, items: Sequence[Item], pairs: Pairs, reach: Reachability) -> str:
    installed = [entry for entry in reach.snapshot.installed if entry.written is policy]
    if all(entry.policy is None for entry in installed):
        return "the engine does not have this policy"
    if not items:
        return "it is about SCTP only, which nodes may not have; TCP and UDP are probed"
    if not pairs:
        return "no pod runs"
    return (
        "no pair of running pods is decided by it: it selects none, is about addresses outside, "
        "or other rules say the same"
    )
