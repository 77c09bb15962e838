"""What an update does to each resource, by the engine's own word."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aksnetpol.deploy.preview import Step, parse
from aksnetpol.documents import is_list, is_mapping
from aksnetpol.review.model import UNKNOWN, Operation, PropertyChange, Resource, ResourceChange
from aksnetpol.review.read.declared import declared, recorded
from aksnetpol.review.resources import Rules, differences, in_order, told

_OPERATIONS = {
    "create": Operation.CREATE,
    "update": Operation.UPDATE,
    "replace": Operation.REPLACE,
    "delete": Operation.DELETE,
}
# What our dynamic resources are told of the live cluster: seen, not wanted.
_SEEN = re.compile(r"live\b")
_OURS = "pulumi-python:dynamic/aksnetpol:"
# Pulumi property paths: networkProfile.podCidr, tags["a.b"], pools[0].
_PART = re.compile(r'\.?([^.\["\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')


def planned(preview: str, rules: Rules) -> tuple[ResourceChange, ...]:
    """Return what happens to the resources, worst first.

    Args:
        preview: from `pulumi preview --json`.
        rules: compare a resource where the engine does not say which properties differ.

    Raises:
        DeployError, ValueError: it is not what the engine writes.
    """
    before = {one.urn: one for one in recorded(preview)}
    after = {one.urn: one for one in declared(preview)}
    steps = [step for step in parse(preview).steps if step.op in _OPERATIONS]
    replaced = {step.urn for step in steps if step.op == "replace"}
    found: list[ResourceChange] = []
    for step in steps:
        old, new = before.get(step.urn), after.get(step.urn)
        if resource := new or old:  # neither is a component
            changes = told(new, _changes(step, old, new, rules)) if old and new else ()
            follows = _follows(step, resource, replaced, after)
            found.append(ResourceChange(_OPERATIONS[step.op], resource, changes, follows))
    return in_order(found)


def _changes(step: Step, old: Resource, new: Resource, rules: Rules) -> Iterator[PropertyChange]:
    if step.changes:
        for one in step.changes:
            values = value_at(old.inputs, one.path), value_at(new.inputs, one.path)
            yield PropertyChange(one.path, *values, one.replaces)
        return
    for one in differences(old, new, rules):
        observed = new.type.startswith(_OURS) and _SEEN.match(one.path)
        # A value that only the update tells may well be the old one.
        if not observed and (one.new != UNKNOWN or step.op == "replace"):
            yield one


def _follows(step: Step, resource: Resource, replaced: set[str], after: Mapping[str, Resource]) -> str:
    """Return the label of the replaced resource that takes this one along, if one does."""
    if step.op != "replace" or any(one.replaces for one in step.changes):
        return ""
    above = (resource.deleted_with, *resource.needs)
    return next((after[urn].label for urn in above if urn in replaced and urn in after), "")


def value_at(inputs: Any, path: str) -> Any:
    """Return the value at a path of the engine's; None where nothing is."""
    found = inputs
    for key, index, quoted in _PART.findall(path):
        if index:
            found = found[int(index)] if is_list(found) and int(index) < len(found) else None
        else:
            name = key or quoted.replace('\\"', '"')
            found = found.get(name) if is_mapping(found) else None
    return found
