"""Where the API server keeps its objects."""

from urllib.parse import quote


def path(version: str, plural: str, namespace: str = "", name: str = "") -> str:
    """Return the URL path of an object, or of all of a kind.

    Source: Kubernetes docs, "Kubernetes API Concepts", Resource URIs.

    Args:
        version: apiVersion, such as `v1` or `apps/v1`.
        plural: of the kind, or what is below its name, such as `pods`.
        namespace: empty is all of them, or a kind without.
        name: empty is all of the kind.
    """
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    space = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    return f"{root}{space}/{plural}{f'/{quote(name, safe=str())}' if name else ''}"
