"""Runs the tables of rules over a request, with what they need to know of the rest of the subscription."""

from dataclasses import replace
from ipaddress import IPv4Network

from aksnetpol.local.arm.containerservice import errors, versions
from aksnetpol.local.arm.containerservice.rules import addresses, changes, network, pools, windows
from aksnetpol.local.arm.containerservice.rules.rule import check
from aksnetpol.local.arm.containerservice.view import Cluster, Pool
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.features.state import Features
from aksnetpol.local.arm.network.rules import prefixes
from aksnetpol.local.arm.store import key_of

_PREVIEW = ("Microsoft.ContainerService", "WindowsNetworkPolicyPreview")


class Validation:
    """Accepts or refuses clusters and pools.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def create(self, cluster: Cluster, credentials: windows.Credentials | None) -> None:
        """Accept a new cluster.

        Raises:
            ArmFaultError: 400 of the first broken rule.
        """
        if not versions.offered(cluster.kubernetes_version):
            message = (
                f"Managed cluster {cluster.name} is on version {cluster.kubernetes_version}, which is not "
                "supported in this region. Please use [az aks get-versions] command to get the supported "
                "version list in this region."
            )
            raise errors.refused("BadRequest", message, "kubernetesVersion", "EmuVersionNotSupported")
        if not any(pool.mode == "System" for pool in cluster.pools):
            message = "Must define at least one system pool."
            raise errors.refused("BadRequest", message, "agentPoolProfiles", "EmuNoSystemPool")
        if credentials is not None:
            check(windows.RULES, credentials)
        check(network.RULES, cluster)
        for pool in cluster.pools:
            self._pool(cluster, pool, fit=True)
        check(addresses.RULES, self._addresses(cluster))

    def update(self, live: Cluster, wanted: Cluster, credentials: windows.Credentials | None) -> None:
        """Accept a change of a live cluster.

        Raises:
            ArmFaultError: 400 of the first broken rule.
        """
        if wanted.version != live.version and not versions.offered(wanted.kubernetes_version):
            message = f"Kubernetes version {wanted.kubernetes_version} is not supported."
            raise errors.refused("BadRequest", message, "kubernetesVersion", "EmuVersionNotSupported")
        if credentials is not None:
            check(windows.RULES, credentials)
        change = changes.Change(live, wanted)
        check(changes.RULES, change)
        check(network.RULES, wanted)
        for before, pool in zip(live.pools, wanted.pools, strict=True):
            if change.reimages or pool != before:
                self._pool(wanted, pool, fit=change.reimages)
        if change.reimages or live.pools != wanted.pools:
            check(addresses.RULES, self._addresses(wanted))

    def pool(self, cluster: Cluster, pool: Pool, *, new: bool) -> None:
        """Accept a new or changed pool.

        Args:
            cluster: the cluster, without the pool.
            pool: the pool as wanted.
            new: whether it joins.

        Raises:
            ArmFaultError: 400 of the first broken rule.
        """
        full = replace(cluster, pools=(*cluster.pools, pool))
        self._pool(full, pool, fit=new)
        check(network.RULES, full)
        check(addresses.RULES, self._addresses(full))

    def _pool(self, cluster: Cluster, pool: Pool, *, fit: bool) -> None:
        feature = Features(self._context).effective(*_PREVIEW)
        subject = pools.PoolInCluster(cluster, pool, feature)
        check(pools.SHAPE, subject)
        if fit:
            check(pools.FIT, subject)

    def _addresses(self, cluster: Cluster) -> addresses.Addresses:
        subnets: dict[str, IPv4Network] = {}
        spaces: list[IPv4Network] = []
        named = {item for pool in cluster.pools for item in (pool.subnet, pool.pod_subnet) if item}
        for subnet_id in sorted(named):
            subnet = self._context.store.get(subnet_id)
            if subnet is None:
                continue
            first = addresses.network(next(iter(prefixes(subnet.properties)), ""))
            if first is not None:
                subnets[key_of(subnet_id)] = first
            spaces += self._spaces(key_of(subnet_id).partition("/subnets/")[0])
        return addresses.Addresses(cluster, subnets, tuple(spaces))

    def _spaces(self, network_key: str) -> list[IPv4Network]:
        found = self._context.store.get(network_key)
        listed = found.properties.get("addressSpace", {}).get("addressPrefixes", []) if found else []
        parsed = (addresses.network(prefix) for prefix in listed)
        return [item for item in parsed if item is not None]
