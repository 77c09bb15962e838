"""The kubelet's endpoints: exec, logs and port-forward of the pods that run here."""

from aksnetpol.local.node.kubelet.server import KubeletServer

__all__ = ["KubeletServer"]
