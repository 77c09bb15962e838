"""What a stand-in plugin refuses."""

from aksnetpol.errors import AksnetpolError
from aksnetpol.local.providers.plugin import State


class ProviderError(AksnetpolError):
    """A resource cannot be planned or made; the message is what the engine shows."""


class PartialError(ProviderError):
    """A resource exists but is not as it should be; the engine keeps it, and updates it the next time.

    Args:
        state: the resource as it is; its inputs are those that were asked for.
    """

    def __init__(self, message: str, state: State) -> None:
        self.state = state
        super().__init__(message)
