"""Asks what may fail; the failure is an answer too."""

from collections.abc import Callable, Mapping

Probe = Callable[[], object]


def attempt(probe: Probe) -> str:
    """Return what a probe says, or why it says nothing."""
    try:
        return str(probe())
    except Exception as error:  # noqa: BLE001  a report of what is broken must not break on it
        return f"cannot be told: {failure(error)}"


def attempts(probes: Mapping[str, Probe]) -> dict[str, str]:
    """Return what each probe says, by its name."""
    return {name: attempt(probe) for name, probe in probes.items()}


def failure(error: BaseException) -> str:
    """Return an error as a few words."""
    return f"{type(error).__name__}: {error}"
