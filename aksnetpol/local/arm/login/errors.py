"""Refusals of the token endpoint and of bearer tokens."""

from aksnetpol.local.arm.clock import Clock, timestamp
from aksnetpol.local.arm.errors import ArmFaultError
from aksnetpol.local.arm.store import Json


class TokenRefusalError(Exception):
    """An OAuth error answer; Entra's envelope is not ARM's.

    Args:
        status: HTTP status.
        error: OAuth error code.
        number: AADSTS number.
        text: what follows it.
    """

    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(f"AADSTS{number}: {text}")
        self.status = status
        self.error = error
        self.number = number

    def body(self, clock: Clock) -> Json:
        """Return the JSON body."""
        return {
            "error": self.error,
            "error_description": str(self),
            "error_codes": [self.number],
            "timestamp": timestamp(clock.now()),
        }


def unknown_tenant(tenant: str) -> TokenRefusalError:
    """Return the refusal of a tenant that is not ours."""
    text = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
    return TokenRefusalError(400, "invalid_request", 90002, text)


def unknown_client(client: str, tenant: str) -> TokenRefusalError:
    """Return the refusal of a client id that is not ours."""
    text = f"Application with identifier '{client}' was not found in the directory '{tenant}'."
    return TokenRefusalError(400, "unauthorized_client", 700016, text)


def wrong_secret(client: str) -> TokenRefusalError:
    """Return the refusal of a client secret; it never repeats what was sent."""
    text = (
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
        f"value, not the client secret ID, for a secret added to app '{client}'."
    )
    return TokenRefusalError(401, "invalid_client", 7000215, text)


def unsupported_grant(grant: str) -> TokenRefusalError:
    """Return the refusal of any grant but client credentials."""
    text = f"The app requested an unsupported grant type '{grant}'."
    return TokenRefusalError(400, "unsupported_grant_type", 70003, text)


def unauthenticated(code: str, message: str, base: str, tenant: str) -> ArmFaultError:
    """Return ARM's 401 with its challenge."""
    challenge = (
        f'Bearer authorization_uri="{base}/{tenant}", error="invalid_token", error_description="{message}"'
    )
    return ArmFaultError(401, code, message, headers={"WWW-Authenticate": challenge})
