"""What the dynamic providers of this package share.

Each provider class lives in an importable module of the installed package, so that Pulumi pickles a
reference to it and never code; none holds state or secrets.
"""

import logging
from typing import TYPE_CHECKING, Any

import pulumi.dynamic

# The Azure client takes half a second to import. The program never calls Azure by it, so only the process
# of the dynamic providers pays, when it does.
if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient


# An input that makes a creation refuse what it would have to write: the cluster is being adopted.
ADOPTING = "adopting"


class Provider(pulumi.dynamic.ResourceProvider):
    """A dynamic provider whose errors are one message, not a traceback."""

    serialize_as_secret_always = False  # a class reference; secret would hide it in every plan

    def configure(self, req: pulumi.dynamic.ConfigureRequest) -> None:
        """See quiet_grpc."""
        quiet_grpc()


def quiet_grpc() -> None:
    """Silence gRPC's log of exceptions: the engine already shows the message to the user."""
    logging.getLogger("grpc").addHandler(logging.NullHandler())
    logging.getLogger("grpc").propagate = False


def arm_client() -> "ArmClient":
    """Return a client of Azure Resource Manager for the credentials of the environment."""
    from aksnetpol.azure import ArmClient

    return ArmClient()


def read(client: "ArmClient", path: str, api_version: str) -> dict[str, Any] | None:
    """Return what is at an ARM path, None where there is nothing.

    Raises:
        ArmError: any other refusal.
    """
    from aksnetpol.azure import ArmError

    try:
        return client.get(path, api_version).body
    except ArmError as error:
        if error.status == 404:
            return None
        raise
