"""The linter: per engine and version, what is wrong or risky in manifests, and how to mend it.

found = lint(load(["manifests/"]).complete(), profile("npm-linux"), date.today())
"""

from aksnetpol.policy.lint.data import data
from aksnetpol.policy.lint.fixes import Fixed, fix_text
from aksnetpol.policy.lint.model import Hit, Rule
from aksnetpol.policy.lint.rules import RULES, lint
from aksnetpol.policy.lint.sarif import sarif
from aksnetpol.policy.lint.text import text

__all__ = [
    "RULES",
    "Fixed",
    "Hit",
    "Rule",
    "data",
    "fix_text",
    "lint",
    "sarif",
    "text",
]
