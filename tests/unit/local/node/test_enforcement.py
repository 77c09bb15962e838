"""What is missing for the kernel is named, with the command that gets it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from aksnetpol.local.node import enforcement
from aksnetpol.local.node.enforcement import Enforcement, means

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pods run as processes on Linux only")
ALL = {"nft", "ip", "mount", "nsenter", "pivot_root", "setpriv", "setsid", "unshare"}


@pytest.fixture(autouse=True)
def only_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)


def which(*names: str) -> enforcement.Which:
    return lambda name: f"/bin/{name}" if name in names else None


@pytest.mark.parametrize(
    ("missing", "installer", "command"),
    [
        ({"nft"}, "apt-get", "apt-get install -y nftables"),
        ({"nft", "ip"}, "apt-get", "apt-get install -y iproute2 nftables"),
        ({"nft", "ip"}, "dnf", "dnf install -y iproute nftables"),
        ({"unshare", "nsenter"}, "apk", "apk add util-linux"),
        ({"nft"}, "none", "your distribution's packages nftables"),
    ],
)
def test_missing_commands(
    monkeypatch: pytest.MonkeyPatch, missing: set[str], installer: str, command: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    found = means(which(*(ALL - missing), installer))
    assert found.enforcement is Enforcement.MODEL
    names = ", ".join(name for name in enforcement._COMMANDS if name in missing)
    assert found.remark == f"{names} not found on PATH. Install with: {command}"


def test_root_has_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert means(which(*ALL)).enforcement is Enforcement.KERNEL


@pytest.mark.parametrize("allowed", [True, False])
def test_others_need_a_user_namespace(monkeypatch: pytest.MonkeyPatch, allowed: bool) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(enforcement, "_user_namespaces", lambda _: allowed)
    found = means(which(*ALL))
    assert found.user_namespace is allowed
    assert found.enforcement is (Enforcement.KERNEL if allowed else Enforcement.MODEL)
    assert allowed or "as root" in found.remark


def test_nft_outside_an_ordinary_users_path_is_tried_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's PATH of ordinary users has no /usr/sbin, where nft is."""
    tried: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        tried.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "access", lambda path, _: path in {"/usr/sbin/nft", "/usr/sbin/ip"})
    monkeypatch.setattr(subprocess, "run", run)
    assert means(which(*(ALL - {"nft", "ip"}))).user_namespace
    assert "/usr/sbin/nft" in tried[0]


def test_others_are_told_to_use_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert means(which(*(ALL - {"nft"}), "apt-get")).remark.endswith("sudo apt-get install -y nftables")
