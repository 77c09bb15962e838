from collections.abc import Callable
from pathlib import Path

import pytest

from aksnetpol.toolchain.path import on_path as find_on_path
from aksnetpol.toolchain.tools import tool


@pytest.mark.parametrize(
    ("name", "prints", "accepted"),
    [
        pytest.param("pulumi", "v3.259.0", True, id="pulumi-least"),
        pytest.param("pulumi", "v3.270.1", True, id="pulumi-newer"),
        pytest.param("pulumi", "v3.258.9", False, id="pulumi-older"),
        pytest.param("pulumi", "v4.0.0", False, id="pulumi-next-major"),
        pytest.param("pulumi", "no version here", False, id="unreadable"),
        pytest.param("etcd", "etcd Version: 3.6.7\nGo Version: go1.26.8", True, id="etcd-newer-patch"),
        pytest.param("etcd", "etcd Version: 3.5.21", False, id="etcd-older-minor"),
        pytest.param("kube-apiserver", "Kubernetes v1.36.3", True, id="kubernetes"),
        pytest.param("kube-apiserver", "Kubernetes v1.37.0", False, id="kubernetes-other-minor"),
        pytest.param("kubectl", "Client Version: v1.37.1", True, id="kubectl-within-skew"),
        pytest.param("kubectl", "Client Version: v1.32.4-dispatcher", False, id="kubectl-too-old"),
        pytest.param("agnhost", "anything", True, id="agnhost-has-no-version"),
    ],
)
def test_a_tool_on_path_is_taken_when_its_version_does(
    on_path: Callable[[str, str], Path], name: str, prints: str, accepted: bool
) -> None:
    path = on_path(name, f"printf '%s\\n' '{prints}'")
    assert find_on_path(tool(name)) == (path if accepted else None)


def test_a_tool_that_fails_is_not_taken(on_path: Callable[[str, str], Path]) -> None:
    on_path("pulumi", "echo v3.259.0; exit 1")
    assert find_on_path(tool("pulumi")) is None


def test_pulumi_keeps_no_log_when_it_is_asked(on_path: Callable[[str, str], Path], tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = on_path("pulumi", f'HOME={home}; mkdir -p "${{PULUMI_HOME:-$HOME}}/logs" 2>&1; echo v3.259.0')
    assert find_on_path(tool("pulumi")) == path
    assert not home.exists()
