"""Stand-ins for the azure-native and kubernetes plugins, which package registries do not hold."""

from aksnetpol.local.providers.server import ProviderServers

__all__ = ["ProviderServers"]
