"""What is wrong with a stack's settings."""

from collections.abc import Sequence

from aksnetpol.errors import UserError
from aksnetpol.findings import Finding


class SettingsError(UserError):
    """A stack's settings cannot be used.

    Args:
        findings: all errors at once, each with its place.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(one.advice for one in self.findings))
