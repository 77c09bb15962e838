"""What a list of connections cannot show of rules: what they ask above layer 4, and whom nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aksnetpol.findings import Location
from aksnetpol.policy.analysis.compile import CompiledRule, CompiledSection
from aksnetpol.policy.analysis.groups import pods_of
from aksnetpol.policy.analysis.snapshot import Analysis
from aksnetpol.policy.ask.doubts import VERBS, unresolved
from aksnetpol.policy.model.cluster import Action, Direction, Policy, Rule, WorkloadRef
from aksnetpol.policy.model.selectors import members


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one rule.

    Args:
        number: of the rule among those of its direction, from 1.
        says: what it is, in words.
        workloads: whose pods it is about.
    """

    policy: Policy
    direction: Direction
    number: int
    rule: Rule
    says: str
    workloads: tuple[WorkloadRef, ...]

    @property
    def location(self) -> Location | None:
        """Where the rule was read, else its policy."""
        return self.rule.origin.location if self.rule.origin else self.policy.location


def above_layer_4(analysis: Analysis) -> Iterator[Remark]:
    """Yield the rules that let only some requests through of a connection that they allow."""
    for direction, section, number, rule in _rules(analysis):
        if rule.rule.action is Action.ALLOW and rule.rule.application:
            says = f"lets only {', '.join(rule.rule.application)} through"
            yield _remark(analysis, direction, section, number, rule, says)


def unknown(analysis: Analysis) -> Iterator[Remark]:
    """Yield the rules that may be about more than is known, and what the input lacks."""
    for direction, section, number, rule in _rules(analysis):
        whys = list(dict.fromkeys(unresolved(rule.rule)))
        if whys:
            says = f"may {VERBS[rule.rule.action]} more: {'; '.join(whys)}"
            yield _remark(analysis, direction, section, number, rule, says)


def _rules(analysis: Analysis) -> Iterator[tuple[Direction, CompiledSection, int, CompiledRule]]:
    for direction, compiled in analysis.compiled[0].items():
        for section in compiled.sections:
            if section.subject.perhaps():
                for number, rule in enumerate(section.rules, 1):
                    yield direction, section, number, rule


def _remark(
    analysis: Analysis,
    direction: Direction,
    section: CompiledSection,
    number: int,
    rule: CompiledRule,
    says: str,
) -> Remark:
    universe = analysis.universe
    classes = members(section.subject.perhaps() & universe.pod_bits)
    refs = {pod.identity for one in classes for pod in pods_of(universe, 0, one)}
    return Remark(section.policy, direction, number, rule.rule, says, tuple(sorted(refs, key=str)))
