"""Services as rules: who listens, and where connections go."""

from __future__ import annotations

from typing import Any

from aksnetpol.local.node.services import Backend, Frontend, frontends, service_rules

Json = dict[str, Any]


def service(**spec: Any) -> Json:
    return {"metadata": {"name": "web", "namespace": "n"}, "spec": {"clusterIPs": ["10.0.0.5"], **spec}}


def endpoints(*addresses: str, port: int = 8080, ready: bool = True, name: str = "") -> Json:
    return {
        "metadata": {"namespace": "n", "labels": {"kubernetes.io/service-name": "web"}},
        "ports": [{"name": name, "port": port, "protocol": "TCP"}],
        "endpoints": [{"addresses": [one], "conditions": {"ready": ready}} for one in addresses],
    }


def test_a_service_leads_to_ready_endpoints_on_the_target_port() -> None:
    found = frontends(
        [service(ports=[{"port": 80, "protocol": "TCP"}])],
        [endpoints("10.1.0.2", "10.1.0.3"), endpoints("10.1.0.4", ready=False)],
    )
    assert found == [
        Frontend("10.0.0.5", "tcp", 80, (Backend("10.1.0.2", 8080), Backend("10.1.0.3", 8080))),
    ]


def test_ports_meet_by_name() -> None:
    ports = [{"name": "a", "port": 80}, {"name": "b", "port": 81, "protocol": "UDP"}]
    found = frontends([service(ports=ports)], [endpoints("10.1.0.2", name="b")])
    assert [(one.port, one.protocol, len(one.backends)) for one in found] == [(80, "tcp", 0), (81, "udp", 1)]


def test_headless_services_and_other_families_have_no_rules() -> None:
    ports = [{"port": 80}]
    assert frontends([service(ports=ports, clusterIPs=["None"])], []) == []
    assert frontends([service(ports=ports, clusterIPs=["fd00::5"])], []) == []


def test_rules_choose_among_backends_and_refuse_the_rest() -> None:
    backends = (Backend("10.1.0.2", 8080), Backend("10.1.0.3", 8080))
    text = service_rules(
        [Frontend("10.0.0.5", "tcp", 80, backends), Frontend("10.0.0.6", "tcp", 80, ())], "10.0.0.0/16"
    )
    assert (
        "ip daddr 10.0.0.5 tcp dport 80 dnat ip addr . port to "
        "numgen random mod 2 map { 0 : 10.1.0.2 . 8080, 1 : 10.1.0.3 . 8080 }"
    ) in text
    assert "10.0.0.6" not in text
    assert "ip daddr 10.0.0.0/16 meta l4proto tcp reject with tcp reset" in text
