"""Words for numbers."""


def counted(number: int, noun: str) -> str:
    """Return "1 node" or "5 nodes"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
