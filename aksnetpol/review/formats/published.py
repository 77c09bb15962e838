"""What a published report says, in words that every format drawn from it shares."""

from aksnetpol.engines.moves import Networking
from aksnetpol.policy import ChangeKind, Members
from aksnetpol.policy.model.cluster import PortRange, Protocol, WorkloadRef
from aksnetpol.policy.model.ports import PortSet
from aksnetpol.report.connections.wording import MOST, names
from aksnetpol.review.formats import data, schema
from aksnetpol.review.model import Review

_WORDS = {
    ChangeKind.ADDED: ("+ opened", "+ widened"),
    ChangeKind.REMOVED: ("- closed", "- narrowed"),
    ChangeKind.APPEARED: ("+ appears", "+ appears"),
    ChangeKind.VANISHED: ("- vanishes", "- vanishes"),
}


def report(review: Review) -> schema.Report:
    """Return a review in its published shape."""
    return schema.Report.model_validate(data.data(review), by_alias=True, strict=False)


def changes(stack: schema.Stack) -> bool:
    """Tell whether there is anything to tell."""
    noted = any((*found.new, *found.fixed) for found in (stack.lint, stack.retirements))
    found = (stack.connections, stack.resources, stack.engine, stack.policies)
    return noted or any((*found, stack.secrets, stack.plain_secrets, stack.problem))


def resized(one: schema.Connections) -> bool:
    """Tell whether the connections are there before and after, on other ports."""
    kinds = (ChangeKind.ADDED, ChangeKind.REMOVED)
    return one.kind in kinds and bool(one.ports_before and one.ports_after)


def word(one: schema.Connections) -> str:
    """Return a sign and what happened."""
    return _WORDS[one.kind][resized(one)]


def port_set(found: list[schema.Ports]) -> PortSet:
    """Return ports as a set."""
    return PortSet(tuple(PortRange(Protocol(one.protocol), one.first, one.last) for one in found))


def shown_names(found: schema.Members, most: int | None = MOST) -> list[str]:
    """Return the members of a side, a text each; `most` is as for `wording.names`."""
    refs = [text.split("/", 2) for text in found.workloads]
    members = Members(
        namespaces=tuple(found.namespaces),
        workloads=tuple(
            WorkloadRef("Pod" if kind == "pod" else kind, namespace, name) for namespace, kind, name in refs
        ),
        pods=tuple(found.pods),
        addresses=tuple(found.addresses),
        domains=tuple(found.domains),
        nodes=tuple(found.nodes),
    )
    return names(members, most=most)


def place(location: schema.Location) -> str:
    """Return a file with the line, where there is one."""
    return f"{location.file}:{location.line}" if location.line else location.file


def networking(found: schema.NetworkProfile) -> Networking:
    """Return what a network profile of Azure Resource Manager is."""
    return Networking().with_fields(found.model_dump(by_alias=True, exclude_none=True))


def how_read(stack: schema.Stack) -> str:
    """Return what is done to read it."""
    return "read" if stack.manifests else "previewed"


def label(resource: schema.Resource) -> str:
    """Return kind and name."""
    return f"{resource.type.rsplit(':', 1)[-1]} {resource.name}"
