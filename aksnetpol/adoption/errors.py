"""Why a cluster cannot be adopted."""

from aksnetpol.errors import UserError


class AdoptionError(UserError):
    """The cluster, or what is in the way of its stack, must be changed first; nothing was written."""
