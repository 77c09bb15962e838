"""What commands refuse or cannot do by themselves."""

from aksnetpol.errors import AksnetpolError


class CliError(AksnetpolError):
    """Root of this package's errors."""


class KubernetesError(CliError):
    """A cluster's Kubernetes API cannot be reached, or refuses."""


class CalicoRunsError(CliError):
    """Calico still runs, and needs its custom resource definitions."""
