"""Routes of managed identities."""

from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.http import Answer, Call, Route, found, page
from aksnetpol.local.arm.managedidentity.state import TYPE, Identities

_SUBSCRIPTION = "/subscriptions/{subscription}"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/{{group}}"
_ONE = f"{_GROUP}/providers/{TYPE}/{{name}}"


def routes(context: Context) -> list[Route]:
    """Return the routes."""
    identities = Identities(context)

    def put(call: Call) -> Answer:
        identity, new = identities.put(call.path.rstrip("/"), call.document())
        # Azure sends a relative Location here; azure-native repairs it (client_azcore.go).
        return Answer(201 if new else 200, identity.document(), {"Location": identity.id} if new else {})

    def get(call: Call) -> Answer:
        identity = found(identities.find(call.path), TYPE, call.params["name"], call.params["group"])
        return Answer(200, identity.document())

    def delete(call: Call) -> Answer:
        return Answer(200 if identities.delete(call.path) else 204)

    def several(call: Call) -> Answer:
        scope = call.path.lower().partition("/providers/")[0]
        return page(call, identities.below(scope), context.settings.page_size)

    return [
        Route("PUT", _ONE, put),
        Route("GET", _ONE, get),
        Route("DELETE", _ONE, delete),
        Route("GET", f"{_GROUP}/providers/{TYPE}", several),
        Route("GET", f"{_SUBSCRIPTION}/providers/{TYPE}", several),
    ]
