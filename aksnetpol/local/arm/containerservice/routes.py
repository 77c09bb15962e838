"""Routes of managed clusters and agent pools."""

import base64

from aksnetpol.local.arm.containerservice import errors, versions
from aksnetpol.local.arm.containerservice.machine import CLUSTER_TYPE, POOL_TYPE, Machine
from aksnetpol.local.arm.containerservice.pools import Pools
from aksnetpol.local.arm.containerservice.state import NAMESPACE, Clusters
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.http import Answer, Call, Handler, Route, found, page, page_of, polling_headers
from aksnetpol.local.arm.operations import Operation
from aksnetpol.local.arm.store import Json, Resource

_SUBSCRIPTION = "/subscriptions/{subscription}"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/{{group}}"
_CLUSTERS = f"/providers/{NAMESPACE}/managedClusters"
_CLUSTER = f"{_GROUP}{_CLUSTERS}/{{cluster}}"
_POOL = f"{_CLUSTER}/agentPools/{{pool}}"


def routes(context: Context, machine: Machine) -> list[Route]:
    """Return the routes."""
    return [
        *_cluster_routes(context),
        *_action_routes(context),
        *_credential_routes(context, machine),
        *_pool_routes(context),
        Route(
            "GET",
            f"{_SUBSCRIPTION}/providers/{NAMESPACE}/locations/{{location}}/kubernetesVersions",
            lambda _: Answer(200, versions.listing()),
        ),
    ]


def _cluster_routes(context: Context) -> list[Route]:
    clusters = Clusters(context)

    def put(call: Call) -> Answer:
        path = call.path.rstrip("/")
        changed = clusters.put(path, call.document(), call.headers.get("if-match"))
        document = clusters.document(_cluster(context, call))
        headers = polling_headers(call, changed.operation, location=False)
        return Answer(201 if changed.new else 200, document, headers)

    def patch(call: Call) -> Answer:
        changed = clusters.patch(_cluster(context, call), call.document())
        headers = polling_headers(call, changed.operation, location=False)
        return Answer(200, clusters.document(_cluster(context, call)), headers)

    def delete(call: Call) -> Answer:
        live = context.store.get(call.path)
        return Answer(204) if live is None else _accepted(call, clusters.delete(live))

    def shown(cluster_id: str) -> Json:
        cluster = context.store.get(cluster_id)
        assert cluster is not None, "the request holds the state's lock"
        return clusters.document(cluster)

    def several(call: Call) -> Answer:
        scope = call.path.lower().partition("/providers/")[0]
        ids = context.store.ids_below(scope, CLUSTER_TYPE)
        return page_of(call, ids, context.settings.page_size, shown)

    return [
        Route("PUT", _CLUSTER, put),
        Route("PATCH", _CLUSTER, patch),
        Route("GET", _CLUSTER, lambda call: Answer(200, clusters.document(_cluster(context, call)))),
        Route("DELETE", _CLUSTER, delete),
        Route("GET", f"{_GROUP}{_CLUSTERS}", several),
        Route("GET", f"{_SUBSCRIPTION}{_CLUSTERS}", several),
    ]


def _action_routes(context: Context) -> list[Route]:
    clusters = Clusters(context)

    def power(*, running: bool) -> Handler:
        return lambda call: _accepted(call, clusters.power(_cluster(context, call), running=running))

    return [
        Route("POST", f"{_CLUSTER}/start", power(running=True)),
        Route("POST", f"{_CLUSTER}/stop", power(running=False)),
        Route(
            "POST", f"{_CLUSTER}/abort", lambda call: _accepted(call, clusters.abort(_cluster(context, call)))
        ),
        Route("POST", f"{_POOL}/abort", lambda call: _accepted(call, clusters.abort(_pool(context, call)))),
    ]


def _credential_routes(context: Context, machine: Machine) -> list[Route]:
    def credentials(*, admin: bool) -> Handler:
        def handler(call: Call) -> Answer:
            cluster = _cluster(context, call)
            if admin and cluster.properties.get("disableLocalAccounts") is True:
                message = (
                    "Getting static credential is not allowed because this cluster is set to disable local "
                    "accounts."
                )
                raise errors.refused("BadRequest", message)
            kubeconfig = machine.kubeconfig(cluster.id, admin=admin)
            value = base64.b64encode(kubeconfig.encode()).decode()
            return Answer(
                200, {"kubeconfigs": [{"name": f"cluster{'Admin' if admin else 'User'}", "value": value}]}
            )

        return handler

    return [
        Route("POST", f"{_CLUSTER}/listClusterUserCredential", credentials(admin=False), waits=True),
        Route("POST", f"{_CLUSTER}/listClusterAdminCredential", credentials(admin=True), waits=True),
    ]


def _pool_routes(context: Context) -> list[Route]:
    pools = Pools(context)

    def put(call: Call) -> Answer:
        cluster = _cluster(context, call)
        changed = pools.put(cluster, call.params["pool"], call.document(), call.headers.get("if-match"))
        headers = polling_headers(call, changed.operation, location=False)
        return Answer(201 if changed.new else 200, _pool(context, call).document(), headers)

    def delete(call: Call) -> Answer:
        cluster, pool = _cluster(context, call), context.store.get(call.path)
        return Answer(204) if pool is None else _accepted(call, pools.delete(cluster, pool))

    def several(call: Call) -> Answer:
        listed = [item.document() for item in context.store.below(_cluster(context, call).id, POOL_TYPE)]
        return page(call, listed, context.settings.page_size)

    def reimage(call: Call) -> Answer:
        changed = pools.reimage(_cluster(context, call), _pool(context, call))
        headers = polling_headers(call, changed.operation, location=True)
        return Answer(202, _pool(context, call).document(), headers)

    return [
        Route("PUT", _POOL, put),
        Route("GET", _POOL, lambda call: Answer(200, _pool(context, call).document())),
        Route("DELETE", _POOL, delete),
        Route("GET", f"{_CLUSTER}/agentPools", several),
        Route("POST", f"{_POOL}/upgradeNodeImageVersion", reimage),
    ]


def _cluster(context: Context, call: Call) -> Resource:
    name, group = call.params["cluster"], call.params["group"]
    path = f"/subscriptions/{call.params['subscription']}/resourceGroups/{group}{_CLUSTERS}/{name}"
    return found(context.store.get(path), f"{NAMESPACE}/managedClusters", name, group)


def _pool(context: Context, call: Call) -> Resource:
    cluster, name = _cluster(context, call), call.params["pool"]
    pool = context.store.get(f"{cluster.id}/agentPools/{name}")
    return found(pool, f"{NAMESPACE}/managedClusters/{cluster.name}/agentPools", name, call.params["group"])


def _accepted(call: Call, operation: Operation) -> Answer:
    return Answer(202, None, polling_headers(call, operation, location=True))
