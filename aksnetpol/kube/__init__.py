"""The one way to a cluster's Kubernetes API: by the official client, whose own waits have no end.

Nothing else imports the package `kubernetes`; it is imported when a cluster is connected to.
"""

from aksnetpol.kube.cluster import Cluster, Ended
from aksnetpol.kube.errors import ApiError
from aksnetpol.kube.paths import path

__all__ = ["ApiError", "Cluster", "Ended", "path"]
