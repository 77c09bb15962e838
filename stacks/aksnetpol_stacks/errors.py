"""What is wrong with a stack's settings."""

from collections.abc import Sequence
from dataclasses import dataclass

from aksnetpol.engines import Finding
from aksnetpol.errors import UserError


@dataclass(frozen=True)
class Located:
    """A finding and where the setting is written, such as "Pulumi.dev.yaml:12"; empty when unknown."""

    finding: Finding
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.finding}" if self.where else str(self.finding)


class SettingsError(UserError):
    """A stack's settings cannot be used.

    Args:
        findings: all errors at once, each with its place.
    """

    def __init__(self, findings: Sequence[Located]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))
