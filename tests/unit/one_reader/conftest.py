"""Programs run against a recording stand-in of the engine."""

from tests.recording import deploy

__all__ = ["deploy"]
