"""Routes of resource groups, provider registration, resource lists and the status of operations."""

from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.errors import ArmFaultError
from aksnetpol.local.arm.http import Answer, Call, Route, page
from aksnetpol.local.arm.operations import FAILED, IN_PROGRESS, Operation
from aksnetpol.local.arm.resources.state import Groups, Providers

_SUBSCRIPTION = "/subscriptions/{subscription}"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/{{group}}"


def routes(context: Context) -> list[Route]:
    """Return the routes of this service."""
    return [*_group_routes(context), *_provider_routes(context), *_operation_routes(context)]


def _group_routes(context: Context) -> list[Route]:
    groups = Groups(context)
    size = context.settings.page_size

    def put(call: Call) -> Answer:
        group, new = groups.put(call.params["group"], call.document())
        return Answer(201 if new else 200, group.document())

    def delete(call: Call) -> Answer:
        operation = groups.delete(call.params["group"])
        path = f"/subscriptions/{operation.subscription}/operationresults/{operation.id}"
        return Answer(202, None, {"Location": f"{call.base}{path}?api-version={call.api_version}"})

    def contents(call: Call) -> Answer:
        scope = call.path.strip("/").rpartition("/")[0]
        return page(call, groups.contents(scope, call.query.get("$filter", "")), size)

    def exists(call: Call) -> Answer:
        return Answer(204 if groups.find(call.params["group"]) else 404)

    return [
        Route("GET", f"{_SUBSCRIPTION}/resourceGroups", lambda call: page(call, groups.every(), size)),
        Route("PUT", _GROUP, put),
        Route("GET", _GROUP, lambda call: Answer(200, groups.get(call.params["group"]).document())),
        Route("HEAD", _GROUP, exists),
        Route(
            "PATCH",
            _GROUP,
            lambda call: Answer(200, groups.patch(call.params["group"], call.document()).document()),
        ),
        Route("DELETE", _GROUP, delete),
        Route("GET", f"{_GROUP}/resources", contents),
        Route("GET", f"{_SUBSCRIPTION}/resources", contents),
    ]


def _provider_routes(context: Context) -> list[Route]:
    providers = Providers(context)
    one = f"{_SUBSCRIPTION}/providers/{{namespace}}"

    return [
        Route("GET", f"{_SUBSCRIPTION}/providers", lambda _: Answer(200, {"value": providers.every()})),
        Route("GET", one, lambda call: Answer(200, providers.get(call.params["namespace"]))),
        Route(
            "POST", f"{one}/register", lambda call: Answer(200, providers.register(call.params["namespace"]))
        ),
        Route(
            "POST",
            f"{one}/unregister",
            lambda call: Answer(200, providers.unregister(call.params["namespace"])),
        ),
    ]


def _operation_routes(context: Context) -> list[Route]:
    def find(call: Call) -> Operation:
        operation = context.operations.get(call.params["operation"])
        if operation is None:
            message = f"The entity was not found: operation '{call.params['operation']}'."
            raise ArmFaultError(404, "NotFound", message)
        return operation

    def status(call: Call) -> Answer:
        return Answer(200, {"id": call.path, **find(call).document()})

    def result(call: Call) -> Answer:
        operation = find(call)
        if operation.status == IN_PROGRESS:
            return Answer(202, None, {"Location": f"{call.base}{call.path}?api-version={call.api_version}"})
        if operation.status == FAILED and operation.error is not None:
            raise ArmFaultError(409, *operation.error)
        return Answer(200 if operation.provider == "Microsoft.Resources" else 204)

    place = f"{_SUBSCRIPTION}/providers/{{namespace}}/locations/{{location}}"
    return [
        Route("GET", f"{place}/operations/{{operation}}", status),
        Route("GET", f"{place}/operationresults/{{operation}}", result),
        Route("GET", f"{_SUBSCRIPTION}/operationresults/{{operation}}", result),
    ]
