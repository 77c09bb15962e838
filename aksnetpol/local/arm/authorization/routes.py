"""Routes of roles; the scope in front may be any resource id."""

from aksnetpol.local.arm.authorization.state import Roles
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.http import Answer, Call, Route, page

_ROOT = "/{scope:path}/providers/Microsoft.Authorization"


def routes(context: Context) -> list[Route]:
    """Return the routes."""
    roles = Roles(context)
    size = context.settings.page_size

    def put(call: Call) -> Answer:
        assignment, new = roles.put(call.params["scope"], call.params["name"], call.document())
        return Answer(201 if new else 200, assignment.document())

    def get(call: Call) -> Answer:
        return Answer(200, roles.find(call.params["scope"], call.params["name"]).document())

    def delete(call: Call) -> Answer:
        removed = roles.delete(call.params["scope"], call.params["name"])
        return Answer(200, removed.document()) if removed else Answer(204)

    def several(call: Call) -> Answer:
        return page(call, roles.visible(call.params["scope"], call.query.get("$filter", "")), size)

    def definitions(call: Call) -> Answer:
        return page(call, roles.definitions(call.params["scope"], call.query.get("$filter", "")), size)

    def definition(call: Call) -> Answer:
        return Answer(200, roles.definition(call.params["scope"], call.params["name"]))

    assignments, one = f"{_ROOT}/roleAssignments", f"{_ROOT}/roleAssignments/{{name}}"
    return [
        Route("GET", assignments, several),
        Route("PUT", one, put),
        Route("GET", one, get),
        Route("DELETE", one, delete),
        Route("GET", f"{_ROOT}/roleDefinitions", definitions),
        Route("GET", f"{_ROOT}/roleDefinitions/{{name}}", definition),
    ]
