"""Time, as the emulator sees it: real instants, durations that may be shortened."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The boundary to time; deadlines are instants of it, so they hold across restarts."""

    def now(self) -> datetime:
        """Return the current instant, in UTC."""
        ...

    def after(self, seconds: float) -> datetime:
        """Return the instant at which something that takes `seconds` in Azure ends here."""
        ...


class RunningClock:
    """The machine's clock; what takes `factor` seconds in Azure takes one here.

    Args:
        factor: how many times faster than Azure operations finish; 1 is Azure's own pace.
    """

    def __init__(self, factor: float = 1.0) -> None:
        if factor <= 0:
            raise ValueError("factor must be positive")
        self._factor = factor

    def now(self) -> datetime:
        """Return the machine's time: timestamps and token lifetimes are never scaled."""
        return datetime.now(UTC)

    def after(self, seconds: float) -> datetime:
        """Return the instant `seconds / factor` from now."""
        return self.now() + timedelta(seconds=seconds / self._factor)


def timestamp(instant: datetime) -> str:
    """Render an instant as ARM does, for example 2026-11-23T08:00:00.123456Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(text: str) -> datetime:
    """Parse what `timestamp` rendered."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
