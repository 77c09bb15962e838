"""Names from a cluster stay text; the whole of a plan is held against golden files by the CLI's tests."""

from dataclasses import replace
from datetime import date

from aksnetpol.engines import NetworkPolicy
from aksnetpol.engines.moves import Networking, Obstacle, ObstacleKind, WantedNetworking, plan
from aksnetpol.engines.moves.markdown import markdown

from .conftest import MakeLive


def test_names_are_no_markup(live: MakeLive) -> None:
    hook = Obstacle(ObstacleKind.WEBHOOK, "ValidatingWebhookConfiguration <b>|[x](y)*")
    cluster = live(Networking(), obstacles=(hook,))
    named = replace(cluster, cluster=replace(cluster.cluster, name="my_cluster_"))
    shown = markdown(plan(named, WantedNetworking(network_policy=NetworkPolicy.CALICO), date(2026, 11, 23)))
    assert "## Plan for my\\_cluster\\_\n" in shown
    assert "ValidatingWebhookConfiguration \\<b\\>\\|\\[x\\](y)\\*:" in shown
