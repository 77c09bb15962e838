"""Typed settings of a stack."""

from stacks.errors import Located, SettingsError
from stacks.load import LoadedSettings, load, load_file
from stacks.settings import ClusterSettings, DemoSettings, NodePoolSettings, PoliciesSettings, StackSettings

__all__ = [
    "ClusterSettings",
    "DemoSettings",
    "LoadedSettings",
    "Located",
    "NodePoolSettings",
    "PoliciesSettings",
    "SettingsError",
    "StackSettings",
    "load",
    "load_file",
]
