"""The Pulumi engine and the stacks it drives."""

from aksnetpol.deploy.diagnostics import Diagnostic, diagnostic, worth_showing
from aksnetpol.deploy.engine import Engine, EngineCommand, engine_of, find_engine
from aksnetpol.deploy.errors import (
    DeployError,
    InterruptedDeployError,
    PassphraseError,
    StackLockedError,
)
from aksnetpol.deploy.preview import Preview, PropertyChange, Step
from aksnetpol.deploy.session import shell_environment
from aksnetpol.deploy.workspace import Output, StackWorkspace

__all__ = [
    "DeployError",
    "Diagnostic",
    "Engine",
    "EngineCommand",
    "InterruptedDeployError",
    "Output",
    "PassphraseError",
    "Preview",
    "PropertyChange",
    "StackLockedError",
    "StackWorkspace",
    "Step",
    "diagnostic",
    "engine_of",
    "find_engine",
    "shell_environment",
    "worth_showing",
]
