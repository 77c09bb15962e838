"""Names of resources that the program leaves unnamed."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Naming:
    """How the engine wants names made.

    Args:
        seed: makes names repeatable; empty for random ones.
        proposed: the name that the project's `pulumi:autonaming` gives; empty without one.
        allowed: false where `pulumi:autonaming` forbids to make names.
    """

    seed: bytes = b""
    proposed: str = ""
    allowed: bool = True

    def random(self, prefix: str, length: int = 8) -> str:
        """Return the proposed name, else the prefix and hexadecimal digits."""
        return self.proposed or prefix + self._digits()[:length]

    def guid(self) -> str:
        """Return a GUID; a proposed name would be none."""
        return str(uuid.UUID(self._digits()[:32]))

    def _digits(self) -> str:
        return hashlib.sha256(self.seed).hexdigest() if self.seed else secrets.token_hex(32)
