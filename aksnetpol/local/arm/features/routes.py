"""Routes of preview features: the legacy ones of az, the new ones of azure-native."""

from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.features.state import Features
from aksnetpol.local.arm.http import Answer, Call, Route

_ROOT = "/subscriptions/{subscription}/providers/Microsoft.Features"


def routes(context: Context) -> list[Route]:
    """Return the routes."""
    return [*_legacy(Features(context)), *_registrations(Features(context))]


def _legacy(features: Features) -> list[Route]:
    def show(call: Call) -> Answer:
        return Answer(200, features.legacy(call.params["namespace"], call.params["feature"]))

    def register(call: Call) -> Answer:
        features.register(call.params["namespace"], call.params["feature"])
        return show(call)

    def unregister(call: Call) -> Answer:
        features.unregister(call.params["namespace"], call.params["feature"])
        return show(call)

    def of_provider(call: Call) -> Answer:
        return Answer(200, {"value": features.every(call.params["namespace"].lower())})

    several = f"{_ROOT}/providers/{{namespace}}/features"
    one = f"{several}/{{feature}}"
    return [
        Route("GET", f"{_ROOT}/features", lambda _: Answer(200, {"value": features.every()})),
        Route("GET", several, of_provider),
        Route("GET", one, show),
        Route("POST", f"{one}/register", register),
        Route("POST", f"{one}/unregister", unregister),
    ]


def _registrations(features: Features) -> list[Route]:
    def show(call: Call) -> Answer:
        return Answer(200, features.registration(call.params["namespace"], call.params["feature"]))

    def put(call: Call) -> Answer:
        features.register(call.params["namespace"], call.params["feature"])
        return show(call)

    def delete(call: Call) -> Answer:
        features.unregister(call.params["namespace"], call.params["feature"])
        return Answer(200)

    one = f"{_ROOT}/featureProviders/{{namespace}}/subscriptionFeatureRegistrations/{{feature}}"
    return [Route("PUT", one, put), Route("GET", one, show), Route("DELETE", one, delete)]
