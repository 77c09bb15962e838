"""program.py: what every scenario of the project declares."""

import runpy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
import pytest

import aksnetpol_stacks
from aksnetpol_components import ArgumentError, ManifestError
from aksnetpol_stacks.program import deploy as declare
from tests.recording import Monitor

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Expected:
    """A scenario as the engine sees it; leaves as plugin, mode, policy, dataplane, pod CIDR."""

    leaves: tuple[str | None, ...]
    windows: bool = False
    warnings: int = 0


SCENARIOS = {
    "dev": Expected(("azure", "overlay", "cilium", "cilium", "10.244.0.0/16")),
    "azure": Expected(("azure", None, "azure", "azure", None), warnings=1),
    "azure-windows": Expected(("azure", None, "azure", "azure", None), windows=True, warnings=3),
    "calico": Expected(("azure", None, "calico", "azure", None)),
    "calico-windows": Expected(("azure", None, "calico", "azure", None), windows=True, warnings=1),
    "calico-kubenet": Expected(("kubenet", None, "calico", "azure", "10.244.0.0/16"), warnings=1),
    "cilium": Expected(("azure", None, "cilium", "cilium", None)),
    "none": Expected(("azure", None, "none", "azure", None)),
}
LEAVES = ("networkPlugin", "networkPluginMode", "networkPolicy", "networkDataplane", "podCidr")


def loaded(name: str) -> aksnetpol_stacks.LoadedSettings:
    return aksnetpol_stacks.load_file(ROOT / f"Pulumi.{name}.yaml", TODAY)


def changed(name: str, **sections: Any) -> aksnetpol_stacks.LoadedSettings:
    """Return a scenario with sections or fields of the settings replaced."""
    before = loaded(name)
    return aksnetpol_stacks.LoadedSettings(before.settings.model_copy(update=sections), before.warnings)


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aksnetpol_components.policy_set.get_root_directory", lambda: str(ROOT))


def test_every_stack_file_is_here() -> None:
    assert {path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml")} - {"yaml"} == set(SCENARIOS)


@dataclass(frozen=True)
class Declared:
    """What a scenario's program registered, and its warnings."""

    monitor: Monitor
    warnings: tuple[str, ...]


@pytest.fixture(scope="module")
def declared() -> dict[str, Declared]:
    """The scenarios that were asked for: several questions are asked of each."""
    return {}


@pytest.fixture
def scenario(
    declared: dict[str, Declared], deploy: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> Declared:
    """A scenario's program, run once."""
    if name not in declared:
        shown: list[str] = []
        monkeypatch.setattr("pulumi.log.warn", shown.append)
        declared[name] = Declared(deploy(lambda: declare(loaded(name))), tuple(shown))
    return declared[name]


@pytest.mark.parametrize("name", SCENARIOS)
def test_network_profile(scenario: Declared, name: str) -> None:
    sent = scenario.monitor.one("ManagedCluster").inputs
    profile = sent["networkProfile"]
    assert tuple(profile.get(leaf) for leaf in LEAVES) == SCENARIOS[name].leaves
    assert (profile["serviceCidr"], profile["dnsServiceIP"]) == ("10.0.0.0/16", "10.0.0.10")
    assert sent["resourceName"].startswith("aks-")
    assert ("windowsProfile" in sent) == SCENARIOS[name].windows


@pytest.mark.parametrize("name", SCENARIOS)
def test_resources(scenario: Declared, name: str) -> None:
    done = scenario.monitor
    counts = {found.type: len(done.all(found.type.rsplit(":", 1)[-1])) for found in done.registrations}
    windows = {
        "azure-native:containerservice:AgentPool": 1,
        "aksnetpol:index:WindowsNodePool": 1,
        "pulumi-python:dynamic/aksnetpol:GeneratedPassword": 1,
        "pulumi-python:dynamic/aksnetpol:ResendCount": 1,
        "pulumi-python:dynamic/aksnetpol:WindowsPassword": 1,
    }
    feature = {
        "aksnetpol:index:PreviewFeature": 1,
        "pulumi-python:dynamic/aksnetpol:FeatureRegistration": 1,
    }
    assert counts == {
        "pulumi:pulumi:Stack": 1,
        "pulumi:providers:kubernetes": 1,
        "aksnetpol:index:AksCluster": 1,
        "aksnetpol:index:DemoNamespace": 1,
        "aksnetpol:index:PolicySet": 1,
        "azure-native:resources:ResourceGroup": 1,
        "azure-native:containerservice:ManagedCluster": 1,
        "pulumi-python:dynamic/aksnetpol:ClusterNetworking": 1,
        "pulumi-python:dynamic/aksnetpol:SystemPool": 1,
        "kubernetes:core/v1:Namespace": 1,
        "kubernetes:core/v1:Pod": 2,
        "kubernetes:networking.k8s.io/v1:NetworkPolicy": 1,
        **(windows if SCENARIOS[name].windows else {}),
        **(feature if name == "azure-windows" else {}),
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_pools(scenario: Declared, name: str) -> None:
    done = scenario.monitor
    (system,) = done.one("ManagedCluster").inputs["agentPoolProfiles"]
    assert (system["name"], system["mode"], system["osType"]) == ("nodepool1", "System", "Linux")
    assert system["orchestratorVersion"] == "1.36"
    pools = [found.inputs for found in done.all("AgentPool")]
    assert [(pool["agentPoolName"], pool["osType"], pool["osSKU"], pool["mode"]) for pool in pools] == (
        [("npwin", "Windows", "Windows2022", "User")] if SCENARIOS[name].windows else []
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_secrets_and_protection(scenario: Declared, name: str) -> None:
    done = scenario.monitor
    assert done.one("kubernetes").is_secret("kubeconfig")
    protected = {found.type.rsplit(":")[-1] for found in done.registrations if found.options.protect}
    assert protected == (set() if name == "dev" else {"ResourceGroup", "ManagedCluster"})


@pytest.mark.parametrize("name", SCENARIOS)
def test_warnings_are_shown(scenario: Declared, name: str) -> None:
    assert len(scenario.warnings) == SCENARIOS[name].warnings
    assert all(text.startswith(f"Pulumi.{name}.yaml:") for text in scenario.warnings)


def test_pools_one_after_the_other_then_pods(deploy: Any) -> None:
    before = loaded("none").settings
    pool = aksnetpol_stacks.NodePoolSettings(name="one", min_count=1, max_count=3)
    cluster = before.cluster.model_copy(
        update={"node_pools": [pool, pool.model_copy(update={"name": "two"})]}
    )
    done = deploy(lambda: declare(changed("none", cluster=cluster)))
    first, second = done.all("AgentPool")
    assert done.one("SystemPool").urn in first.options.dependencies
    assert first.urn in second.options.dependencies
    assert [list(pool.options.ignoreChanges) for pool in (first, second)] == [["count"], ["count"]]
    provider = done.one("kubernetes")
    assert {first.urn, second.urn, done.one("ManagedCluster").urn} <= set(provider.options.dependencies)
    for kind in ("Namespace", "Pod", "NetworkPolicy"):
        for found in done.all(kind):
            assert found.options.provider.startswith(provider.urn)
            assert found.options.deletedWith == done.one("ManagedCluster").urn
    assert done.one("Namespace").urn in done.one("NetworkPolicy").options.dependencies


def test_preview_feature_comes_before_the_cluster(deploy: Any) -> None:
    done = deploy(lambda: declare(loaded("azure-windows")))
    assert done.one("FeatureRegistration").inputs["feature"] == "WindowsNetworkPolicyPreview"
    assert done.one("FeatureRegistration").urn in done.one("ManagedCluster").options.dependencies


def test_given_windows_password(deploy: Any) -> None:
    password = aksnetpol_stacks.StackSettings.model_validate(
        {"cluster": {"name": "c", "networkPolicy": "none"}, "windowsAdminPassword": "Given-Password-22"}
    ).windows_admin_password
    done = deploy(lambda: declare(changed("calico-windows", windows_admin_password=password)))
    cluster = done.one("ManagedCluster")
    assert not done.all("GeneratedPassword")
    assert cluster.inputs["windowsProfile"]["adminPassword"] == "Given-Password-22"
    assert cluster.is_secret("windowsProfile", "adminPassword")


SUBNET = "/subscriptions/s/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets"


def test_everything_about_a_cluster_can_be_set(deploy: Any) -> None:
    cluster = aksnetpol_stacks.ClusterSettings.model_validate(
        {
            "name": "big",
            "networkPolicy": "calico",
            "location": "northeurope",
            "existingResourceGroup": "shared",
            "identity": {"type": "UserAssigned"},
            "serviceCidr": "10.8.0.0/16",
            "outboundType": "userDefinedRouting",
            "dnsPrefix": "big-dns",
            "systemPool": {"name": "sys", "count": 3, "vnetSubnetId": f"{SUBNET}/a", "osSku": "AzureLinux3"},
            "nodePools": [{"name": "more", "vnetSubnetId": f"{SUBNET}/b", "enableFips": True}],
            "sshPublicKey": "ssh-ed25519 A",
            "authorizedIpRanges": ["203.0.113.0/24"],
            "privateCluster": True,
            "skuTier": "Premium",
            "tags": {"team": "net"},
            "managedClusterArgs": {"supportPlan": "AKSLongTermSupport"},
        }
    )
    done = deploy(lambda: declare(changed("none", cluster=cluster)))
    sent = done.one("ManagedCluster").inputs
    assert sent["resourceGroupName"] == "shared"
    assert sent["location"] == "northeurope"
    assert sent["dnsPrefix"] == "big-dns"
    assert sent["networkProfile"]["dnsServiceIP"] == "10.8.0.10"
    assert sent["networkProfile"]["outboundType"] == "userDefinedRouting"
    assert sent["sku"]["tier"] == "Premium"
    assert sent["supportPlan"] == "AKSLongTermSupport"
    assert sent["apiServerAccessProfile"]["enablePrivateCluster"] is True
    assert "kubernetesVersion" not in sent
    assert sent["agentPoolProfiles"][0]["osSKU"] == "AzureLinux3"
    assert done.one("AgentPool").inputs["enableFIPS"] is True
    assert [role.inputs["scope"] for role in done.all("RoleAssignment")] == [f"{SUBNET}/a", f"{SUBNET}/b"]


class TestPolicies:
    """Where the policies go."""

    def test_without_the_demo_none(self, deploy: Any) -> None:
        demo = aksnetpol_stacks.DemoSettings(enabled=False)
        done = deploy(lambda: declare(changed("none", demo=demo)))
        assert not done.all("Pod") + done.all("NetworkPolicy")

    def test_a_namespace_of_their_own(self, deploy: Any) -> None:
        demo = aksnetpol_stacks.DemoSettings(enabled=False)
        policies = aksnetpol_stacks.PoliciesSettings(namespace="shop")
        done = deploy(lambda: declare(changed("none", demo=demo, policies=policies)))
        assert done.one("NetworkPolicy").inputs["metadata"]["namespace"] == "shop"

    def test_paths_without_a_namespace_are_an_error(self, deploy: Any) -> None:
        demo = aksnetpol_stacks.DemoSettings(enabled=False)
        policies = aksnetpol_stacks.PoliciesSettings(paths=["policies/demo"])
        with pytest.raises(ArgumentError, match=r"policies\.namespace must name"):
            deploy(lambda: declare(changed("none", demo=demo, policies=policies)))

    def test_another_namespace_than_the_demos(self, deploy: Any) -> None:
        policies = aksnetpol_stacks.PoliciesSettings(namespace="shop")
        done = deploy(lambda: declare(changed("none", policies=policies)))
        assert done.one("NetworkPolicy").inputs["metadata"]["namespace"] == "shop"
        assert done.one("Namespace").inputs["metadata"]["name"] == "demo"

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("kind: Pod", "metadata is missing"),
            (
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
                "metadata: {name: a, namespace: shop}\nspec: {podSelector: {}}",
                "says namespace 'shop' but is applied to 'demo'",
            ),
        ],
        ids=["kind", "namespace"],
    )
    def test_mistakes_come_before_any_resource(
        self, deploy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: str
    ) -> None:
        (tmp_path / "p.yaml").write_text(text)
        policies = aksnetpol_stacks.PoliciesSettings(paths=[str(tmp_path)])
        made: list[str] = []
        monkeypatch.setattr("aksnetpol_stacks.program.AksCluster", lambda *_: made.append("cluster"))
        with pytest.raises(ManifestError, match=problem):
            deploy(lambda: declare(changed("none", policies=policies)))
        assert made == []

    def test_no_paths(self, deploy: Any) -> None:
        policies = aksnetpol_stacks.PoliciesSettings(paths=[])
        assert not deploy(lambda: declare(changed("none", policies=policies))).all("NetworkPolicy")


class TestMain:
    """__main__.py itself."""

    def test_runs_a_stack(self, deploy: Any) -> None:
        config = {"aksnetpol:cluster": '{"name": "c", "networkPolicy": "none"}'}
        done = deploy(lambda: runpy.run_path(str(ROOT / "__main__.py")), config)
        assert done.one("ManagedCluster").inputs["resourceName"] == "c"

    @pytest.mark.parametrize(
        ("config", "message"),
        [
            pytest.param({}, "cluster", id="nothing"),
            pytest.param(
                {"aksnetpol:cluster": '{"name": "c", "networkPolicy": "iptables"}'},
                "cluster.networkPolicy",
                id="unknown-engine",
            ),
        ],
    )
    def test_a_mistake_is_one_clean_error(self, deploy: Any, config: dict[str, str], message: str) -> None:
        with pytest.raises(pulumi.RunError, match=message) as caught:
            deploy(lambda: runpy.run_path(str(ROOT / "__main__.py")), config)
        assert caught.value.__suppress_context__
