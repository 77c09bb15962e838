"""A stack names its cluster by its outputs."""

from dataclasses import dataclass, field

import pytest

from aksnetpol.cli import named_cluster
from aksnetpol.deploy.workspace import Output
from aksnetpol.errors import UserError

_ID = "/subscriptions/s/resourcegroups/shop/providers/Microsoft.ContainerService/managedClusters/aks"


@dataclass(frozen=True)
class _Workspace:
    """The part of a StackWorkspace that is asked."""

    found: tuple[Output, ...]
    environment: dict[str, str] = field(default_factory=dict[str, str])

    def outputs(self) -> tuple[Output, ...]:
        return self.found


def test_a_stack_knows_its_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _Workspace((Output("clusterId", _ID, False),), {"ARM_TENANT_ID": "t"})
    monkeypatch.setattr("aksnetpol.cli.target.workspace", lambda *_, **__: made)  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]  a stand-in
    environ, path = named_cluster._of_stack("dev", local=True)
    assert (environ["ARM_TENANT_ID"], path) == ("t", _ID)


def test_a_stack_without_a_cluster_is_the_users_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aksnetpol.cli.target.workspace", lambda *_, **__: _Workspace(()))  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]  a stand-in
    with pytest.raises(UserError, match="Run: aksnetpol up --stack dev"):
        named_cluster._of_stack("dev", local=False)
