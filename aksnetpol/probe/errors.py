"""What can go wrong while a cluster is probed."""

from aksnetpol.errors import AksnetpolError


class ProbeError(AksnetpolError):
    """A cluster cannot be probed: a pod does not start, or does not do what it is there for."""
