"""Routes of tenants and subscriptions."""

from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.http import Answer, Call, Route, page
from aksnetpol.local.arm.store import Json
from aksnetpol.local.arm.subscriptions.state import Subscriptions


def routes(context: Context) -> list[Route]:
    """Return the routes."""
    state = Subscriptions(context.identity, context.settings.readable_subscriptions)

    def every(items: list[Json]) -> Answer:
        return Answer(200, {"value": items})

    def show(call: Call) -> Answer:
        return Answer(200, state.subscription(call.params["subscription"].lower()))

    def subscriptions(call: Call) -> Answer:
        return page(call, state.subscriptions(), context.settings.page_size)

    one = "/subscriptions/{subscription}"
    return [
        Route("GET", "/tenants", lambda _: every([state.tenant()])),
        Route("GET", "/subscriptions", subscriptions),
        Route("GET", one, show),
        Route("GET", f"{one}/locations", lambda call: every(state.locations(call.params["subscription"]))),
    ]
