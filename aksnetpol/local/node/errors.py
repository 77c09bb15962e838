"""What can go wrong on a local cluster's nodes."""

from aksnetpol.local.errors import LocalError


class NodeError(LocalError):
    """The node agent could not do what the cluster asks."""


class CommandError(NodeError):
    """A command of the system that the node agent needs failed.

    Args:
        command: its name and first arguments.
        said: its standard error.
    """

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"{command} failed: {said.strip() or 'it said nothing'}")
