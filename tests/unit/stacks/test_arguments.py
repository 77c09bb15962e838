"""arguments.py: each setting is an argument, each argument a setting, or there is a reason."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from aksnetpol_components import AksClusterArgs, NetworkProfileArgs, PoolProfileArgs, WindowsProfileArgs
from aksnetpol_stacks.arguments import CLUSTER, POOL, Row, cluster_args
from aksnetpol_stacks.settings import ClusterSettings, NodePoolSettings, StackSettings

WITHOUT_ARGUMENT = {
    "os_type": "chooses the component, NodePool or WindowsNodePool",
    "preview_features": "components of their own",
}
WITHOUT_SETTING = {
    "orchestrator_version": "is the cluster's kubernetesVersion",
    "linux_admin_username": "azureuser always",
    "admin_credentials": "by how users sign in",
    "windows_profile.admin_password": "the section windowsAdminPassword, a secret",
}
# Groups whose settings have rows of their own.
GROUPS = ("identity", "windows")


def models(kind: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in the type of a field."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for one in get_args(kind):
        yield from models(one)


def settings(model: type[BaseModel]) -> Iterator[str]:
    """Yield the paths of a model's settings."""
    for name, field in model.model_fields.items():
        if name in GROUPS:
            (group,) = models(field.annotation)
            yield from (f"{name}.{one}" for one in settings(group))
        else:
            yield name


def arguments(cluster: type, **groups: type) -> Iterator[str]:
    """Yield the paths of a component's arguments."""
    yield from (name for name in cluster.__annotations__ if name not in groups)
    for group, kind in groups.items():
        yield from (f"{group}.{name}" for name in kind.__annotations__)


CLUSTER_ARGUMENTS = list(
    arguments(AksClusterArgs, network_profile=NetworkProfileArgs, windows_profile=WindowsProfileArgs)
)
TABLES = [
    pytest.param(ClusterSettings, CLUSTER_ARGUMENTS, CLUSTER, id="cluster"),
    pytest.param(NodePoolSettings, list(arguments(PoolProfileArgs)), POOL, id="pool"),
]


@pytest.mark.parametrize(("model", "known", "rows"), TABLES)
def test_each_setting_has_one_row_or_a_reason(
    model: type[BaseModel], known: Iterable[str], rows: Sequence[Row]
) -> None:
    expected = set(settings(model)) - set(WITHOUT_ARGUMENT)
    given = [row.setting for row in rows if row.argument is not None]
    assert sorted(given) == sorted(expected)


@pytest.mark.parametrize(("model", "known", "rows"), TABLES)
def test_each_argument_has_one_setting_or_a_reason(
    model: type[BaseModel], known: Iterable[str], rows: Sequence[Row]
) -> None:
    given = [row.argument for row in rows if row.argument is not None]
    assert sorted(given) == sorted(set(known) - set(WITHOUT_SETTING))


def test_no_name_means_two_arguments() -> None:
    names = [path.rpartition(".")[2] for path in CLUSTER_ARGUMENTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("setting", "value", "argument"),
    [
        pytest.param("privateCluster", False, None, id="a-public-cluster-is-azures-default"),
        pytest.param("privateCluster", True, True, id="private"),
        pytest.param("protect", False, False, id="false-is-said"),
        pytest.param("tags", {}, None, id="nothing"),
        pytest.param("skuTier", "Premium", "Premium", id="plain"),
    ],
)
def test_an_argument_is_there_where_there_is_something_to_say(
    setting: str, value: Any, argument: Any
) -> None:
    stack = StackSettings.model_validate({"cluster": {"name": "c", "networkPolicy": "none", setting: value}})
    row = next(row for row in CLUSTER if to_camel(row.setting) == setting)
    assert row.argument is not None
    assert cluster_args(stack).get(row.argument) == argument
