"""A state that moves to another by the clock: registrations of features and providers."""

from dataclasses import dataclass
from datetime import datetime

from aksnetpol.local.arm.clock import instant, timestamp
from aksnetpol.local.arm.store import Json


@dataclass(frozen=True)
class Transition:
    """A state now, another from an instant on.

    Args:
        before: the state until `due`.
        after: the state from then on.
        due: the instant of the change.
    """

    before: str
    after: str
    due: datetime

    def state(self, now: datetime) -> str:
        """Return the state at an instant."""
        return self.after if now >= self.due else self.before

    def dump(self) -> Json:
        """Return the form in which it is stored."""
        return {"before": self.before, "after": self.after, "due": timestamp(self.due)}

    @classmethod
    def load(cls, stored: Json) -> "Transition":
        """Return what `dump` gave."""
        return cls(stored["before"], stored["after"], instant(stored["due"]))
