"""What can go wrong while a stack is driven."""

from aksnetpol.errors import AksnetpolError, UserError


class DeployError(AksnetpolError):
    """The engine could not do what was asked."""


class PassphraseError(UserError):
    """The backend keeps secrets by a passphrase, which is missing or wrong."""


class StackLockedError(DeployError):
    """Another process works on the stack."""


class InterruptedDeployError(DeployError):
    """The user interrupted the engine, which ended in order."""

    exit_code = 130
