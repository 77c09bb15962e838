"""What can go wrong: errors for who starts the emulator, and refusals for its clients.

AksnetpolError
    EmulatorError          the emulator itself cannot work
UserError
    PortInUseError         another process listens on the port asked for
    HomeInUseError         another emulator works in the same home
ArmFaultError                   an answer in Azure's error envelope; never leaves the emulator
"""

from pathlib import Path
from typing import Any

from aksnetpol.errors import AksnetpolError, UserError


class EmulatorError(AksnetpolError):
    """The emulator cannot start or go on."""


class PortInUseError(UserError):
    """The port is taken."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} on 127.0.0.1 is in use by another process. "
            "Stop that process, or choose another port (0 picks a free one)."
        )
        self.port = port


class HomeInUseError(UserError):
    """Two emulators would write the same state."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"Another emulator already runs with the state in {home}. "
            "Stop it first, or choose another home directory."
        )
        self.home = home


class ArmFaultError(Exception):
    """A refusal as Azure words it.

    Args:
        status: HTTP status.
        code: Azure's error code.
        message: Azure's text.
        target: path of the property at fault, where Azure names it.
        subcode: finer code of a resource provider; begins with `Emu` where the rule is modelled
            without a source.
        bare: without the `error` wrapper, as the AKS resource provider answers
            (Azure/terraform-azurerm-aks#604); the front door and others wrap.
        headers: response headers that go with the refusal.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        target: str | None = None,
        subcode: str | None = None,
        bare: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.subcode = subcode
        self.bare = bare
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Return the JSON body in the envelope of whoever refuses."""
        if self.bare:
            return {
                "code": self.code,
                "details": None,
                "message": self.message,
                "subcode": self.subcode or "",
                **({"target": self.target} if self.target else {}),
            }
        target = {"target": self.target} if self.target else {}
        return {"error": {"code": self.code, "message": self.message, **target}}
