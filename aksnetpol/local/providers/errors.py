"""What a stand-in plugin refuses."""

from aksnetpol.errors import AksnetpolError


class ProviderError(AksnetpolError):
    """A resource cannot be planned or made; the message is what the engine shows."""
