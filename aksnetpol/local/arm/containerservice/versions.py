"""The Kubernetes versions that the emulator offers."""

import re

from aksnetpol.local.arm.store import Json

# Minor -> patch that a bare minor means. 1.32.9 is the recorded create's (aks-facts, section 1), 1.36.3 that
# of the local control planes; the other patches are of no consequence. Minors before 1.34 are past their
# standard support (AKS docs, supported-kubernetes-versions) but long-term support still takes them.
_PATCHES = {
    (1, 28): 15,
    (1, 29): 15,
    (1, 30): 14,
    (1, 31): 13,
    (1, 32): 9,
    (1, 33): 5,
    (1, 34): 3,
    (1, 35): 2,
    (1, 36): 3,
    (1, 37): 1,
}
DEFAULT = "1.35"
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})(\.[0-9]{1,4})?")

Minor = tuple[int, int]


def minor(version: str) -> Minor:
    """Return (major, minor) of "1.36" or "1.36.3"; (0, 0) of what is no version."""
    found = _VERSION.fullmatch(version)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def offered(version: str) -> bool:
    """Tell whether a version, full or bare minor, can be had; any patch of an offered minor can."""
    return minor(version) in _PATCHES


def full(version: str) -> str:
    """Return the full version that a bare minor means; a full one as it is."""
    if version.count(".") == 2:
        return version
    major, minor_ = minor(version)
    return f"{major}.{minor_}.{_PATCHES[major, minor_]}"


def listing() -> Json:
    """Return the answer to kubernetesVersions of a location."""
    values: list[Json] = []
    for key, patch in sorted(_PATCHES.items(), reverse=True):
        name = f"{key[0]}.{key[1]}"
        plans = ["KubernetesOfficial", "AKSLongTermSupport"] if key >= (1, 34) else ["AKSLongTermSupport"]
        values.append(
            {
                "version": name,
                "isDefault": name == DEFAULT,
                "capabilities": {"supportPlan": plans},
                "patchVersions": {f"{name}.{patch}": {"upgrades": _upgrades(key)}},
            }
        )
    return {"values": values}


def _upgrades(key: Minor) -> list[str]:
    following = (key[0], key[1] + 1)
    return [full(f"{following[0]}.{following[1]}")] if following in _PATCHES else []
