"""What can go wrong while a tool is looked for, downloaded or built."""

from aksnetpol.errors import AksnetpolError, UserError


class ToolchainError(AksnetpolError):
    """A tool could not be had; the message says which one and how to get it by hand."""


class UnknownToolError(UserError):
    """The table of tools has no such name."""


class BuildError(ToolchainError):
    """Go could not build a module; the message ends with what Go said."""


class GoMissingError(ToolchainError):
    """No Go is on PATH and none could be installed from PyPI."""


class ReleaseError(ToolchainError):
    """An official download is not what it should be."""
