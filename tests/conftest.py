"""What all tests share.

A bare environment, so that nothing which happens to be set on a developer's machine helps the program, and
properties that are judged by what they find, not by how fast a busy machine finds it.
"""

import gc
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from aksnetpol import subprocesses

settings.register_profile("aksnetpol", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("aksnetpol")

_LONGEST = ("control_plane", "engine", "kernel", "slow")
_KEPT = frozenset({"HOME", "PATH", "LANG", "TMPDIR", "UPDATE_GOLDEN"})
_KEPT_PREFIXES = ("PYTEST_", "AKSNETPOL_")
# Where a bare environment keeps the whole one, for the tests that install packages.
_WHOLE = "AKSNETPOL_TESTS_ENVIRONMENT"


def _bare() -> None:
    """Leave what everybody has; all of it where tests shall install packages of others."""
    if any(name.startswith("AKSNETPOL_INSTALL_") for name in os.environ):
        return
    os.environ.setdefault(_WHOLE, json.dumps(dict(os.environ)))
    for name in set(os.environ) - _KEPT:
        if not name.startswith(_KEPT_PREFIXES):
            del os.environ[name]


_bare()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest, so that no worker begins one when the others are done."""
    ranks: dict[Path, int] = {}
    for item in items:
        rank = next((n for n, mark in enumerate(_LONGEST) if item.get_closest_marker(mark)), len(_LONGEST))
        ranks[item.path] = min(rank, ranks.get(item.path, rank))
    items.sort(key=lambda item: ranks[item.path])


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, not among a million objects of the modules that they import."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def package_managers() -> dict[str, str]:
    """The environment that the tests were started with, which has mirrors, proxies and certificates."""
    return {**json.loads(os.environ.get(_WHOLE, "{}")), **os.environ}


@pytest.fixture(autouse=True)
def _begun() -> Iterator[None]:
    """Each test is as a command of its own: one that was interrupted does not end the next."""
    subprocesses.begin()
    yield
    subprocesses.begin()
