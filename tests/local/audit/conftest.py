"""Emulated Azure with fleets of clusters, and the command line in this process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aksnetpol import cli, clock
from aksnetpol.errors import AksnetpolError
from aksnetpol.local.arm import Emulator, Fault, Settings
from aksnetpol.local.arm.faults import Faults
from bench.audit_fleet import new_subscriptions, seed

OTHERS = new_subscriptions(2)
CLUSTERS, PAGE = 300, 20


class Requests(Faults):
    """Faults that also note every request."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []

    def take(self, method: str, path: str) -> Fault | None:
        """Note the request."""
        self.seen.append((method, path))
        return super().take(method, path)


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Fleet:
    """A running emulator; its own subscription comes first."""

    emulator: Emulator
    requests: Requests

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Ids of all that its client sees."""
        return (self.emulator.identity.subscription_id, *OTHERS)


@contextmanager
def running(home: Path, clusters: int) -> Generator[Fleet]:
    """Emulated Azure with so many clusters over three subscriptions, twenty on a page."""
    seed(home, clusters, OTHERS)
    emulator = Emulator(home, settings=Settings(page_size=PAGE, readable_subscriptions=OTHERS))
    requests = emulator.faults = Requests()
    emulator.start()
    try:
        yield Fleet(emulator, requests)
    finally:
        emulator.stop()


@pytest.fixture(scope="module")
def whole_fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Some hundred clusters."""
    with running(tmp_path_factory.mktemp("fleet") / "home", CLUSTERS) as made:
        yield made


@pytest.fixture
def fleet(whole_fleet: Fleet) -> Fleet:
    """The same, with nothing asked for and nothing going wrong."""
    whole_fleet.requests.clear()
    whole_fleet.requests.seen.clear()
    return whole_fleet


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command against a fleet on the 23rd of November 2026, its output not a terminal."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 23))
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("aksnetpol.cli.console.out._width", None)

    def run(fleet: Fleet, *arguments: str) -> Done:
        for name, value in fleet.emulator.environment().items():
            monkeypatch.setenv(name, value)
        done = CliRunner().invoke(cli.app, list(arguments))
        if isinstance(done.exception, AksnetpolError):
            said = f"{done.stderr}error: {done.exception}\n"
            return Done(done.exception.exit_code, done.stdout, said)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    return run
