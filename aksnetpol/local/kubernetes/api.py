"""A client of the Kubernetes API for any kind: discovery, server-side apply, read, delete."""

import base64
import ssl
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from aksnetpol.local.errors import ApiError, KubernetesError

Json = dict[str, Any]

FIELD_MANAGER = "pulumi-kubernetes"
_APPLY = "application/apply-patch+yaml"


@dataclass(frozen=True)
class Kind:
    """Where the API server keeps objects of a kind."""

    path: str
    namespaced: bool


class KubernetesApi:
    """A client for whatever kinds the cluster has.

    Args:
        kubeconfig: YAML text; its current context is used.

    Raises:
        KubernetesError: the text is no kubeconfig.
    """

    def __init__(self, kubeconfig: str) -> None:
        self._http = _client(kubeconfig)
        self._kinds: dict[str, dict[str, Kind]] = {}
        self._lock = threading.Lock()

    def kind(self, api_version: str, kind: str) -> Kind:
        """Find a kind by discovery.

        Raises:
            ApiError: the cluster does not have it.
        """
        with self._lock:
            if kind not in self._kinds.get(api_version, {}):
                self._kinds[api_version] = self._discover(api_version)
        found = self._kinds[api_version].get(kind)
        if found is None:
            raise ApiError(404, "NotFound", f"the cluster has no kind {kind} in {api_version}")
        return found

    def path(self, document: Json) -> str:
        """The URL path of an object, by its own metadata."""
        kind = self.kind(str(document["apiVersion"]), str(document["kind"]))
        prefix, plural = kind.path.rsplit("/", 1)
        metadata: Json = document.get("metadata") or {}
        space = f"/namespaces/{metadata.get('namespace', 'default')}" if kind.namespaced else ""
        return f"{prefix}{space}/{plural}/{metadata['name']}"

    def apply(self, document: Json, *, dry_run: bool = False) -> Json:
        """Apply on the server as Pulumi's field manager."""
        query = {"fieldManager": FIELD_MANAGER, **({"dryRun": "All"} if dry_run else {})}
        return self.request("PATCH", self.path(document), query, document, content_type=_APPLY)

    def read(self, path: str) -> Json | None:
        """Read an object; None where there is none."""
        try:
            return self.request("GET", path)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def delete(self, path: str) -> None:
        """Ask for an object's deletion; one that is gone counts as deleted."""
        try:
            self.request("DELETE", path, {"propagationPolicy": "Foreground"})
        except ApiError as error:
            if error.status != 404:
                raise

    def request(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: Json | None = None,
        content_type: str = "application/json",
    ) -> Json:
        """Make one call.

        Raises:
            ApiError: the API server refused.
            KubernetesError: it does not answer.
        """
        try:
            # JSON is YAML: the apply patch takes it as it is.
            answer = self._http.request(
                method, path, params=query, json=body, headers={"Content-Type": content_type}
            )
        except httpx.HTTPError as error:
            raise KubernetesError(
                f"The Kubernetes API at {self._http.base_url} does not answer: {error}. "
                "For local mode, run: aksnetpol local start"
            ) from error
        found: Any = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
        if answer.is_success:
            return found
        raise ApiError(
            answer.status_code, str(found.get("reason", "Error")), str(found.get("message", answer.text))
        )

    @contextmanager
    def stream(self, path: str, query: dict[str, str]) -> Generator[httpx.Response]:
        """Make a GET call whose answer comes bit by bit, such as a watch.

        Raises:
            ApiError: the API server refused.
            KubernetesError: it does not answer, or stopped to.
        """
        try:
            with self._http.stream("GET", path, params=query) as answer:
                if not answer.is_success:
                    raise ApiError(answer.status_code, "Error", answer.read().decode(errors="replace"))
                yield answer
        except httpx.HTTPError as error:
            raise KubernetesError(
                f"The Kubernetes API at {self._http.base_url} broke off: {error}."
            ) from error

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _discover(self, api_version: str) -> dict[str, Kind]:
        root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            resources: list[Json] = self.request("GET", root)["resources"]
        except ApiError as error:
            if error.status == 404:
                return {}
            raise
        return {
            str(item["kind"]): Kind(f"{root}/{item['name']}", bool(item["namespaced"]))
            for item in resources
            if "/" not in str(item["name"])
        }


def _client(kubeconfig: str) -> httpx.Client:
    try:
        document: Any = yaml.safe_load(kubeconfig)
        context = _named(document, "contexts", document["current-context"])["context"]
        cluster = _named(document, "clusters", context["cluster"])["cluster"]
        user = _named(document, "users", context["user"])["user"]
        trust = ssl.create_default_context(cadata=_decoded(cluster["certificate-authority-data"]))
        if "client-certificate-data" in user:
            _present(trust, _decoded(user["client-certificate-data"]), _decoded(user["client-key-data"]))
        headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
        return httpx.Client(base_url=cluster["server"], verify=trust, headers=headers, timeout=60)
    except (KeyError, TypeError, ValueError, StopIteration, yaml.YAMLError, ssl.SSLError):
        # Not chained: the text holds credentials.
        raise KubernetesError(
            "The provider's kubeconfig cannot be read: it needs a current context."
        ) from None


def _named(document: Json, section: str, name: str) -> Json:
    return next(item for item in document[section] if item["name"] == name)


def _decoded(value: str) -> str:
    return base64.b64decode(value).decode()


def _present(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """Give a client certificate to a TLS context, which reads it from files only."""
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "certificate.pem", Path(folder) / "key.pem"
        for file, text in zip(files, (certificate, key), strict=True):
            file.touch(mode=0o600)
            file.write_text(text)
        context.load_cert_chain(*files)
