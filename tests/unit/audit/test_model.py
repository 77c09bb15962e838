"""Order, filters and gates of an audit."""

from dataclasses import replace
from datetime import date

import pytest

from aksnetpol.audit import Audit, AuditedCluster, Gate, evaluate
from aksnetpol.engines import NetworkPolicy
from aksnetpol.findings import Finding, Severity, Topic

from .conftest import SHOP, MakeCluster, pool

TODAY = date(2026, 11, 23)
NPM = {"networkPlugin": "azure", "networkPolicy": "azure"}


@pytest.fixture
def audit(cluster: MakeCluster) -> Audit:
    """Four clusters, in an order that means nothing."""
    windows = pool("win", osType="Windows", mode="User", osSKU="Windows2022")
    documents = (
        cluster("good"),
        cluster("warned", network=NPM),
        cluster("ended", network=NPM, pools=[pool(), windows]),
        cluster("sooner", currentKubernetesVersion="1.34.3"),
    )
    return Audit(TODAY, (SHOP,), tuple(evaluate(one, SHOP, TODAY) for one in documents)).only()


def _names(clusters: tuple[AuditedCluster, ...]) -> list[str]:
    return [one.name for one in clusters]


def test_the_worst_comes_first(audit: Audit) -> None:
    assert _names(audit.clusters) == ["ended", "sooner", "warned", "good"]


def test_filters(audit: Audit) -> None:
    assert _names(audit.only((NetworkPolicy.AZURE,)).clusters) == ["ended", "warned"]
    assert _names(audit.only(found=True).clusters) == ["ended", "sooner", "warned"]
    assert _names(audit.only((NetworkPolicy.AZURE, NetworkPolicy.CILIUM), Severity.WARNING).clusters) == [
        "ended",
        "sooner",
        "warned",
    ]
    (left,) = audit.only(level=Severity.ERROR).clusters
    assert [one.id for one in left.findings] == ["retired-npm-windows"]


@pytest.mark.parametrize(
    ("names", "gates", "tripped"),
    [
        ({"good"}, set(Gate), False),
        ({"good", "warned"}, {Gate.ERROR, Gate.RETIRED}, False),
        ({"warned"}, {Gate.WARNING}, True),
        ({"ended"}, {Gate.ERROR}, True),
        ({"ended"}, {Gate.RETIRED}, True),
        ({"ended"}, set[Gate](), False),
    ],
)
def test_gates(audit: Audit, names: set[str], gates: set[Gate], tripped: bool) -> None:
    some = Audit(TODAY, (SHOP,), tuple(one for one in audit.clusters if one.name in names))
    assert some.tripped(gates) is tripped


def test_an_error_that_has_not_ended_is_no_retirement(audit: Audit) -> None:
    finding = Finding("npm-nodes", Topic.LIMIT, Severity.ERROR, "many", "fewer", "docs")
    cluster = replace(audit.clusters[-1], findings=(finding,))
    some = Audit(TODAY, (SHOP,), (cluster,))
    assert some.tripped({Gate.ERROR})
    assert not some.tripped({Gate.RETIRED})
