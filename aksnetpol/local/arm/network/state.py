"""State of virtual networks, their subnets, and plain network resources."""

import uuid
from dataclasses import replace

from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.network import errors, rules
from aksnetpol.local.arm.operations import Operation, Plan
from aksnetpol.local.arm.store import Json, Resource, key_of
from aksnetpol.local.arm.subscriptions.rules import normal_location

VNET_TYPE = "Microsoft.Network/virtualNetworks"
SUBNET_TYPE = "Microsoft.Network/virtualNetworks/subnets"
_POOL_TYPE = "Microsoft.ContainerService/managedClusters/agentPools"
# Seconds in Azure; a removal takes as long again.
_PUT_SECONDS = 5.0
_SUBNET_DEFAULTS = {
    "privateEndpointNetworkPolicies": "Disabled",
    "privateLinkServiceNetworkPolicies": "Enabled",
    "delegations": [],
}

Change = tuple[Resource, Operation, bool]


class Networks:
    """Virtual networks and what stands beside them.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store

    def put_network(self, network_id: str, body: Json) -> Change:
        """Create or update a virtual network; subnets that the body leaves out of a given list go."""
        self._require_idle(network_id)
        existing = self._store.get(network_id)
        sent = dict(body.get("properties", {}))
        inline: list[Json] | None = sent.pop("subnets", None)
        network = _written(existing, network_id, VNET_TYPE, {**body, "properties": sent})
        wanted = self._subnet_bodies(network) if inline is None else _by_name(inline)
        space = network.properties.get("addressSpace", {}).get("addressPrefixes", [])
        rules.check(network.name, space, {name: rules.prefixes(item) for name, item in wanted.items()})
        for gone in set(self._subnet_bodies(network)) - set(wanted):
            self._require_unused(f"{network.id}/subnets/{gone}")
            self._store.delete(f"{network.id}/subnets/{gone}")
        self._store.put(network)
        subnets = [self._put_subnet(f"{network.id}/subnets/{name}", item) for name, item in wanted.items()]
        touched = (network.id, *(subnet.id for subnet in subnets))
        return network, self._begin("Updating", network.id, touched, _PUT_SECONDS), existing is None

    def put_subnet(self, subnet_id: str, body: Json) -> Change:
        """Create or update one subnet of an existing network."""
        network = self.network_of(subnet_id)
        self._require_idle(network.id)
        wanted = self._subnet_bodies(network)
        name = next((item for item in wanted if item.lower() == subnet_id.rsplit("/", 1)[-1].lower()), None)
        sent = dict(body.get("properties", {}))
        wanted[name or subnet_id.rsplit("/", 1)[-1]] = sent
        space = network.properties.get("addressSpace", {}).get("addressPrefixes", [])
        rules.check(network.name, space, {key: rules.prefixes(item) for key, item in wanted.items()})
        subnet = self._put_subnet(subnet_id, sent)
        return subnet, self._begin("Updating", network.id, (subnet.id,), _PUT_SECONDS), name is None

    def put_plain(self, resource_id: str, resource_type: str, body: Json) -> Change:
        """Create or update a resource whose properties the emulator does not interpret."""
        self._require_idle(resource_id)
        existing, seconds = self._store.get(resource_id), rules.PLAIN_TYPES[resource_type].seconds
        resource = self._store.put(_written(existing, resource_id, resource_type, body))
        return resource, self._begin("Updating", resource.id, (resource.id,), seconds), existing is None

    def delete(self, resource_id: str) -> Operation | None:
        """Start the removal of a resource; None where there is none."""
        resource = self._store.get(resource_id)
        if resource is None:
            return None
        subnets = list(self._store.below(resource.id, SUBNET_TYPE)) or [resource]
        for subnet in subnets:
            self._require_unused(subnet.id)
        self._require_idle(resource.id.lower().partition("/subnets/")[0])
        plain = rules.PLAIN_TYPES.get(resource.type)
        seconds = 2 * (plain.seconds if plain else _PUT_SECONDS)
        return self._begin("Deleting", resource.id, (resource.id,), seconds, removes=True)

    def find(self, resource_id: str) -> Resource | None:
        """Return a resource or None; networks show their subnets."""
        resource = self._store.get(resource_id)
        return None if resource is None else self._shown(resource)

    def network_of(self, subnet_id: str) -> Resource:
        """Return the network of a subnet.

        Raises:
            ArmFaultError: 404 where it does not exist.
        """
        network_id = subnet_id[: subnet_id.lower().rindex("/subnets/")]
        network = self._store.get(network_id)
        if network is None:
            raise errors.parent_not_found(network_id)
        return network

    def below(self, scope: str, resource_type: str) -> list[Json]:
        """Return the resources of a type below a scope as ARM shows them."""
        return [self._shown(item).document() for item in self._store.below(scope, resource_type)]

    def _shown(self, resource: Resource) -> Resource:
        if resource.type != VNET_TYPE:
            return resource
        subnets = self.below(resource.id, SUBNET_TYPE)
        return replace(
            resource, body={**resource.body, "properties": {**resource.properties, "subnets": subnets}}
        )

    def _subnet_bodies(self, network: Resource) -> dict[str, Json]:
        return {item.name: item.properties for item in self._store.below(network.id, SUBNET_TYPE)}

    def _put_subnet(self, subnet_id: str, properties: Json) -> Resource:
        body = {"properties": {**_SUBNET_DEFAULTS, **properties}}
        return self._store.put(_written(self._store.get(subnet_id), subnet_id, SUBNET_TYPE, body))

    def _require_idle(self, resource_id: str) -> None:
        running = self._context.operations.running(resource_id)
        if running:
            raise errors.busy(running[0].id)

    def _require_unused(self, subnet_id: str) -> None:
        key = key_of(subnet_id)
        for pool in self._store.of_type(_POOL_TYPE):
            used = (pool.properties.get("vnetSubnetID"), pool.properties.get("podSubnetID"))
            if any(key == key_of(item) for item in used if item):
                raise errors.in_use(subnet_id.rsplit("/", 1)[-1], pool.id)

    def _begin(
        self, state: str, root: str, touched: tuple[str, ...], seconds: float, *, removes: bool = False
    ) -> Operation:
        resource = self._store.get(root)
        location = resource.body.get("location", "global") if resource else "global"
        provider = resource.type.partition("/")[0] if resource else "Microsoft.Network"
        subscription = self._context.identity.subscription_id
        plan = Plan(state, state, root, provider, location, subscription, seconds, touched, removes=removes)
        return self._context.operations.begin(plan)


def _written(existing: Resource | None, resource_id: str, resource_type: str, body: Json) -> Resource:
    """Return the resource that a PUT makes: PUT replaces, but what the service made stays."""
    known = existing or Resource(resource_id, resource_type, {})
    fresh: Json = {key: value for key, value in body.items() if key not in ("id", "name", "type", "etag")}
    if "location" in fresh:
        fresh["location"] = normal_location(fresh["location"])
    properties = dict(fresh.get("properties") or {})
    properties["provisioningState"] = known.properties.get("provisioningState", "Updating")
    if resource_type != SUBNET_TYPE:
        plain = rules.PLAIN_TYPES.get(resource_type)
        guid = plain.guid if plain else "resourceGuid"
        properties[guid] = known.properties.get(guid, str(uuid.uuid4()))
    return replace(known, body={**fresh, "etag": f'W/"{uuid.uuid4()}"', "properties": properties})


def _by_name(subnets: list[Json]) -> dict[str, Json]:
    return {item["name"]: dict(item.get("properties") or {}) for item in subnets}
