"""Which containers run as processes, and as which command."""

import re
from collections.abc import Mapping

from aksnetpol.local.kubernetes.api import Json

# registry.k8s.io/e2e-test-images/agnhost, its former homes and mirrors (facts.md, the walkthrough).
_AGNHOST = re.compile(r"(^|/)agnhost(:[\w.-]+)?(@sha256:[0-9a-f]+)?$")
_ENTRYPOINT, _ARGUMENTS = ["/agnhost"], ["pause"]  # of the image
_REFERENCE = re.compile(r"\$(\$|\(([-._a-zA-Z0-9]+)\))")


def is_agnhost(container: Json) -> bool:
    """Whether the container's image is agnhost."""
    return bool(_AGNHOST.search(str(container["image"])))


def arguments(container: Json, environment: Mapping[str, str]) -> list[str]:
    """Return the command of an agnhost container (Kubernetes docs, Define a Command and Arguments).

    Args:
        environment: what `$(NAME)` stands for; other references stay as they are.
    """
    given = container.get("args") or []
    if container.get("command"):
        whole = [*container["command"], *given]
    else:
        whole = [*_ENTRYPOINT, *(given or _ARGUMENTS)]
    return [_expanded(str(part), environment) for part in whole]


def environment_of(container: Json, pod: Json, address: str) -> dict[str, str]:
    """Return a container's environment: values, and fields of its pod.

    Raises:
        LookupError: a value comes from where local mode has none, such as a ConfigMap.
    """
    fields = {
        "metadata.name": pod["metadata"]["name"],
        "metadata.namespace": pod["metadata"]["namespace"],
        "metadata.uid": pod["metadata"]["uid"],
        "spec.nodeName": pod["spec"].get("nodeName", ""),
        "status.podIP": address,
        "status.podIPs": address,
    }
    found: dict[str, str] = {}
    for entry in container.get("env") or []:
        source: Json | None = entry.get("valueFrom")
        if source is None:
            found[entry["name"]] = _expanded(str(entry.get("value") or ""), found)
            continue
        path = (source.get("fieldRef") or {}).get("fieldPath")
        if path not in fields:
            raise LookupError(
                f"env {entry['name']}: local mode gives values and fields of the pod, nothing else"
            )
        found[entry["name"]] = str(fields[path])
    if container.get("envFrom"):
        raise LookupError("envFrom: local mode gives values and fields of the pod, nothing else")
    return found


def _expanded(text: str, environment: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return "$" if match[1] == "$" else environment.get(match[2], match[0])

    return _REFERENCE.sub(value, text)
