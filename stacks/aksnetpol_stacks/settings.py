"""The settings of a stack: what may stand under `config` in Pulumi.<stack>.yaml."""

from ipaddress import IPv4Network
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic.alias_generators import to_camel

from aksnetpol.engines import (
    NetworkDataplane,
    NetworkPlugin,
    NetworkPluginMode,
    NetworkPolicy,
    OsSku,
    OsType,
    PoolMode,
)

_DNS_OFFSET = 10  # AKS's own default is the tenth address: 10.0.0.10 of 10.0.0.0/16


class Settings(BaseModel):
    """A part of the settings: camelCase in YAML, unknown keys refused, values never changed.

    What stands below a field describes it in the schema, which reads it there: here it would be read by every
    program and command, for a tenth of a second.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
    )


class NodePoolSettings(Settings):
    """A node pool; with both minCount and maxCount the cluster autoscaler decides its size."""

    name: str
    """Name in AKS: lower-case letters and digits; at most 12, of a Windows pool at most 6."""
    vm_size: str = "Standard_D4s_v5"
    """Azure VM size of the nodes."""
    count: int = 1
    """Number of nodes; the first number where the pool is autoscaled."""
    min_count: int | None = None
    """Least nodes of an autoscaled pool."""
    max_count: int | None = None
    """Most nodes of an autoscaled pool."""
    os_type: OsType = OsType.LINUX
    """Operating system of the nodes."""
    os_sku: OsSku | None = None
    """Image of the nodes; Ubuntu by default, must be named for Windows."""
    mode: PoolMode = PoolMode.USER
    """System pools run AKS's own pods; Windows pools are User."""
    max_pods: int | None = None
    """Pods of a node, 10 to 250; AKS's default depends on the network plugin."""
    node_labels: dict[str, str] = Field(default_factory=dict)
    """Kubernetes labels of the nodes."""
    node_taints: list[str] = Field(default_factory=list)
    """Taints as AKS writes them: key=value:NoSchedule."""
    availability_zones: list[str] = Field(default_factory=list)
    """Zones to spread the nodes over, such as ["1", "2"]."""
    vnet_subnet_id: str | None = None
    """Existing subnet of the nodes."""
    pod_subnet_id: str | None = None
    """Existing subnet of the pods, where it is not the nodes' own."""
    enable_fips: bool = False
    """FIPS image; Windows2025 needs it."""
    agent_pool_args: dict[str, Any] = Field(default_factory=dict)
    """Any further azure-native AgentPool argument, as ARM or Python spells it; wins over the others, and null
    takes one away."""

    @model_validator(mode="after")
    def _bounds_turn_autoscaler_on(self) -> Self:
        spelt = {key.replace("_", "").lower() for key in self.agent_pool_args}
        if self.min_count is not None and "enableautoscaling" in spelt:
            raise ValueError("agentPoolArgs must leave enableAutoScaling to minCount and maxCount")
        return self


class SystemPoolSettings(NodePoolSettings):
    """The pool that the cluster is created with: Linux, system mode."""

    name: str = "nodepool1"
    """Name in AKS: at most 12 lower-case letters and digits."""
    mode: PoolMode = PoolMode.SYSTEM
    """Must stay System."""


class WindowsSettings(Settings):
    """The administrator of Windows nodes; must be there from the cluster's creation.

    The password is the secret `aksnetpol:windowsAdminPassword`; generated when that is absent.
    """

    admin_username: str = "azureuser"
    """User name, at most 20 characters; cannot change."""
    generate_password: bool = True
    """Generate an absent password; false leaves the one that the cluster has. Where an earlier one stands in
    the stack's state, updates of the cluster send that, with acknowledgeReimage."""


class IdentitySettings(Settings):
    """The identity that the cluster acts as."""

    type: Literal["SystemAssigned", "UserAssigned"] = "SystemAssigned"
    """UserAssigned makes one, unless resourceId names one."""
    resource_id: str | None = None
    """Existing user-assigned identity; its rights on a subnet are then yours to give."""
    grant_subnets: bool = True
    """Give the identity Network Contributor on every existing subnet; false where it has its rights."""

    @model_validator(mode="after")
    def _resource_needs_type(self) -> Self:
        if self.resource_id is not None and self.type != "UserAssigned":
            raise ValueError("resourceId needs type UserAssigned")
        return self


class ClusterSettings(Settings):
    """An AKS cluster."""

    name: str
    """Name of the cluster in Azure."""
    network_policy: NetworkPolicy
    """The network policy engine: none, azure (NPM), calico or cilium (recommended)."""
    location: str = "eastus"
    """Azure region."""
    resource_group: str | None = None
    """Resource group to make; the cluster's name with -rg by default."""
    existing_resource_group: str | None = None
    """Existing resource group to use instead."""
    kubernetes_version: str | None = None
    """"1.35" or "1.35.2", in quotes; Azure's default when absent."""
    network_plugin: NetworkPlugin = NetworkPlugin.AZURE
    """azure (Azure CNI), kubenet (retires 2028-03-31) or none."""
    network_plugin_mode: NetworkPluginMode | None = None
    """overlay; without it pods take addresses of the node subnet."""
    network_dataplane: NetworkDataplane | None = None
    """azure or cilium; follows networkPolicy when absent."""
    pod_cidr: str | None = None
    """Addresses of pods, with overlay and kubenet; 10.244.0.0/16 by default."""
    service_cidr: str = "10.0.0.0/16"
    """Addresses of services."""
    dns_service_ip: str | None = None
    """Address of the DNS service; the tenth of serviceCidr by default."""
    outbound_type: Literal[
        "loadBalancer", "userDefinedRouting", "managedNATGateway", "userAssignedNATGateway", "none"
    ] = "loadBalancer"
    """How the cluster reaches the internet."""
    dns_prefix: str | None = None
    """Start of the API server's host name; from the name by default."""
    system_pool: SystemPoolSettings = Field(default_factory=SystemPoolSettings)
    """The first node pool."""
    node_pools: list[NodePoolSettings] = Field(default_factory=list[NodePoolSettings])
    """Further node pools."""
    windows: WindowsSettings | None = None
    """The Windows administrator; needed for Windows pools, now or later."""
    identity: IdentitySettings = Field(default_factory=IdentitySettings)
    """The cluster's identity."""
    ssh_public_key: str | None = None
    """SSH key of Linux nodes; cannot change."""
    authorized_ip_ranges: list[str] = Field(default_factory=list)
    """Who may reach the API server, as CIDRs."""
    private_cluster: bool = False
    """The API server gets a private address only."""
    sku_tier: Literal["Free", "Standard", "Premium"] = "Free"
    """Tier of the control plane."""
    node_os_upgrade_channel: Literal["None", "Unmanaged", "SecurityPatch", "NodeImage"] | None = None
    """How AKS keeps the operating system of nodes patched; Azure's default, NodeImage, when absent."""
    preview_features: list[str] = Field(default_factory=list)
    """Preview features of Microsoft.ContainerService to register first."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Tags of every Azure resource."""
    protect: bool = True
    """Refuse to delete the cluster and its resource group."""
    acknowledge_reimage: bool = False
    """Let a change of engine, plugin or pod range reimage all nodes of all pools at once, and one of the
    Windows password all nodes of the Windows pools."""
    accept_retired: bool = False
    """Turn errors about retired engines and images into warnings."""
    managed_cluster_args: dict[str, Any] = Field(default_factory=dict)
    """Any further azure-native ManagedCluster argument, as ARM or Python spells it; merged over the others,
    and null takes one away."""

    @property
    def dataplane(self) -> NetworkDataplane:
        """The dataplane, as asked for or as the engine needs it."""
        follows = NetworkDataplane.CILIUM if self.network_policy is NetworkPolicy.CILIUM else None
        return self.network_dataplane or follows or NetworkDataplane.AZURE

    @property
    def pods(self) -> str | None:
        """The pod range, as asked for or AKS's default where there is one."""
        has_range = self.network_plugin is NetworkPlugin.KUBENET or self.network_plugin_mode is not None
        return self.pod_cidr or ("10.244.0.0/16" if has_range else None)

    @property
    def dns(self) -> str:
        """The DNS service's address, as asked for or the tenth of the service range."""
        if self.dns_service_ip is not None:
            return self.dns_service_ip
        try:
            return str(IPv4Network(self.service_cidr).network_address + _DNS_OFFSET)
        except ValueError:
            return "10.0.0.10"  # serviceCidr has its own finding


OperatingSystem = Literal["linux", "windows"]


class DemoSettings(Settings):
    """The namespace of the documented walkthrough."""

    enabled: bool = True
    """Whether to make it."""
    namespace: str = "demo"
    """Its name."""
    server_os: OperatingSystem = "linux"
    """Node OS of the server pod."""
    client_os: OperatingSystem = "linux"
    """Node OS of the client pod."""
    image: str | None = None
    """Another agnhost image."""


class PoliciesSettings(Settings):
    """The NetworkPolicies of the stack."""

    paths: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=lambda: ["policies/demo"])
    """Files or directories, relative to the Pulumi project."""
    namespace: str | None = None
    """Namespace they go into; the demo's by default."""


class StackSettings(Settings):
    """Everything that a stack can set."""

    cluster: ClusterSettings
    """The cluster."""
    demo: DemoSettings = Field(default_factory=DemoSettings)
    """The demo namespace."""
    policies: PoliciesSettings = Field(default_factory=PoliciesSettings)
    """The policies."""
    windows_admin_password: SecretStr | None = None
    """Password of the Windows administrator, 14 to 123 characters, a secret; generated when absent. A new one
    is set in place, with acknowledgeReimage; and again after each later update of the cluster itself, which
    sends the one of the creation."""
