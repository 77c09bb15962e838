"""Finds in a live resource what must not stand in clear in a stack's file and state."""

from collections.abc import Iterator
from typing import Any

from aksnetpol.documents import is_list, is_mapping
from aksnetpol.report.url_credentials import URL_CREDENTIALS


def credentials(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of texts with a URL that names a user or password.

    Args:
        value: a resource's document, or what is in it.
        path: of the value, such as "httpProxyConfig.httpProxy".
    """
    if is_mapping(value):
        for key, item in value.items():
            yield from credentials(item, f"{path}.{key}" if path else key)
    elif is_list(value):
        for index, item in enumerate(value):
            yield from credentials(item, f"{path}[{index}]")
    elif isinstance(value, str) and URL_CREDENTIALS.search(value):
        yield path
