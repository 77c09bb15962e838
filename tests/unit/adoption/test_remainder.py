"""aksnetpol/adoption/remainder.py: sent, with the remainder over it, is what is live."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_azure_native.containerservice import ManagedClusterArgs

from aksnetpol.adoption.remainder import paths, remainder
from aksnetpol_components.pass_through import arguments, bare

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("sent", "live", "expected"),
    [
        pytest.param({"dns_prefix": "a"}, {"dnsPrefix": "a"}, {}, id="same"),
        pytest.param({"dns_prefix": "a"}, {"dnsPrefix": "b"}, {"dnsPrefix": "b"}, id="another-value"),
        pytest.param({}, {"supportPlan": "x"}, {"supportPlan": "x"}, id="filled-in-by-azure"),
        pytest.param({"enable_rbac": False}, {}, {"enableRbac": None}, id="azure-has-it-not"),
        pytest.param({"node_taints": []}, {}, {}, id="empty-is-absent"),
        pytest.param(
            {"oidc_issuer_profile": {"enabled": True}},
            {"oidcIssuerProfile": {"enabled": False}},
            {"oidcIssuerProfile": {"enabled": False}},
            id="nested",
        ),
        pytest.param(
            {"network_profile": {"service_cidr": "a", "pod_cidr": "b"}},
            {"networkProfile": {"serviceCidr": "a", "ipFamilies": ["IPv4"], "podCidrs": ["c"]}},
            {"networkProfile": {"ipFamilies": ["IPv4"]}},
            id="ignored-leaves",
        ),
        pytest.param(
            {"linux_profile": {"ssh": {"public_keys": [{"key_data": "k"}]}}},
            {"linuxProfile": {"adminUsername": "ops", "ssh": {"publicKeys": [{"keyData": "k"}]}}},
            {"linuxProfile": {"adminUsername": "ops"}},
            id="lists-of-objects",
        ),
        pytest.param({}, {"agentPoolProfiles": [{"name": "a"}]}, {}, id="ignored"),
        pytest.param(
            {"tags": {"my_team": "a"}},
            {"tags": {"myteam": "a"}},
            {"tags": {"myteam": "a"}},
            id="tags-are-free-words",
        ),
    ],
)
def test_remainder(sent: Json, live: Json, expected: Json) -> None:
    ignored = frozenset({"agentPoolProfiles", "networkProfile.podCidr", "networkProfile.podCidrs"})
    assert remainder(sent, live, ignored) == expected


NAMES = {"dnsPrefix": "dns_prefix", "enableRBAC": "enable_rbac", "storageProfile": "storage_profile"}
LEAVES = st.sampled_from(["a", "b", True, False, 1])
INNER = {"diskCSIDriver": "disk_csi_driver", "blobCSIDriver": "blob_csi_driver", "x": "x"}
VALUES = LEAVES | st.dictionaries(st.sampled_from([*INNER]), LEAVES, min_size=1)
DOCUMENTS = st.dictionaries(st.sampled_from([*NAMES]), VALUES)


def named(values: Json, names: dict[str, str]) -> Json:
    """The same with Python's names."""
    return {names[key]: named(one, INNER) if isinstance(one, dict) else one for key, one in values.items()}


def plain(values: Json) -> Json:
    """The same without regard to spelling."""
    return {bare(key): plain(one) if isinstance(one, dict) else one for key, one in values.items()}


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_sent_with_it_is_what_is_live(sent: Json, live: Json) -> None:
    own = named(sent, NAMES)
    assert plain(arguments(ManagedClusterArgs, own, remainder(own, live))) == plain(live)


def test_paths_are_those_of_leaves() -> None:
    values: Json = {"a": {"b": {"c": 1}, "d": []}, "tags": {"x": "y"}, "e": None}
    assert list(paths(values)) == ["a.b.c", "a.d", "tags", "e"]
