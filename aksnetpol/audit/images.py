"""Node images that end, and that `osSKU` does not tell: read from `nodeImageVersion`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Image:
    """A family of node images.

    Args:
        id: shared with engines.calendar where the same image has a row there.
        prefixes: what a nodeImageVersion of the family begins with.
    """

    id: str
    what: str
    prefixes: tuple[str, ...]
    ends: date
    effect: str
    remedy: str
    source: str


IMAGES = (
    Image(
        "azure-linux-2",
        "Azure Linux 2.0",
        ("AKSCBLMariner-V2", "AKSAzureLinux-V2"),
        date(2025, 11, 30),
        "Its images were removed on 2026-03-31.",
        "Move to AzureLinux3.",
        "AKS docs, azure-linux-retirement",
    ),
    Image(
        "windows-annual",
        "Windows Server Annual Channel",
        ("AKSWindows-23H2",),
        date(2026, 5, 15),
        "Its images are deleted on 2027-05-15.",
        "Move to a Windows2022 or Windows2025 pool.",
        "AKS docs, windows-annual-channel-retirement",
    ),
    Image(
        "ubuntu-2004",
        "Ubuntu 20.04",
        ("AKSUbuntu-2004",),
        date(2027, 3, 17),
        "Its images are deleted then.",
        "Set osSku to Ubuntu2404 or AzureLinux3.",
        "AKS docs, ubuntu-20-04-retirement",
    ),
    Image(
        "ubuntu-2204",
        "Ubuntu 22.04",
        ("AKSUbuntu-2204",),
        date(2027, 6, 30),
        "Its images are deleted on 2028-04-30.",
        "Set osSku to Ubuntu2404 or AzureLinux3, or upgrade to Kubernetes 1.35, whose Ubuntu is 24.04.",
        "AKS docs, ubuntu-22-04-retirement",
    ),
)


def images_in_use(pools: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Image, tuple[str, ...]]]:
    """Yield the images above that a cluster uses, with the names of the pools.

    Args:
        pools: items of agentPoolProfiles.
    """
    versions = [(str(pool.get("name")), str(pool.get("nodeImageVersion"))) for pool in pools]
    for image in IMAGES:
        names = tuple(name for name, version in versions if version.startswith(image.prefixes))
        if names:
            yield image, names
