"""local/kubernetes/ports.py: ports that stay the same, and that no outgoing connection takes meanwhile."""

import socket
from pathlib import Path

from aksnetpol.local.kubernetes.ports import kept_ports


def test_ports_are_kept_and_differ(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = kept_ports(file, ("api", "etcd", "kubelet"))
    assert len(set(first.values())) == 3
    assert kept_ports(file, ("api", "etcd", "kubelet")) == first


def test_no_outgoing_connection_gets_one(tmp_path: Path) -> None:
    """Linux gives these only to who asks for the very one."""
    ports = kept_ports(tmp_path / "ports.json", map(str, range(20)))
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    assert not [port for port in ports.values() if first <= port <= last]


def test_a_port_that_somebody_took_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    before = kept_ports(file, ("api", "kubelet"))
    with socket.create_server(("127.0.0.1", before["api"])):
        after = kept_ports(file, ("api", "kubelet"))
    assert after["api"] != before["api"]
    assert after["kubelet"] == before["kubelet"]
    assert kept_ports(file, ("api", "kubelet")) == after
