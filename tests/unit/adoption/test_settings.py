"""adoption/settings.py: what a stack's settings make in Azure reads back as those settings."""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from aksnetpol.adoption.document import flat
from aksnetpol.adoption.settings import cluster_settings
from aksnetpol.local.providers.azure_native.mapping import to_arm
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES
from aksnetpol_components.leaves import nested
from aksnetpol_stacks import LoadedSettings
from aksnetpol_stacks.arguments import CLUSTER, POOL, Row
from aksnetpol_stacks.program import deploy as declare
from aksnetpol_stacks.settings import ClusterSettings, NodePoolSettings, StackSettings
from tests.recording import deploy

__all__ = ["deploy"]

Json = dict[str, Any]
KINDS = {
    name: RESOURCE_TYPES[f"azure-native:containerservice:{name}"] for name in ("ManagedCluster", "AgentPool")
}
TEXT = st.text("abc-019", min_size=1, max_size=8)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a setting, by its type; lists and maps that are not empty."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is list:
        return st.lists(values(inner[0]), min_size=1, max_size=3)
    if origin is dict:
        return st.dictionaries(TEXT, values(inner[1]), min_size=1, max_size=3)
    if inner:
        return values(next(one for one in inner if one is not type(None)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from([one.value for one in kind])
    return {str: TEXT, int: st.integers(1, 1000), bool: st.booleans()}[kind]


def field(model: type[BaseModel], path: str) -> Any:
    """The type of the setting at a path."""
    first, _, rest = path.partition(".")
    kind = model.model_fields[first].annotation
    return (
        field(next(one for one in (kind, *get_args(kind)) if isinstance(one, type)), rest) if rest else kind
    )


def yaml_path(row: Row) -> list[str]:
    return [to_camel(part) for part in row.setting.split(".")]


def plain(model: type[BaseModel], rows: Iterable[Row], **fixed: Any) -> st.SearchStrategy[Json]:
    """Some settings of a table's plain rows, as they stand in a file."""
    keys = {row.setting: row for row in rows if row.is_plain and row.setting not in fixed}
    drawn = st.fixed_dictionaries({}, optional={key: values(field(model, key)) for key in keys})
    return drawn.map(lambda found: {**nested((yaml_path(keys[key]), found[key]) for key in found), **fixed})


POOLS = st.lists(plain(NodePoolSettings, POOL), max_size=2)
FIXED = {
    "name": "aks",
    "networkPolicy": "none",
    "existingResourceGroup": "shop",
    "identity": {"grantSubnets": False},
}
CLUSTERS = st.builds(
    lambda cluster, system, pools: {
        **cluster,
        "systemPool": system,
        "nodePools": [{**pool, "name": f"pool{number}"} for number, pool in enumerate(pools)],
    },
    plain(ClusterSettings, CLUSTER, **FIXED),
    plain(NodePoolSettings, POOL, name="system", mode="System"),
    POOLS,
)


def live(declared: Any) -> tuple[Json, list[Json]]:
    """The cluster that a program makes and its pools, as ARM's flat documents."""
    made = declared.one("ManagedCluster").inputs
    cluster = {"name": made["resourceName"], **flat(to_arm(KINDS["ManagedCluster"], made))}
    pools = [one.inputs for one in declared.all("AgentPool")]
    beside = [{"name": one["agentPoolName"], **flat(to_arm(KINDS["AgentPool"], one))} for one in pools]
    return cluster, [*cluster["agentPoolProfiles"], *beside]


def holds(found: Any, asked: Any) -> bool:
    """Tell whether settings hold others."""
    if isinstance(asked, dict):
        return isinstance(found, dict) and all(
            key in found and holds(found[key], asked[key]) for key in asked
        )
    if isinstance(asked, list) and isinstance(found, list):
        return len(found) == len(asked) and all(map(holds, found, asked))
    return bool(found == asked)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(asked=CLUSTERS)
def test_plain_settings_read_back(deploy: Callable[..., Any], asked: Json) -> None:
    stack = StackSettings.model_validate({"cluster": asked, "demo": {"enabled": False}})
    cluster, pools = live(deploy(lambda: declare(LoadedSettings(stack, ()))))
    found = cluster_settings(cluster, "shop", pools)
    expected = {key: value for key, value in asked.items() if value != []}
    assert {key: found.get(key) for key in expected if not holds(found.get(key), expected[key])} == {}


@pytest.mark.parametrize(("rows", "least"), [(CLUSTER, 10), (POOL, 9)], ids=["cluster", "pool"])
def test_most_rows_are_plain(rows: Iterable[Row], least: int) -> None:
    """Else the test above would say little."""
    assert sum(row.is_plain for row in rows) >= least
