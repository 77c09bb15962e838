"""Test results as TAP version 14, the form that `prove` and many CI systems read (testanything.org)."""

from collections.abc import Iterable

from aksnetpol.report.junit import Case


def tap(cases: Iterable[Case]) -> str:
    """Return the results as text that ends in a newline; why one failed is its diagnostics."""
    found = list(cases)
    lines = ["TAP version 14", f"1..{len(found)}"]
    for number, one in enumerate(found, 1):
        skipped = f" # SKIP {one.skipped}" if one.skipped else ""
        lines.append(f"{'not ok' if one.failure else 'ok'} {number} - {_escaped(one.name)}{skipped}")
        if one.failure:
            lines += [
                "  ---",
                "  message: |-",
                *(f"    {line}" for line in one.failure.splitlines()),
                "  ...",
            ]
    return "\n".join(lines) + "\n"


def _escaped(name: str) -> str:
    """A hash sign would begin a directive."""
    return name.replace("\\", "\\\\").replace("#", "\\#").replace("\n", " ")
