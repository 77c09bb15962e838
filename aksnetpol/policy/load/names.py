"""What Kubernetes takes for names and labels (apimachinery, pkg/util/validation)."""

from __future__ import annotations

import re

_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", re.ASCII)
_NAME_PART = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", re.ASCII)
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", re.ASCII)
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_LONGEST_SUBDOMAIN, _LONGEST_NAME, _LONGEST_PORT_NAME = 253, 63, 15


def is_subdomain(text: str) -> bool:
    """Tell whether a text is a DNS subdomain, as most objects' names must be."""
    return len(text) <= _LONGEST_SUBDOMAIN and _SUBDOMAIN.fullmatch(text) is not None


def is_label_value(text: str) -> bool:
    """Tell whether a label may have a value."""
    return len(text) <= _LONGEST_NAME and _LABEL_VALUE.fullmatch(text) is not None


def is_label_key(text: str) -> bool:
    """Tell whether a text is a qualified name: a name, or a DNS subdomain, a slash and a name."""
    prefix, slash, name = text.rpartition("/")
    if slash and not is_subdomain(prefix):
        return False
    return len(name) <= _LONGEST_NAME and _NAME_PART.fullmatch(name) is not None


def is_port_name(text: str) -> bool:
    """Tell whether a container's port may have a name, which a policy's port may then ask for."""
    return len(text) <= _LONGEST_PORT_NAME and _PORT_NAME.fullmatch(text) is not None
