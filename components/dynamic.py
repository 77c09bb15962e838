"""What the dynamic providers of this package share.

Each provider class lives in an importable module of the installed package, so that Pulumi pickles a
reference to it and never code; none holds state or secrets.
"""

import logging

import pulumi.dynamic

from aksnetpol.azure import ArmClient


class Provider(pulumi.dynamic.ResourceProvider):
    """A dynamic provider whose errors are one message, not a traceback."""

    serialize_as_secret_always = False  # a class reference; secret would hide it in every plan

    def configure(self, req: pulumi.dynamic.ConfigureRequest) -> None:
        """Silence gRPC's log of exceptions: the engine already shows the message to the user."""
        logging.getLogger("grpc").addHandler(logging.NullHandler())
        logging.getLogger("grpc").propagate = False


def arm_client() -> ArmClient:
    """Return a client of Azure Resource Manager for the credentials of the environment."""
    return ArmClient()
