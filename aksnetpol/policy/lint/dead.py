"""What is written and has no effect: sections that policyTypes leave out, shadowed and duplicate policies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from aksnetpol.documents import is_mapping
from aksnetpol.findings import Edit, Fix, Severity
from aksnetpol.policy.lint.context import Context, sites_of, written
from aksnetpol.policy.lint.cover import Wider, covers_peer, covers_policy, covers_rule
from aksnetpol.policy.lint.model import API, Hit, Rule
from aksnetpol.policy.model.cluster import Direction, Policy, Section
from aksnetpol.policy.model.places import Origin


def _spec(policy: Policy) -> dict[str, Any]:
    found = written(policy.origin and policy.origin.at("spec"))
    return found if is_mapping(found) else {}


def dead_section(context: Context) -> Iterator[Hit]:
    """Find sections whose direction policyTypes leaves out."""
    for policy in context.policies:
        for direction in Direction:
            rules = _spec(policy).get(direction.value)
            if rules and policy.section(direction) is None and policy.origin:
                types = ", ".join(policy.written_types or ())
                message = f"the {direction} rules of {policy} are dead: policyTypes is [{types}]"
                yield Hit(message, policy.origin.at("spec", direction.value), str(policy))


def types_missing(context: Context) -> Iterator[Hit]:
    """Find policies that isolate ingress only because policyTypes is missing."""
    for policy in context.policies:
        spec = _spec(policy)
        if policy.written_types is None and spec.get("egress") and not spec.get("ingress") and policy.origin:
            place = policy.origin.at("spec")
            fix = None
            if "policyTypes" not in spec:
                edit = Edit(place.location, place.path, "[Ingress, Egress]", key="policyTypes")
                fix = Fix("write the policyTypes that hold", edit)
            message = f"{policy} has egress rules and no policyTypes: it also denies all ingress"
            yield Hit(message, place, str(policy), fix)


def empty_egress(context: Context) -> Iterator[Hit]:
    """Find `egress: []` that isolates nothing."""
    for policy in context.policies:
        spec = _spec(policy)
        if policy.written_types is None and spec.get("egress") == [] and policy.origin:
            message = f"egress: [] of {policy} isolates nothing, since policyTypes is missing"
            yield Hit(message, policy.origin.at("spec", "egress"), str(policy))


def _overlapping(context: Context) -> Iterator[tuple[Policy, Policy]]:
    """Yield each policy that another makes needless, with that one; equal ones once."""
    groups: dict[str | None, list[Policy]] = defaultdict(list)
    for policy in context.policies:
        groups[policy.namespace].append(policy)
    for policies in groups.values():
        for number, narrow in enumerate(policies):
            for other, wide in enumerate(policies):
                if other == number or not covers_policy(wide, narrow):
                    continue
                if other < number or not covers_policy(narrow, wide):
                    yield narrow, wide
                    break


def duplicate_policy(context: Context) -> Iterator[Hit]:
    """Find policies that say the same as another."""
    for narrow, wide in _overlapping(context):
        if covers_policy(narrow, wide):
            yield Hit(f"{narrow} says the same as {wide} ({wide.location})", narrow.origin, str(narrow))


def shadowed_policy(context: Context) -> Iterator[Hit]:
    """Find policies that allow and isolate nothing beyond another."""
    for narrow, wide in _overlapping(context):
        if not covers_policy(narrow, wide):
            message = f"{narrow} changes nothing beside {wide} ({wide.location})"
            yield Hit(message, narrow.origin, str(narrow))


def _sections(policy: Policy) -> Iterator[Section]:
    yield from (section for section in map(policy.section, Direction) if section)


def shadowed_rule(context: Context) -> Iterator[Hit]:
    """Find rules that another rule of the section makes needless."""
    for policy in context.policies:
        for section in _sections(policy):
            for number, narrow in enumerate(section.rules):
                for other, wide in enumerate(section.rules):
                    if other == number or not covers_rule(wide, narrow):
                        continue
                    same = covers_rule(narrow, wide)
                    if other < number or not same:
                        message = f"this rule of {policy} allows nothing beyond its rule {other + 1}"
                        fix = _removal(narrow.origin) if wide == narrow else None
                        yield Hit(message, narrow.origin, str(policy), fix)
                        break


def shadowed_peer(context: Context) -> Iterator[Hit]:
    """Find peers that another peer of the rule makes needless."""
    for policy in context.policies:
        for site in sites_of(policy):
            peers = site.rule.peers or ()
            wider = Wider(peers)
            for number, narrow in enumerate(peers):
                for other in wider.than(narrow):
                    wide = peers[other]
                    if other == number or not covers_peer(wide, narrow):
                        continue
                    if other < number or not covers_peer(narrow, wide):
                        origin = site.peer_origin(number)
                        message = f"this peer means no one beyond peer {other + 1} of its rule"
                        yield Hit(message, origin, str(policy), _removal(origin) if wide == narrow else None)
                        break


def _removal(origin: Origin | None) -> Fix | None:
    return Fix("remove the duplicate", Edit(origin.location, origin.path)) if origin else None


_DUPLICATE_FIX = "removes an exact duplicate; verdicts stay"
RULES = (
    Rule(
        "dead-section",
        Severity.ERROR,
        "rules of a direction that policyTypes leaves out",
        "Add the direction to policyTypes, or take the section out.",
        f"{API}: policyTypes",
        dead_section,
    ),
    Rule(
        "policy-types-missing",
        Severity.WARNING,
        "egress rules only, without policyTypes: ingress is denied too",
        "Write policyTypes: [Egress] if ingress shall stay open, else [Ingress, Egress].",
        f"{API}: policyTypes",
        types_missing,
        fix="writes [Ingress, Egress], which is what holds; verdicts stay",
    ),
    Rule(
        "egress-empty-untyped",
        Severity.WARNING,
        "`egress: []` without policyTypes, which isolates nothing",
        "Write policyTypes: [Ingress, Egress] to deny all egress.",
        "Kubernetes, pkg/apis/networking/v1/defaults.go",
        empty_egress,
    ),
    Rule(
        "duplicate-policy",
        Severity.WARNING,
        "a policy that says the same as another",
        "Keep one of them.",
        f"{API}: policies add up",
        duplicate_policy,
    ),
    Rule(
        "shadowed-policy",
        Severity.WARNING,
        "a policy that changes nothing beside another",
        "Delete it, or narrow the other one.",
        f"{API}: policies add up",
        shadowed_policy,
    ),
    Rule(
        "shadowed-rule",
        Severity.WARNING,
        "a rule that allows nothing beyond another of its section",
        "Delete it, or narrow the other one.",
        f"{API}: rules add up",
        shadowed_rule,
        fix=_DUPLICATE_FIX,
    ),
    Rule(
        "shadowed-peer",
        Severity.WARNING,
        "a peer that means no one beyond another of its rule",
        "Delete it, or narrow the other one.",
        f"{API}: NetworkPolicyPeer",
        shadowed_peer,
        fix=_DUPLICATE_FIX,
    ),
)
