"""Typed settings of a stack, and the program that turns them into components."""

from aksnetpol_stacks.errors import SettingsError
from aksnetpol_stacks.load import LoadedSettings, load, load_file
from aksnetpol_stacks.settings import (
    ClusterSettings,
    DemoSettings,
    NodePoolSettings,
    PoliciesSettings,
    StackSettings,
)

__all__ = [
    "ClusterSettings",
    "DemoSettings",
    "LoadedSettings",
    "NodePoolSettings",
    "PoliciesSettings",
    "SettingsError",
    "StackSettings",
    "load",
    "load_file",
]
