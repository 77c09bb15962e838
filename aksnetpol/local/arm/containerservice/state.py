"""State of managed clusters: create, change, delete, start, stop, abort."""

import uuid
from dataclasses import dataclass, replace

from aksnetpol.local.arm.containerservice import defaults, errors, secret, versions
from aksnetpol.local.arm.containerservice.document import backfilled, normal, section
from aksnetpol.local.arm.containerservice.machine import CLUSTER_TYPE, POOL_TYPE
from aksnetpol.local.arm.containerservice.rules.changes import IMMUTABLE, IMMUTABLE_POOL, Change, check_fixed
from aksnetpol.local.arm.containerservice.rules.windows import Credentials
from aksnetpol.local.arm.containerservice.validation import Validation
from aksnetpol.local.arm.containerservice.view import Cluster, cluster_view, pool_view
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.operations import Operation, Plan
from aksnetpol.local.arm.store import Json, Resource
from aksnetpol.local.arm.subscriptions.rules import normal_location

NAMESPACE = "Microsoft.ContainerService"
_PASSWORD = "windowsPassword"
# Seconds in Azure, in round figures.
_CREATE, _UPDATE, _REIMAGE, _DELETE, _POWER, _ABORT = 240.0, 60.0, 600.0, 180.0, 120.0, 20.0


@dataclass(frozen=True)
class Changed:
    """A resource, the operation that changes it, and whether it is new."""

    resource: Resource
    operation: Operation
    new: bool = False


class Clusters:
    """Managed clusters.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._validation = Validation(context)

    def put(self, cluster_id: str, body: Json, if_match: str | None) -> Changed:
        """Create a cluster, or change it: what the body leaves out keeps its value.

        Raises:
            ArmFaultError: 400 of the first broken rule, 409 while an operation runs.
        """
        sent = normal(body)
        password = secret.take(section(sent, "properties"))
        live = self._store.get(cluster_id)
        if live is None:
            return self._create(cluster_id, sent, password)
        self.require_idle(live)
        _match(live, if_match)
        return self._update(live, sent, password)

    def patch(self, live: Resource, body: Json) -> Changed:
        """Change tags, or, as azure-native sends it (crud.go), a whole body.

        Raises:
            ArmFaultError: as `put`.
        """
        if "properties" in body or "identity" in body:
            return self.put(live.id, {"location": live.body["location"], **body}, None)
        self.require_idle(live)
        changed = replace(live, body={**live.body, "tags": body.get("tags") or {}, "eTag": str(uuid.uuid4())})
        self._store.put(changed)
        return Changed(changed, self.begin(changed, "Updating", _UPDATE))

    def delete(self, live: Resource) -> Operation:
        """Start the deletion; an operation that runs is pre-empted (azure-powershell#23812)."""
        for running in self._context.operations.running(live.id):
            newer = "The operation was pre-empted by the deletion of the managed cluster."
            self._context.operations.cancel(running, ("NotLatestOperation", newer))
        return self.begin(live, "Deleting", _DELETE, work="stop-clusters", pools=True, removes=True)

    def power(self, live: Resource, *, running: bool) -> Operation:
        """Start or stop the cluster."""
        self.require_idle(live)
        code = {"code": "Running" if running else "Stopped"}
        for item in (live, *self.pools(live)):
            properties = {**item.properties, "powerState": code}
            self._store.put(replace(item, body={**item.body, "properties": properties}))
        work = "start-cluster" if running else "reconcile-cluster"
        return self.begin(live, "Starting" if running else "Stopping", _POWER, work=work, pools=True)

    def abort(self, live: Resource) -> Operation:
        """Cancel the operation that runs on a cluster or on a pool.

        Raises:
            ArmFaultError: 409 where none runs.
        """
        running = [item for item in self._context.operations.running(live.id) if item.root == live.key]
        if not running:
            raise errors.nothing_to_abort(live.name)
        for operation in running:
            self._context.operations.cancel(operation)
        return self.begin(live, "Canceling", _ABORT, final="Canceled", beside=())

    def pools(self, cluster: Resource) -> list[Resource]:
        """Return the agent pools of a cluster."""
        return self._store.below(cluster.id, POOL_TYPE)

    def document(self, cluster: Resource) -> Json:
        """Return a cluster as GET shows it: with all its pools."""
        profiles = [{"name": pool.name, **pool.properties} for pool in self.pools(cluster)]
        document = cluster.document()
        return {**document, "properties": {**cluster.properties, "agentPoolProfiles": profiles}}

    def view(self, cluster: Resource) -> Cluster:
        """Return a cluster as the rules see it."""
        views = tuple(pool_view(pool.name, pool.properties) for pool in self.pools(cluster))
        return cluster_view(cluster.name, cluster.properties, views)

    def require_idle(self, cluster: Resource) -> None:
        """Accept that no operation runs on a cluster or its pools.

        Raises:
            ArmFaultError: 409 OperationNotAllowed.
        """
        running = self._context.operations.running(cluster.id)
        if running:
            raise errors.busy(running[0])

    def begin(
        self,
        resource: Resource,
        state: str,
        seconds: float,
        *,
        work: str = "",
        pools: bool = False,
        removes: bool = False,
        final: str = "Succeeded",
        beside: tuple[str, ...] = (),
    ) -> Operation:
        """Begin an operation on a cluster or a pool, and the work that belongs to it."""
        touched = [resource.id, *(pool.id for pool in self.pools(resource) if pools)]
        cluster = self._store.get(resource.key.partition("/agentpools/")[0]) or resource
        plan = Plan(
            name=state,
            state=state,
            root=resource.id,
            provider=NAMESPACE,
            location=cluster.body["location"],
            subscription=self._context.identity.subscription_id,
            seconds=seconds,
            touched=tuple(touched),
            beside=beside,
            removes=removes,
            final=final,
            work=work,
        )
        operation = self._context.operations.begin(plan)
        self._context.workers.submit(operation)
        return operation

    def _create(self, cluster_id: str, sent: Json, password: str | None) -> Changed:
        segments = cluster_id.strip("/").split("/")
        place = defaults.Place(segments[1], segments[3], normal_location(sent["location"]), segments[7])
        properties = section(sent, "properties")
        profiles = _profiles(properties)
        body = defaults.cluster({**sent, "properties": properties}, place, self._context.identity.tenant_id)
        filled = section(body, "properties")
        network, version = filled["networkProfile"], filled["kubernetesVersion"]
        # AKS spells the group's segment of its ids in lower case (aks-facts, section 1).
        own_id = f"/subscriptions/{place.subscription}/resourcegroups/{place.group}/providers/{NAMESPACE}"
        cluster = Resource(f"{own_id}/managedClusters/{place.name}", CLUSTER_TYPE, body)
        pools = [_pool_resource(cluster.id, profile, network, version) for profile in profiles]
        views = tuple(pool_view(pool.name, pool.properties) for pool in pools)
        credentials = _credentials(filled, password or "")
        self._validation.create(cluster_view(place.name, filled, views), credentials)
        if credentials is not None:
            filled["windowsProfile"].setdefault("enableCSIProxy", True)
            cluster = replace(cluster, private={_PASSWORD: secret.hashed(password or "")})
        for resource in (cluster, *pools):
            self._store.put(resource)
        return Changed(
            cluster, self.begin(cluster, "Creating", _CREATE, work="start-cluster", pools=True), True
        )

    def _update(self, live: Resource, sent: Json, password: str | None) -> Changed:
        properties = section(sent, "properties")
        profiles = _profiles(properties)
        wanted = backfilled(properties, live.properties)
        wanted["networkProfile"] = defaults.derived(wanted["networkProfile"])
        wanted["currentKubernetesVersion"] = _current(wanted, live)
        check_fixed(live.properties, wanted, IMMUTABLE)
        pools = self._changed_pools(live, profiles)
        views = tuple(pool_view(pool.name, pool.properties) for pool in pools)
        before, after = self.view(live), cluster_view(live.name, wanted, views)
        renewed = password is not None and not secret.same(password, live.private.get(_PASSWORD, ":"))
        credentials = _credentials(wanted, password if renewed else None)
        self._validation.update(before, after, credentials if renewed else None)
        reimages = Change(before, after).reimages
        for pool in pools:
            windows = renewed and pool.properties["osType"] == "Windows"
            self._store.put(reimaged(pool) if reimages or windows else pool)
        private = {_PASSWORD: secret.hashed(password)} if renewed and password else live.private
        changed = replace(live, body=self._body(live, sent, wanted), private=private)
        self._store.put(changed)
        state = "Upgrading" if before.version != after.version else "Updating"
        whole = reimages or renewed or state == "Upgrading"
        seconds = _REIMAGE if whole else _UPDATE
        touches_pools = whole or before.pools != after.pools
        return Changed(
            changed, self.begin(changed, state, seconds, work="reconcile-cluster", pools=touches_pools)
        )

    def _body(self, live: Resource, sent: Json, wanted: Json) -> Json:
        body: Json = {**live.body, "eTag": str(uuid.uuid4()), "properties": wanted}
        if "tags" in sent:
            body["tags"] = sent["tags"]
        if "sku" in sent:
            body["sku"] = {**section(live.body, "sku"), **section(sent, "sku")}
        if "identity" in sent:
            tenant = self._context.identity.tenant_id
            body["identity"] = defaults.identity(
                section(sent, "identity"), tenant, section(live.body, "identity")
            )
        return body

    def _changed_pools(self, live: Resource, profiles: list[Json]) -> list[Resource]:
        pools = {pool.name: pool for pool in self.pools(live)}
        for profile in profiles:
            known = pools.get(profile.get("name", ""))
            if known is None:
                raise errors.new_pool()
            changes = {key: value for key, value in profile.items() if key != "name"}
            properties = backfilled(changes, known.properties)
            check_fixed(known.properties, properties, IMMUTABLE_POOL)
            pools[known.name] = replace(known, body={**known.body, "properties": properties})
        return list(pools.values())


def reimaged(pool: Resource) -> Resource:
    """Return a pool whose nodes get a fresh image."""
    present = pool.properties["nodeImageVersion"]
    image = defaults.image(pool.properties["osSKU"], int(present.rpartition(".")[2]) + 1)
    return replace(pool, body={**pool.body, "properties": {**pool.properties, "nodeImageVersion": image}})


def _match(live: Resource, if_match: str | None) -> None:
    if if_match not in (None, "*") and if_match.strip('"') != live.body["eTag"]:
        raise errors.etag_mismatch()


def _profiles(properties: Json) -> list[Json]:
    """Take the inline pools out of a request's properties."""
    profiles = properties.pop("agentPoolProfiles", None) or []
    if not isinstance(profiles, list) or not all(isinstance(item, dict) for item in profiles):
        raise errors.malformed("agentPoolProfiles", "a list of objects")
    return profiles


def _pool_resource(cluster_id: str, profile: Json, network: Json, version: str) -> Resource:
    sent = {key: value for key, value in profile.items() if key not in ("name", "id")}
    if sent.get("enableAutoScaling") is True and "count" not in sent:
        raise errors.count_missing()
    name = profile.get("name") or ""
    body = {"properties": {"mode": "User", **defaults.pool(sent, network, version)}}
    return Resource(f"{cluster_id}/agentPools/{name}", POOL_TYPE, body)


def _credentials(properties: Json, password: str | None) -> Credentials | None:
    if "windowsProfile" not in properties:
        return None
    return Credentials(section(properties, "windowsProfile").get("adminUsername", ""), password)


def _current(wanted: Json, live: Resource) -> str:
    version = wanted["kubernetesVersion"]
    same = version == live.properties["kubernetesVersion"]
    if same or not versions.offered(version):
        return live.properties["currentKubernetesVersion"]
    return versions.full(version)
