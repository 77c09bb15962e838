"""What AKS fills in: the recorded create of aks-facts, section 1, as a table."""

import uuid
from dataclasses import dataclass

from aksnetpol.local.arm.containerservice import versions
from aksnetpol.local.arm.containerservice.document import backfilled, section
from aksnetpol.local.arm.store import Json

_MAX_PODS = {"overlay": 250, "kubenet": 110, "podsubnet": 110, "subnet": 30, "none": 250}
_IMAGES = {
    "Ubuntu": "AKSUbuntu-2404gen2containerd-202611.02",
    "Ubuntu2204": "AKSUbuntu-2204gen2containerd-202611.02",
    "Ubuntu2404": "AKSUbuntu-2404gen2containerd-202611.02",
    "AzureLinux": "AKSAzureLinux-V3gen2-202611.02",
    "AzureLinux3": "AKSAzureLinux-V3gen2-202611.02",
    "CBLMariner": "AKSCBLMariner-V2gen2-202611.02",
    "Windows2019": "AKSWindows-2019-containerd-17763.8027.261110",
    "Windows2022": "AKSWindows-2022-containerd-gen2-20348.4405.261110",
    "Windows2025": "AKSWindows-2025-gen2-26100.7171.261110",
    "WindowsAnnual": "AKSWindows-23H2-gen2-25398.1965.261110",
}


@dataclass(frozen=True)
class Place:
    """Where a cluster stands.

    Args:
        subscription, group, location, name: segments of its id, and its region.
    """

    subscription: str
    group: str
    location: str
    name: str

    @property
    def node_group(self) -> str:
        """The resource group that AKS makes for the nodes."""
        return f"MC_{self.group}_{self.name}_{self.location}"


def network_profile(sent: Json) -> Json:
    """Return the networkProfile that AKS makes of what was sent.

    Without a plugin it is Azure CNI Overlay; `azure` without a mode stays on the node subnet (AKS docs,
    azure-cni-overlay). The Cilium dataplane brings its policy engine (azure-cni-powered-by-cilium).
    """
    plugin = sent.get("networkPlugin", "azure")
    defaults: Json = {
        "networkPlugin": plugin,
        "networkPolicy": "cilium" if sent.get("networkDataplane") == "cilium" else "none",
        "loadBalancerSku": "standard",
        "outboundType": "loadBalancer",
        "serviceCidr": "10.0.0.0/16",
        "dnsServiceIP": "10.0.0.10",
        "ipFamilies": ["IPv4"],
    }
    if "networkPlugin" not in sent:
        defaults["networkPluginMode"] = "overlay"
    return derived({**defaults, **sent})


def derived(profile: Json) -> Json:
    """Return a networkProfile with the leaves that follow from others."""
    result = dict(profile)
    if result["networkPlugin"] == "azure":
        result.setdefault("networkDataplane", "azure")
    if result.get("networkPluginMode") == "overlay" or result["networkPlugin"] == "kubenet":
        result.setdefault("podCidr", "10.244.0.0/16")
        result["podCidrs"] = [result["podCidr"]]
    else:
        # AKS ignores a pod range here and returns none (terraform-provider-azurerm#20573).
        result.pop("podCidr", None)
        result.pop("podCidrs", None)
    result["serviceCidrs"] = [result["serviceCidr"]]
    if result["outboundType"] == "loadBalancer" and result["loadBalancerSku"] == "standard":
        balancer: Json = {"managedOutboundIPs": {"count": 1}, "backendPoolType": "nodeIPConfiguration"}
        result["loadBalancerProfile"] = backfilled(section(result, "loadBalancerProfile"), balancer)
    else:
        result.pop("loadBalancerProfile", None)
    return result


def pool(sent: Json, network: Json, cluster_version: str) -> Json:
    """Return the properties of a new pool.

    Args:
        sent: canonical properties of the request.
        network: the cluster's networkProfile, after defaults.
        cluster_version: Kubernetes version of the cluster, as given.
    """
    defaults: Json = {
        "count": 1,
        "vmSize": "Standard_D4ds_v5",
        "osType": "Linux",
        "osDiskType": "Managed",
        "osDiskSizeGB": 128,
        "kubeletDiskType": "OS",
        "maxPods": _MAX_PODS[_address_source(network, sent)],
        "type": "VirtualMachineScaleSets",
        "scaleDownMode": "Delete",
        "orchestratorVersion": cluster_version,
        "enableNodePublicIP": False,
        "enableFIPS": False,
        "securityProfile": {"enableVTPM": False, "enableSecureBoot": False},
        "upgradeSettings": {"maxSurge": "10%"},
    }
    properties = backfilled(sent, defaults)
    properties.setdefault("osSKU", _os_sku(properties))
    if properties["osType"] == "Windows":
        properties.pop("securityProfile", None)
    version = properties["orchestratorVersion"]
    properties["currentOrchestratorVersion"] = (
        versions.full(version) if versions.offered(version) else version
    )
    properties["powerState"] = {"code": "Running"}
    properties["nodeImageVersion"] = image(properties["osSKU"], 0)
    properties["eTag"] = str(uuid.uuid4())
    return properties


def image(os_sku: str, reimages: int) -> str:
    """Return a node image version; its last number counts the reimages of the pool."""
    return f"{_IMAGES[os_sku]}.{reimages}"


def cluster(sent: Json, place: Place, tenant: str) -> Json:
    """Return the body of a new cluster, without its pools.

    Args:
        sent: canonical body of the request.
        place: where it stands.
        tenant: tenant id.
    """
    properties = section(sent, "properties")
    prefix = properties.get("dnsPrefix") or properties.get("fqdnSubdomain") or f"{place.name}-dns"
    defaults: Json = {
        "dnsPrefix": prefix,
        "kubernetesVersion": versions.DEFAULT,
        "supportPlan": "KubernetesOfficial",
        "nodeResourceGroup": place.node_group,
        "maxAgentPools": 100,
        "enableRBAC": True,
        "servicePrincipalProfile": {"clientId": "msi"},
        "autoUpgradeProfile": {"nodeOSUpgradeChannel": "NodeImage"},
        "nodeProvisioningProfile": {"mode": "Manual", "defaultNodePools": "Auto"},
        "bootstrapProfile": {"artifactSource": "Direct"},
        "storageProfile": {
            "diskCSIDriver": {"enabled": True},
            "fileCSIDriver": {"enabled": True},
            "snapshotController": {"enabled": True},
        },
        "oidcIssuerProfile": {"enabled": False},
        "disableLocalAccounts": False,
        "identityProfile": {"kubeletidentity": _kubelet_identity(place)},
        "resourceUID": uuid.uuid4().hex[:24],
        "powerState": {"code": "Running"},
    }
    result = backfilled(properties, defaults)
    version = result["kubernetesVersion"]
    result["currentKubernetesVersion"] = versions.full(version) if versions.offered(version) else version
    result["networkProfile"] = network_profile(section(properties, "networkProfile"))
    balancer = section(result["networkProfile"], "loadBalancerProfile")
    if balancer:
        balancer["effectiveOutboundIPs"] = [
            {"id": f"{_node_scope(place)}/Microsoft.Network/publicIPAddresses/{uuid.uuid4()}"}
        ]
    result |= _names(result, prefix, place, tenant)
    body = {key: value for key, value in sent.items() if key not in ("properties", "id", "name", "type")}
    body["location"] = place.location
    body["sku"] = {"name": "Base", "tier": "Free", **section(sent, "sku")}
    body["identity"] = identity(section(sent, "identity"), tenant, {})
    return {**body, "eTag": str(uuid.uuid4()), "properties": result}


def identity(sent: Json, tenant: str, live: Json) -> Json:
    """Return the identity of a cluster; a system-assigned one keeps its principal.

    Args:
        sent: identity of the request; {} means system-assigned.
        tenant: tenant id.
        live: the identity as it is.
    """
    kind = sent.get("type") or "SystemAssigned"
    if kind != "UserAssigned":
        return {"type": kind, "principalId": live.get("principalId", str(uuid.uuid4())), "tenantId": tenant}
    assigned = {
        key: value for key, value in section(sent, "userAssignedIdentities").items() if value is not None
    }
    blank = {"principalId": str(uuid.uuid4()), "clientId": str(uuid.uuid4())}
    known = section(live, "userAssignedIdentities")
    return {"type": kind, "userAssignedIdentities": {key: known.get(key, blank) for key in assigned}}


def _names(properties: Json, prefix: str, place: Place, tenant: str) -> Json:
    # Eight characters that belong to the cluster, as in the recording.
    tail = uuid.uuid5(uuid.NAMESPACE_URL, f"{place.subscription}/{place.group}/{place.name}").hex[:8]
    zone = f"{place.location}.azmk8s.io"
    names: Json = {"azurePortalFQDN": f"{prefix}-{tail}.portal.hcp.{zone}"}
    private = section(properties, "apiServerAccessProfile").get("enablePrivateCluster") is True
    if private:
        names["privateFQDN"] = f"{prefix}-{tail}.{uuid.uuid4()}.privatelink.{zone}"
    else:
        names["fqdn"] = f"{prefix}-{tail}.hcp.{zone}"
    if section(properties, "oidcIssuerProfile").get("enabled") is True:
        url = f"https://{place.location}.oic.prod-aks.azure.com/{tenant}/{uuid.uuid4()}/"
        names["oidcIssuerProfile"] = {"enabled": True, "issuerURL": url}
    return names


def _kubelet_identity(place: Place) -> Json:
    kind = "Microsoft.ManagedIdentity/userAssignedIdentities"
    return {
        "resourceId": f"{_node_scope(place)}/{kind}/{place.name}-agentpool",
        "clientId": str(uuid.uuid4()),
        "objectId": str(uuid.uuid4()),
    }


def _node_scope(place: Place) -> str:
    return f"/subscriptions/{place.subscription}/resourcegroups/{place.node_group}/providers"


def _address_source(network: Json, sent: Json) -> str:
    if network["networkPlugin"] in ("kubenet", "none"):
        return network["networkPlugin"]
    if network.get("networkPluginMode") == "overlay":
        return "overlay"
    return "podsubnet" if sent.get("podSubnetID") else "subnet"


def _os_sku(properties: Json) -> str:
    if properties["osType"] == "Linux":
        return "Ubuntu"
    # 2025 from 1.37 on: AKS CHANGELOG 2026-07-17; the docs' 1.36 contradicts it.
    return "Windows2025" if versions.minor(properties["orchestratorVersion"]) >= (1, 37) else "Windows2022"
