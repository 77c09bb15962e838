"""Ports are kept from start to start, and nobody gets one by chance before its owner listens."""

import socket
from pathlib import Path

from aksnetpol.local.kubernetes.ports import kept_ports

NAMES = ("etcd", "api", "kubelet")


def test_ports_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    ports = kept_ports(file, NAMES)
    assert len(set(ports.values())) == len(NAMES)
    assert kept_ports(file, NAMES) == ports


def test_a_port_that_is_taken_is_replaced_alone(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    ports = kept_ports(file, NAMES)
    with socket.create_server(("127.0.0.1", ports["api"])):
        again = kept_ports(file, NAMES)
    assert again["api"] != ports["api"]
    assert {**again, "api": 0} == {**ports, "api": 0}


def test_no_port_is_one_that_the_kernel_gives_to_whoever_asks_for_any(tmp_path: Path) -> None:
    ports = kept_ports(tmp_path / "ports.json", NAMES)
    given: set[int] = set()
    for _ in range(50):
        with socket.create_server(("127.0.0.1", 0)) as any_port:
            given.add(int(any_port.getsockname()[1]))
    assert max(ports.values()) < min(given)
