"""What every HTML page of ours shares: how its parts are read, and its look."""

from functools import cache
from importlib.resources import files


@cache
def asset(package: str, path: str) -> str:
    """Return a file of one of our packages as text."""
    return files(package).joinpath(path).read_text(encoding="utf-8")


def base_style() -> str:
    """Return the colours, light and dark, the type and the tables."""
    return asset(__name__, "base.css")
