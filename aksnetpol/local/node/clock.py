"""Time as the Kubernetes API writes it."""

from datetime import UTC, datetime


def timestamp() -> str:
    """Return the present moment, to the second, as metav1.Time is written."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def micro_timestamp() -> str:
    """Return the present moment as metav1.MicroTime is written."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
