"""Lists that Azure Resource Manager answers in pages."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aksnetpol.azure.errors import CloudError

if TYPE_CHECKING:
    from aksnetpol.azure.client import ArmClient

Items = list[dict[str, Any]]


def pages(arm: "ArmClient", path: str, api_version: str) -> Iterator[Items]:
    """Yield the items of each page of a list.

    Raises:
        ArmError: Azure refuses.
        CloudError: Azure cannot be reached, or its pages have no end.
    """
    following: str | None = path
    asked = set[str]()
    while following:
        if following in asked:
            raise CloudError(f"Azure's list of {path} comes back to a page that was read.")
        asked.add(following)
        body = arm.get(following, api_version).body
        yield body.get("value") or []
        following = body.get("nextLink")


def items(arm: "ArmClient", path: str, api_version: str) -> Iterator[dict[str, Any]]:
    """Yield the items of a list, whatever page they are on; see pages."""
    for page in pages(arm, path, api_version):
        yield from page
