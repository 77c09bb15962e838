"""What can go wrong while a stack is driven."""

from aksnetpol.errors import AksnetpolError, UserError


class DeployError(AksnetpolError):
    """The engine could not do what was asked."""


class ProjectError(UserError):
    """The project or its stack files cannot be used as they are."""


class UnknownStackError(UserError):
    """No such stack, neither in the backend nor as a file of the project."""


class PassphraseError(UserError):
    """The backend keeps secrets by a passphrase, which is missing or wrong."""


class StackLockedError(DeployError):
    """Another process works on the stack."""


class InterruptedDeployError(DeployError):
    """The user interrupted the engine, which ended in order."""

    exit_code = 130
