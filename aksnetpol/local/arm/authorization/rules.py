"""Azure's built-in roles that AKS users meet."""

import re

# Microsoft Learn, "Azure built-in roles": name -> GUID.
ROLES = {
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
    "Managed Identity Operator": "f1a07417-d97a-45cb-824c-7a7467783830",
    "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
}

_NAME_FILTER = re.compile(r"roleName eq '([^']*)'", re.IGNORECASE)
_PRINCIPAL_FILTER = re.compile(r"(?:principalId eq|assignedTo\()\s*'([^']*)'", re.IGNORECASE)
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def named_in(expression: str) -> str | None:
    """Return the role name that a $filter asks for."""
    match = _NAME_FILTER.search(expression)
    return match[1] if match else None


def principal_in(expression: str) -> str | None:
    """Return the principal that a $filter asks for."""
    match = _PRINCIPAL_FILTER.search(expression)
    return match[1].lower() if match else None
