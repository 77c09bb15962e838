"""The clock, for commands and programs: rules with a date take the day as an argument."""

from datetime import UTC, date, datetime


def today() -> date:
    """Return the day, as Azure counts it."""
    return datetime.now(UTC).date()
