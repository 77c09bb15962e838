"""What cannot be planned for."""

from aksnetpol.errors import AksnetpolError


class MovesError(AksnetpolError):
    """Root of this package's errors."""


class LiveDocumentError(MovesError):
    """What Azure answers of a cluster is not what the planner knows."""
