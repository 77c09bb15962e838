"""network_profile.py: every leaf that matters is explicit, and none that does not."""

import pytest

from aksnetpol_components import NetworkProfileArgs
from aksnetpol_components.network_profile import network_profile

BASE = {
    "network_policy": "none",
    "network_dataplane": "azure",
    "service_cidr": "10.0.0.0/16",
    "dns_service_ip": "10.0.0.10",
    "outbound_type": "loadBalancer",
    "load_balancer_sku": "standard",
}
POD = {"pod_cidr": "10.244.0.0/16"}


@pytest.mark.parametrize(
    ("args", "different"),
    [
        pytest.param({"network_plugin": "azure"}, {"network_plugin": "azure"}, id="node-subnet"),
        pytest.param(
            {"network_plugin": "azure", "network_plugin_mode": "overlay"},
            {"network_plugin": "azure", "network_plugin_mode": "overlay", **POD},
            id="overlay",
        ),
        pytest.param(
            {"network_plugin": "kubenet", "network_policy": "calico"},
            {"network_plugin": "kubenet", "network_policy": "calico", **POD},
            id="kubenet-calico",
        ),
        pytest.param(
            {"network_plugin": "azure", "network_policy": "azure", "pod_cidr": "10.9.0.0/16"},
            {"network_plugin": "azure", "network_policy": "azure"},
            id="node-subnet-has-no-pod-cidr",
        ),
        pytest.param(
            {
                "network_plugin": "azure",
                "network_plugin_mode": "overlay",
                "network_policy": "cilium",
                "network_dataplane": "cilium",
                "pod_cidr": "192.168.0.0/16",
                "service_cidr": "10.2.0.0/16",
                "dns_service_ip": "10.2.0.10",
                "outbound_type": "userDefinedRouting",
            },
            {
                "network_plugin": "azure",
                "network_plugin_mode": "overlay",
                "network_policy": "cilium",
                "network_dataplane": "cilium",
                "pod_cidr": "192.168.0.0/16",
                "service_cidr": "10.2.0.0/16",
                "dns_service_ip": "10.2.0.10",
                "outbound_type": "userDefinedRouting",
            },
            id="all-given",
        ),
    ],
)
def test_network_profile(args: NetworkProfileArgs, different: dict[str, str]) -> None:
    assert network_profile(args) == {**BASE, **different}
