"""Connections to Kubernetes APIs, one per kubeconfig."""

import threading

from aksnetpol.local.kubernetes.api import KubernetesApi

_MOST = 64  # clusters come and go while the stand-in runs


class Apis:
    """Connections that provider instances share: a preview that follows another discovers nothing anew."""

    def __init__(self) -> None:
        self._known: dict[str, KubernetesApi] = {}
        self._lock = threading.Lock()

    def to(self, kubeconfig: str) -> KubernetesApi:
        """Return the connection that a kubeconfig leads to.

        Args:
            kubeconfig: YAML text.

        Raises:
            KubernetesError: the text is no kubeconfig.
        """
        with self._lock:
            # Asked for again: the last to go.
            api = self._known.pop(kubeconfig, None) or KubernetesApi(kubeconfig)
            self._known[kubeconfig] = api
            if len(self._known) > _MOST:
                del self._known[next(iter(self._known))]
            return api

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for api in self._known.values():
                api.close()
            self._known.clear()
