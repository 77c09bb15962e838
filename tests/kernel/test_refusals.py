"""What we say that an API server refuses, and that it takes: asked of a real one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client, config

from tests.unit.policy.load.refusals import ROWS, Row

from .lab import Lab

pytestmark = [pytest.mark.kernel, pytest.mark.control_plane]


@pytest.fixture(scope="module")
def api(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[client.NetworkingV1Api]:
    lab.namespace("a")
    file = tmp_path_factory.mktemp("kubeconfig") / "config"
    file.write_text(lab.planes.kubeconfig(lab.cluster.id, admin=True))
    with config.new_client_from_config(str(file)) as made:
        yield client.NetworkingV1Api(made)


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_the_api_server_agrees(api: client.NetworkingV1Api, row: Row) -> None:
    try:
        body: Any = row.manifest()
        api.create_namespaced_network_policy("a", body, dry_run="All")
    except client.ApiException as refused:
        assert (refused.status, bool(row.refused)) == (422, True), refused.body
    else:
        assert not row.refused
