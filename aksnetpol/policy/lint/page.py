"""The page of all lint rules, docs/lint-rules.md: `python -m aksnetpol.policy.lint.page`."""

import sys

from aksnetpol.policy.lint.model import Rule
from aksnetpol.policy.lint.rules import RULES

_HEAD = """# Lint rules

[`aksnetpol lint`](commands/lint.md) reports these. The page is made from the code: \
`python -m aksnetpol.policy.lint.page`.

| id | severity | engines | finds | remedy | `--fix` | source |
|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the page as Markdown."""
    return _HEAD + "".join(f"{_row(rule)}\n" for rule in RULES)


def _row(rule: Rule) -> str:
    engines = ", ".join(sorted(rule.engines)) or "all"
    cells = (
        f"`{rule.id}`",
        rule.severity.value,
        engines,
        rule.summary,
        rule.remedy,
        rule.fix or "no",
        rule.source,
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
