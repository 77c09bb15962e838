"""Where a cluster stands: limits in use and what ends, counted from a given day."""

from dataclasses import replace
from datetime import date

import pytest

from aksnetpol.engines import NetworkPlugin, NetworkPluginMode, NetworkPolicy, NodePool
from aksnetpol.engines.moves import LiveNodePool, Networking
from aksnetpol.engines.moves.status import status

from .conftest import MakeLive

TODAY = date(2026, 11, 23)
NPM = Networking(network_policy=NetworkPolicy.AZURE)


@pytest.mark.parametrize(
    ("networking", "limits"),
    [
        pytest.param(
            NPM,
            [("nodes that Azure NPM stands", 8, 250), ("pods that Azure NPM stands", 240, 20_000)],
            id="npm-node-subnet",
        ),
        pytest.param(
            replace(NPM, network_plugin_mode=NetworkPluginMode.OVERLAY),
            [
                ("nodes that Azure NPM stands", 8, 250),
                ("pods that Azure NPM stands", 2000, 20_000),
                ("nodes that podCidr holds", 8, 256),
            ],
            id="npm-overlay",
        ),
        pytest.param(
            Networking(NetworkPlugin.KUBENET),
            [("nodes on kubenet", 8, 400), ("nodes that podCidr holds", 8, 256)],
            id="kubenet",
        ),
        pytest.param(Networking(), [], id="none"),
    ],
)
def test_limits(live: MakeLive, networking: Networking, limits: list[tuple[str, int, int]]) -> None:
    found = [(one.what, one.used, one.most) for one in status(live(networking), TODAY).limits]
    assert found == [*limits, ("nodes of a cluster", 8, 5000)]


def test_running_pods_are_counted_where_somebody_looked(live: MakeLive) -> None:
    used = {one.what: one.used for one in status(live(NPM, running_pods=1234), TODAY).limits}
    assert used["pods that Azure NPM stands"] == 1234


def test_a_pool_says_how_many_pods_its_nodes_hold(live: MakeLive) -> None:
    pools = (LiveNodePool(NodePool("nodepool1", count=200, max_pods=110)),)
    found = {one.what: one for one in status(live(NPM, pools=pools), TODAY).limits}
    assert found["pods that Azure NPM stands"].used == 22_000
    assert found["pods that Azure NPM stands"].share == pytest.approx(1.1)


def test_endings_are_counted_from_the_day(live: MakeLive) -> None:
    found = status(live(Networking(NetworkPlugin.KUBENET)), date(2028, 4, 1))
    assert [(one.id, one.days) for one in found.retirements] == [
        ("kubernetes-version", -367),
        ("kubenet", -1),
    ]


@pytest.mark.parametrize(
    ("version", "ends", "warned"),
    [
        pytest.param("1.36.3", ["kubernetes-version"], [], id="supported"),
        pytest.param("1.33.1", ["kubernetes-version"], ["version-ended"], id="ended"),
        pytest.param("1.29.9", [], ["version-ended"], id="long-ended"),
    ],
)
def test_versions(live: MakeLive, version: str, ends: list[str], warned: list[str]) -> None:
    found = status(live(Networking(), version=version), TODAY)
    assert [one.id for one in found.retirements] == ends
    assert [one.id for one in found.warnings] == warned
