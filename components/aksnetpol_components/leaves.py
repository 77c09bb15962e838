"""The table of arguments that are properties of an Azure resource: one row each, read in both directions.

A table stands beside the arguments that it is of: CLUSTER and WINDOWS in `cluster_properties`, NETWORK in
`network_profile`, POOL in `pool_profile`, OUTBOUND_NAT in `node_pool`. Components send what it says, adoption
finds there what a live resource has. It knows no settings: components are used without stacks, so
`aksnetpol_stacks.arguments` is the other half, and joins a setting to its row by the argument's name.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

Json = Mapping[str, Any]

# Where a word begins: after a small letter, and with the last capital of an acronym (but "IPs" is one word).
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s\b|s[A-Z])[a-z])")


@dataclass(frozen=True)
class Leaf:
    """An argument of a component and the property that it is in Azure.

    Args:
        argument: its key.
        arm: path of the property as ARM spells it, such as "apiServerAccessProfile.authorizedIPRanges"; the
            properties of the envelope, such as tags, stand beside the others.
        default: sent where the argument is absent; None sends nothing.
        in_place: Azure changes it on a living pool, so that the system pool's own resource sees to it.
        encode: the value to send, Python's names inside, where it is not the argument's.
        decode: the argument of ARM's value, None where it cannot say that; the inverse of encode.
    """

    argument: str
    arm: str
    default: Any = None
    in_place: bool = False
    encode: Callable[[Any], Any] | None = None
    decode: Callable[[Any], Any] | None = None

    @property
    def path(self) -> list[str]:
        """The property in azure-native's Python names."""
        return [python_name(part) for part in self.arm.split(".")]

    def read(self, document: Json) -> Any:
        """Return the argument that says what a resource has, None where it has nothing or no word for it.

        Args:
            document: of ARM, its envelope beside its properties.
        """
        value: Any = document
        for part in self.arm.split("."):
            value = (value or {}).get(part)
        return self.decode(value) if self.decode is not None and value is not None else value


def sent(leaves: Iterable[Leaf], args: object) -> dict[str, Any]:
    """Return what to send for those of a component's arguments (a TypedDict) that are in a table."""
    values = cast(Json, args)
    given = ((leaf, values.get(leaf.argument, leaf.default)) for leaf in leaves)
    return nested(
        (leaf.path, leaf.encode(value) if leaf.encode else value)
        for leaf, value in given
        if value is not None
    )


def nested(values: Iterable[tuple[Sequence[str], Any]]) -> dict[str, Any]:
    """Return values by their paths as dictionaries in each other."""
    result: dict[str, Any] = {}
    for (*above, last), value in values:
        place = result
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return result


def python_name(arm: str) -> str:
    """Return azure-native's Python name of a property: vnet_subnet_id of vnetSubnetID, scan_interval of
    scan-interval. The one rule between the two; it holds for each property that there is."""
    return _WORD.sub("_", arm.replace("-", "_")).lower()
