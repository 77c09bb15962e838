"""What can go wrong while a cluster is probed."""

from aksnetpol.errors import AksnetpolError


class ProbeError(AksnetpolError):
    """A cluster cannot be probed: it does not answer, refuses, or a pod does not start."""
