"""Managed clusters and agent pools (Microsoft.ContainerService)."""
