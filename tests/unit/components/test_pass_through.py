"""pass_through.py: a user's azure-native properties over a component's own."""

from typing import Any

import pytest
from pulumi_azure_native.containerservice import AgentPoolArgs, ManagedClusterArgs

from aksnetpol_components import ArgumentError
from aksnetpol_components.pass_through import arguments, given


@pytest.mark.parametrize(
    ("own", "extra", "merged"),
    [
        pytest.param({"dns_prefix": "a"}, None, {"dns_prefix": "a"}, id="nothing"),
        pytest.param({"dns_prefix": "a"}, {"dns_prefix": "b"}, {"dns_prefix": "b"}, id="replaced"),
        pytest.param({"dns_prefix": "a"}, {"dnsPrefix": "b"}, {"dns_prefix": "b"}, id="schema-spelling"),
        pytest.param({}, {"enableRBAC": True}, {"enable_rbac": True}, id="acronym"),
        pytest.param(
            {"network_profile": {"dns_service_ip": "1", "pod_cidr": "2"}},
            {"networkProfile": {"dnsServiceIP": "3", "ipFamilies": ["IPv4"]}},
            {"network_profile": {"dns_service_ip": "3", "pod_cidr": "2", "ipFamilies": ["IPv4"]}},
            id="nested",
        ),
        pytest.param(
            {"tags": {"my_team": "a"}},
            {"tags": {"myteam": "b"}},
            {"tags": {"my_team": "a", "myteam": "b"}},
            id="tags-are-free-words",
        ),
        pytest.param(
            {"oidc_issuer_profile": {"enabled": True}, "dns_prefix": "a"},
            {"oidcIssuerProfile": {"enabled": None}, "dnsPrefix": None},
            {"oidc_issuer_profile": {}},
            id="none-takes-away",
        ),
        pytest.param({"resource_name": "a"}, {}, {"resource_name_": "a"}, id="azure-name-beside-pulumi-name"),
    ],
)
def test_arguments(own: dict[str, Any], extra: dict[str, Any] | None, merged: dict[str, Any]) -> None:
    before = repr(own)
    assert arguments(ManagedClusterArgs, own, extra) == merged
    assert repr(own) == before


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("vmsSize", "AgentPoolArgs has no property 'vmsSize'; did you mean 'vm_size'?"),
        ("qqqq", "AgentPoolArgs has no property 'qqqq'"),
        ("__self__", "AgentPoolArgs has no property '__self__'"),
    ],
)
def test_unknown_property(key: str, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        arguments(AgentPoolArgs, {}, {key: 1})
    assert str(caught.value).startswith(message)


def test_given_leaves_out_what_is_absent() -> None:
    assert given({"a": 1, "b": None}, "a", "b", "c") == {"a": 1, "b": None}
