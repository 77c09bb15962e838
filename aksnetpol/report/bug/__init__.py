"""The text that a user pastes into a bug report: what it holds, what is masked in it, how it is written."""

from aksnetpol.report.bug.known import Known, is_secret_name, secrets_of
from aksnetpol.report.bug.masking import MASK, Masker
from aksnetpol.report.bug.model import BugReport, Log, as_data, capped
from aksnetpol.report.bug.text import as_text

__all__ = [
    "MASK",
    "BugReport",
    "Known",
    "Log",
    "Masker",
    "as_data",
    "as_text",
    "capped",
    "is_secret_name",
    "secrets_of",
]
