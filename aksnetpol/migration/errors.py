"""Why a live cluster is not, or not left, as it is wanted."""

from aksnetpol.errors import AksnetpolError


class MigrationError(AksnetpolError):
    """A live cluster is not what is wanted; the message says how it is now and how to go on."""


class CalicoRunsError(AksnetpolError):
    """Calico still runs, and needs its custom resource definitions."""


class CalicoLeftError(AksnetpolError):
    """Something of Calico's does not go."""
