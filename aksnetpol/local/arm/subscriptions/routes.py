"""Routes of tenants and subscriptions."""

from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.http import Answer, Call, Route
from aksnetpol.local.arm.store import Json
from aksnetpol.local.arm.subscriptions.state import Subscriptions


def routes(context: Context) -> list[Route]:
    """Return the routes."""
    state = Subscriptions(context.identity)

    def every(items: list[Json]) -> Answer:
        return Answer(200, {"value": items})

    def show(_: Call) -> Answer:
        return Answer(200, state.subscription())

    one = "/subscriptions/{subscription}"
    return [
        Route("GET", "/tenants", lambda _: every([state.tenant()])),
        Route("GET", "/subscriptions", lambda _: every([state.subscription()])),
        Route("GET", one, show),
        Route("GET", f"{one}/locations", lambda _: every(state.locations())),
    ]
