"""The cluster of a stack is probed by the stack's outputs, and nothing of its credentials stays."""

import stat
from typing import Any

import pytest

from aksnetpol.errors import UserError
from aksnetpol.probe.target import exported

OUTPUTS = {"kubeconfig": "apiVersion: v1", "networkPolicy": "azure"}


def test_the_cluster_is_that_of_the_stack() -> None:
    with exported(OUTPUTS, None) as found:
        assert found.kubeconfig is not None
        assert found.kubeconfig.read_text() == "apiVersion: v1"
        assert stat.S_IMODE(found.kubeconfig.stat().st_mode) == 0o600
        assert (found.engine, found.is_model) == ("npm", False)
    assert not found.kubeconfig.exists()


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        pytest.param({"kubeconfig": "apiVersion: v1"}, "no output networkPolicy", id="no-engine"),
        pytest.param({"networkPolicy": "azure"}, "no output kubeconfig", id="no-kubeconfig"),
        pytest.param({}, "no output kubeconfig and networkPolicy", id="other-project"),
        pytest.param(
            OUTPUTS | {"networkPolicy": "weave"},
            "networkPolicy is 'weave', and must be one of azure, calico",
            id="other-engine",
        ),
        pytest.param(OUTPUTS | {"networkPolicy": {"name": "azure"}}, "no output networkPolicy", id="no-name"),
    ],
)
def test_a_stack_without_the_outputs_says_so(outputs: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said), exported(outputs, None):
        pytest.fail("there is no cluster to probe")
