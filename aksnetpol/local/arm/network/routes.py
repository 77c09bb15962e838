"""Routes of virtual networks, subnets and plain network resources."""

from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.http import Answer, Call, Route, found, page, polling_headers
from aksnetpol.local.arm.network.rules import PLAIN_TYPES
from aksnetpol.local.arm.network.state import SUBNET_TYPE, VNET_TYPE, Change, Networks

_SUBSCRIPTION = "/subscriptions/{subscription}"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/{{group}}"
_NETWORK = f"{_GROUP}/providers/{VNET_TYPE}/{{name}}"


def routes(context: Context) -> list[Route]:
    """Return the routes."""
    networks = Networks(context)
    size = context.settings.page_size
    table: list[Route] = []
    for resource_type in (VNET_TYPE, *PLAIN_TYPES):
        table += _resource_routes(networks, resource_type, size)
    subnet = f"{_NETWORK}/subnets/{{subnet}}"

    def put(call: Call) -> Answer:
        return _changed(call, networks, networks.put_subnet(call.path.rstrip("/"), call.document()))

    def subnets(call: Call) -> Answer:
        network = call.path.rstrip("/").rpartition("/")[0]
        return page(call, networks.below(network, SUBNET_TYPE), size)

    return [
        *table,
        Route("PUT", subnet, put),
        Route("GET", subnet, lambda call: _get(call, networks, SUBNET_TYPE, call.params["subnet"])),
        Route("DELETE", subnet, lambda call: _delete(call, networks)),
        Route("GET", f"{_NETWORK}/subnets", subnets),
    ]


def _resource_routes(networks: Networks, resource_type: str, size: int) -> list[Route]:
    one = f"{_GROUP}/providers/{resource_type}/{{name}}"

    def put(call: Call) -> Answer:
        path, body = call.path.rstrip("/"), call.document()
        if resource_type == VNET_TYPE:
            return _changed(call, networks, networks.put_network(path, body))
        return _changed(call, networks, networks.put_plain(path, resource_type, body))

    def several(call: Call) -> Answer:
        scope = call.path.lower().partition("/providers/")[0]
        return page(call, networks.below(scope, resource_type), size)

    return [
        Route("PUT", one, put),
        Route("GET", one, lambda call: _get(call, networks, resource_type, call.params["name"])),
        Route("DELETE", one, lambda call: _delete(call, networks)),
        Route("GET", f"{_GROUP}/providers/{resource_type}", several),
        Route("GET", f"{_SUBSCRIPTION}/providers/{resource_type}", several),
    ]


def _get(call: Call, networks: Networks, resource_type: str, name: str) -> Answer:
    resource = found(networks.find(call.path), resource_type, name, call.params["group"])
    return Answer(200, resource.document())


def _changed(call: Call, networks: Networks, change: Change) -> Answer:
    resource, operation, new = change
    shown = networks.find(resource.id) or resource
    return Answer(201 if new else 200, shown.document(), polling_headers(call, operation, location=False))


def _delete(call: Call, networks: Networks) -> Answer:
    operation = networks.delete(call.path)
    return Answer(202, None, polling_headers(call, operation, location=True)) if operation else Answer(204)
