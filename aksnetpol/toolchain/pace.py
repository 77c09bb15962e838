"""How long the rest of a build takes."""

_TOLD_BY_ITSELF = 60.0  # seconds after which a build's own pace counts for as much as the estimate


def seconds_left(total: float, done: float, elapsed: float, cores: int) -> int:
    """Estimate the time until all is built.

    It starts from the estimate, and goes over to the pace at which this machine builds.

    Args:
        total: processor seconds of everything.
        done: processor seconds of what is built.
        elapsed: seconds since the start.
        cores: that are there.
    """
    left = max(0.0, total - done)
    expected = float(max(1, cores))
    seen = done / elapsed if elapsed > 0 else expected
    weight = elapsed / (elapsed + _TOLD_BY_ITSELF)
    pace = expected * (1 - weight) + seen * weight
    return round(left / max(pace, expected / 20))
