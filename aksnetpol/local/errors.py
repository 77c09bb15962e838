"""What can go wrong in local mode."""

from aksnetpol.errors import AksnetpolError, UserError


class LocalError(AksnetpolError):
    """Root of local mode's errors."""


class SessionError(LocalError):
    """The local session does not run, or did not start."""


class SessionUsageError(UserError, LocalError):
    """What the user asked of the local session cannot be, such as a port that is taken."""


class ControlPlaneError(LocalError):
    """A Kubernetes control plane did not start."""


class KubernetesError(LocalError):
    """The Kubernetes API refused, or does not answer."""


class ApiError(KubernetesError):
    """The Kubernetes API refused.

    Args:
        status: HTTP status.
        reason: Kubernetes' reason, such as NotFound.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(f"Kubernetes answered {status} {reason}: {message}")
