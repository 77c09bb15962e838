"""Real Kubernetes control planes for the clusters of the emulator."""

from aksnetpol.local.kubernetes.backend import ControlPlanes

__all__ = ["ControlPlanes"]
