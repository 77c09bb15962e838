"""What an update from one revision to another does to each resource."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from aksnetpol.review.masking import masked
from aksnetpol.review.model import Operation, PropertyChange, Resource, ResourceChange

Inputs = Mapping[str, Any]
Leaf = tuple[str, Any, Any, bool]  # as in PropertyChange: path, old, new, replaces
# The providers' rules: what differs between old and new inputs of the resource of a URN.
Rules = Callable[[str, Inputs, Inputs], Iterable[Leaf]]

# The programs' own book-keeping: references to code and versions of plugins.
_BOOKKEEPING = ("__provider", "__internal", "version", "pluginDownloadURL")


def compare(old: Sequence[Resource], new: Sequence[Resource], rules: Rules) -> tuple[ResourceChange, ...]:
    """Return what happens to the resources, worst first.

    Args:
        old, new: what the revisions declare.
        rules: the providers' rules.
    """
    before = {one.urn: one for one in old}
    after = {one.urn: one for one in new}
    found = [
        *(ResourceChange(Operation.DELETE, one) for urn, one in before.items() if urn not in after),
        *(ResourceChange(Operation.CREATE, one) for urn, one in after.items() if urn not in before),
    ]
    for urn, one in after.items():
        if urn in before and (changed := told(one, differences(before[urn], one, rules))):
            replaced = any(change.replaces for change in changed)
            found.append(ResourceChange(Operation.REPLACE if replaced else Operation.UPDATE, one, changed))
    found = _with_followers(found, new)
    return in_order(found)


def differences(old: Resource, new: Resource, rules: Rules) -> list[PropertyChange]:
    """Return the properties that differ, and which of them replaces the resource."""
    return [PropertyChange(*one) for one in rules(new.urn, old.inputs, new.inputs)]


def in_order(found: Iterable[ResourceChange]) -> tuple[ResourceChange, ...]:
    """Return changes worst first."""
    return tuple(sorted(found, key=_order))


def _order(one: ResourceChange) -> tuple[int, bool, str, str]:
    # The engine reports resources in the order in which they happen to be registered.
    return list(Operation).index(one.operation), bool(one.follows), one.resource.type, one.resource.urn


def told(resource: Resource, changes: Iterable[PropertyChange]) -> tuple[PropertyChange, ...]:
    """Return changes as they may be shown: secrets masked, without book-keeping and what is ignored."""
    return tuple(
        PropertyChange(
            change.path,
            masked(resource.type, change.path, change.old),
            masked(resource.type, change.path, change.new),
            change.replaces,
        )
        for change in changes
        if not _is_ignored(change.path, resource) and not change.path.startswith("__")
    )


def _is_ignored(path: str, resource: Resource) -> bool:
    """Tell whether the program ignores a property, or the engine's book-keeping is all that changed."""
    if resource.type.startswith("pulumi:providers:") and path in _BOOKKEEPING:
        return True
    return any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in resource.ignored)


def _with_followers(found: list[ResourceChange], new: Sequence[Resource]) -> list[ResourceChange]:
    """Add what a replaced resource takes along: it is gone with it, and made anew after it."""
    replaced = {one.resource.urn: one.resource.label for one in found if one.operation is Operation.REPLACE}
    fresh = {one.resource.urn for one in found if one.operation is Operation.CREATE}
    taken = {
        one.urn: ResourceChange(Operation.REPLACE, one, follows=replaced[one.deleted_with])
        for one in new
        if one.deleted_with in replaced and one.urn not in fresh and one.urn not in replaced
    }
    return [*(one for one in found if one.resource.urn not in taken), *_kept_changes(found, taken)]


def _kept_changes(found: list[ResourceChange], taken: dict[str, ResourceChange]) -> Iterator[ResourceChange]:
    changes = {one.resource.urn: one.changes for one in found}
    for urn, one in taken.items():
        yield ResourceChange(one.operation, one.resource, changes.get(urn, ()), one.follows)
