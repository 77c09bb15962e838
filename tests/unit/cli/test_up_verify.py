"""aksnetpol up --verify: the stack's cluster is probed, and nothing of its credentials stays."""

import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aksnetpol.cli import up_verify
from aksnetpol.deploy.workspace import Output
from aksnetpol.errors import UserError

OUTPUTS = (Output("kubeconfig", "apiVersion: v1", True), Output("networkPolicy", "azure", False))


def test_the_cluster_is_that_of_the_stack() -> None:
    with up_verify.target(OUTPUTS, None) as found:
        assert found.kubeconfig is not None
        assert found.kubeconfig.read_text() == "apiVersion: v1"
        assert stat.S_IMODE(found.kubeconfig.stat().st_mode) == 0o600
        assert (found.engine, found.is_model) == ("npm", False)
    assert not found.kubeconfig.exists()


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        pytest.param(OUTPUTS[:1], "no output networkPolicy", id="no-engine"),
        pytest.param(OUTPUTS[1:], "no output kubeconfig", id="no-kubeconfig"),
        pytest.param((), "no output kubeconfig and networkPolicy", id="other-project"),
        pytest.param(
            (OUTPUTS[0], Output("networkPolicy", "weave", False)),
            "networkPolicy is 'weave', and must be one of azure, calico",
            id="other-engine",
        ),
        pytest.param(
            (OUTPUTS[0], Output("networkPolicy", {"name": "azure"}, False)),
            "no output networkPolicy",
            id="no-name",
        ),
    ],
)
def test_a_stack_without_the_outputs_says_so(outputs: tuple[Output, ...], said: str) -> None:
    with pytest.raises(UserError, match=said), up_verify.target(outputs, None):
        pytest.fail("there is no cluster to probe")


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        pytest.param("kernel", "kernel", id="kernel"),
        pytest.param("model", None, id="model"),
        pytest.param(None, None, id="no-session"),
    ],
)
def test_what_cannot_be_proved_is_refused_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, session: str | None, expected: str | None
) -> None:
    def status(_home: Path) -> Any:
        return SimpleNamespace(enforcement=session)

    monkeypatch.setattr("aksnetpol.local.supervisor.status", status)
    if expected is None:
        with pytest.raises(UserError, match="only modelled"):
            up_verify.enforcement(tmp_path)
    else:
        assert up_verify.enforcement(tmp_path) == expected
    assert up_verify.enforcement(None) is None
