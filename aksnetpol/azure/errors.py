"""What Azure Resource Manager refuses, in one shape for both of its error envelopes."""

import json
from typing import Any

from aksnetpol.documents import is_mapping
from aksnetpol.errors import AksnetpolError


class AzureError(AksnetpolError):
    """Root of this package's errors."""


class CloudError(AzureError):
    """Azure Resource Manager, or its sign-in, cannot be reached or used."""


class ArmError(AzureError):
    """Azure Resource Manager answered with an error.

    Args:
        status: HTTP status.
        code: Azure's code, such as "OperationNotAllowed".
        message: Azure's sentence.
        subcode, target: more detail, where the service gives it.
    """

    def __init__(
        self, status: int, code: str, message: str, subcode: str | None = None, target: str | None = None
    ) -> None:
        self.status, self.code, self.message, self.subcode, self.target = (
            status,
            code,
            message,
            subcode,
            target,
        )
        at = f" (at {target})" if target else ""
        super().__init__(f"Azure answered {status} {code}{at}: {message}")

    @classmethod
    def from_body(cls, status: int, text: str) -> "ArmError":
        """Read an error: ARM's front door wraps it in `error`, the AKS service does not."""
        try:
            body: Any = json.loads(text)
        except ValueError:
            body = None
        found: Any = (body.get("error") or body) if is_mapping(body) else None
        if not is_mapping(found):
            return cls(status, "UnknownError", text[:500] or "no explanation was given")
        return cls(
            status,
            str(found.get("code", "UnknownError")),
            str(found.get("message", "")),
            found.get("subcode"),
            found.get("target"),
        )


class OperationError(ArmError):
    """Azure accepted a request, and the operation that it began did not succeed.

    What the request was about may exist, in a state of its own (provisioningState Failed, say).
    """
