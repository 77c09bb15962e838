"""Routes of the cloud's metadata and of the login endpoint."""

from aksnetpol.local.arm.http import Answer, Call, Route
from aksnetpol.local.arm.login.errors import TokenRefusalError
from aksnetpol.local.arm.login.state import Tokens
from aksnetpol.local.arm.store import Json


def routes(tokens: Tokens) -> list[Route]:
    """Return the public routes: no token, no api-version needed."""

    def token(call: Call) -> Answer:
        try:
            return Answer(200, tokens.issue(call.params["tenant"], call.form, call.base))
        except TokenRefusalError as refusal:
            return Answer(refusal.status, refusal.body(tokens.clock))

    def keys(_: Call) -> Answer:
        return Answer(200, tokens.keys())

    openid = "/.well-known/openid-configuration"
    return [
        Route("GET", "/metadata/endpoints", _metadata, public=True),
        Route("GET", f"/{{tenant}}/v2.0{openid}", _openid, public=True),
        Route("GET", f"/{{tenant}}{openid}", _openid, public=True),
        Route("GET", "/{tenant}/discovery/v2.0/keys", keys, public=True),
        Route("POST", "/{tenant}/oauth2/v2.0/token", token, public=True),
        Route("POST", "/{tenant}/oauth2/token", token, public=True),
    ]


def _metadata(call: Call) -> Answer:
    """One object, not a list, as api-version 2022-09-01 answers (pulumi-azure-native, cloud/metadata)."""
    return Answer(
        200,
        {
            "name": "AksnetpolLocal",
            "resourceManager": call.base,
            "portal": call.base,
            "authentication": {
                "loginEndpoint": call.base,
                "audiences": [call.base],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "suffixes": {},
        },
    )


def _openid(call: Call) -> Answer:
    root = f"{call.base}/{call.params['tenant']}"
    body: Json = {
        "issuer": f"{root}/v2.0",
        "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
        "token_endpoint": f"{root}/oauth2/v2.0/token",
        "jwks_uri": f"{root}/discovery/v2.0/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    return Answer(200, body)
