"""What a managed identity may be called."""

import re

# Microsoft Learn, "Naming rules and restrictions for Azure resources", userAssignedIdentities.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}")


def valid_name(name: str) -> bool:
    """Tell whether Azure takes the name: 3 to 128 letters, digits, hyphens, underscores."""
    return _NAME.fullmatch(name) is not None
