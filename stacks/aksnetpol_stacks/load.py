"""Loads a stack's settings for the program (from Pulumi's config) and for the CLI (from the file)."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.config import CONFIG

from aksnetpol.findings import Finding
from aksnetpol.project import ProjectError, find_project
from aksnetpol_stacks.errors import SettingsError
from aksnetpol_stacks.parse import Parsed, parse
from aksnetpol_stacks.settings import StackSettings

if TYPE_CHECKING:
    from aksnetpol_stacks.file import StackFile

_SECTIONS = ("cluster", "demo", "policies")
_PASSWORD = "windowsAdminPassword"


@dataclass(frozen=True)
class LoadedSettings:
    """Settings that AKS would accept, and what to know about them."""

    settings: StackSettings
    warnings: tuple[Finding, ...]


def load_file(path: Path, today: date) -> LoadedSettings:
    """Load a stack's file; encrypted values in it are not looked at.

    Raises:
        SettingsError: with every error and its file and line.
    """
    from aksnetpol_stacks.file import read_stack_file

    file = read_stack_file(path)
    return _accepted(parse(file.data, today), file.locate)


def load(config: pulumi.Config, today: date, folder: Path | None = None) -> LoadedSettings:
    """Load the settings of the running Pulumi program.

    Args:
        config: of our namespace, `pulumi.Config("aksnetpol")`, whatever the project is called.
        today: the day to measure retirements from.
        folder: of the project or below it, for locations in messages; the working directory by default.

    Raises:
        SettingsError: with every error.
    """
    values: dict[str, Any] = {key: config.get_object(key) for key in _SECTIONS}
    # Config.get warns about secrets in the log; the value is only measured here and stays a SecretStr.
    values[_PASSWORD] = pulumi.runtime.get_config(config.full_key(_PASSWORD))
    given = {key: value for key, value in values.items() if value is not None}
    given |= {key: None for key in _names(config) if key not in values}
    return _accepted(parse(given, today), _locator(folder or Path.cwd()))


def _names(config: pulumi.Config) -> tuple[str, ...]:
    """Every key that the stack sets in our namespace; unknown ones are refused, never ignored."""
    prefix = f"{config.name}:"
    # A host hands the program its configuration in PULUMI_CONFIG, or sets it in the process.
    given = {**pulumi.runtime.get_config_env(), **CONFIG.get()}
    return tuple(key.removeprefix(prefix) for key in given if key.startswith(prefix))


def _locator(folder: Path) -> Callable[[Finding], Finding]:
    @functools.cache
    def file() -> "StackFile | None":
        # Read when there is something to locate: its parser takes a tenth of a second to import.
        from aksnetpol_stacks.file import read_stack_file

        try:
            return read_stack_file(find_project(folder).stack_file(pulumi.get_stack()))
        except (ProjectError, SettingsError):
            return None  # the settings come from elsewhere: `pulumi --config-file`, or the Automation API

    def locate(finding: Finding) -> Finding:
        found = file()
        return found.locate(finding) if found else finding

    return locate


def _accepted(parsed: Parsed, locate: Callable[[Finding], Finding]) -> LoadedSettings:
    if parsed.settings is None or parsed.errors:
        raise SettingsError([locate(finding) for finding in parsed.errors])
    return LoadedSettings(parsed.settings, tuple(locate(finding) for finding in parsed.warnings))
