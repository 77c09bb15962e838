"""What all tests share.

A bare environment, so that nothing which happens to be set on a developer's machine helps the program, and
properties that are judged by what they find, not by how fast a busy machine finds it.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from aksnetpol import subprocesses

settings.register_profile("aksnetpol", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("aksnetpol")

_KEPT = frozenset({"HOME", "PATH", "LANG", "TMPDIR", "UPDATE_GOLDEN"})
_KEPT_PREFIXES = ("PYTEST_", "AKSNETPOL_")


def _bare() -> None:
    """Leave what everybody has, as `run` does; all of it where tests shall install packages of others."""
    if any(name.startswith("AKSNETPOL_INSTALL_") for name in os.environ):
        return
    for name in set(os.environ) - _KEPT:
        if not name.startswith(_KEPT_PREFIXES):
            del os.environ[name]


_bare()


@pytest.fixture(autouse=True)
def _begun() -> Iterator[None]:
    """Each test is as a command of its own: one that was interrupted does not end the next."""
    subprocesses.begin()
    yield
    subprocesses.begin()
