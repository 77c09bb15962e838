"""Changes of policies: quick, and without a moment in which something is wrongly open or closed."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address

import pytest

from .lab import Lab, serve, wait_for
from .prober import Target
from .specs import Json, ingress, label, policy, port

pytestmark = [pytest.mark.kernel, pytest.mark.control_plane]
EDITS = 50
_SECOND = 1.0
_MAY_BE_LATE = 2  # of the edits
_NEXT = 60  # addresses of each node that come next, at least


@pytest.fixture(scope="module")
def pods(lab: Lab) -> Lab:
    lab.namespace("edits")
    lab.pod("edits/server", serve(80), serve(81), labels={"app": "server"})
    for name in ("friend", "marked", "stranger"):
        lab.pod(f"edits/{name}", labels={"app": name})
    lab.wait_ready("edits/server", "edits/friend", "edits/marked", "edits/stranger")
    return lab


@dataclass
class Seen:
    """What connections in a loop came to."""

    count: int = 0
    answers: dict[str, int] = field(default_factory=dict[str, int])


@contextmanager
def in_a_loop(lab: Lab, source: str, targets: Callable[[], list[Target]], timeout: float) -> Generator[Seen]:
    """Connect again and again while the block runs."""
    seen, stopping, prober = Seen(), threading.Event(), lab.prober(source)

    def connect() -> None:
        while not stopping.is_set():
            prober.ask(targets(), timeout)
            for answer in prober.answer():
                seen.count += 1
                seen.answers[answer] = seen.answers.get(answer, 0) + 1

    thread = threading.Thread(target=connect)
    thread.start()
    try:
        yield seen
    finally:
        stopping.set()
        thread.join()


def variant(number: int) -> Json:
    """Policies that differ in text: friend may always, stranger never, marked now and then."""
    peers = [
        {"podSelector": label(app="friend")},
        *({"podSelector": label(app=f"x{n}")} for n in range(number % 4)),
    ]
    if number % 2:
        peers.append({"podSelector": label(app="marked")})
    ports = (port(80), *((port(1000 + number),) if number % 3 else ()))
    return policy(label(app="server"), into=[ingress(*peers, ports=ports)])


def test_fifty_edits_leave_no_window(pods: Lab) -> None:
    server = pods.address("edits/server")
    target: Target = (server, 80, "TCP")
    both: list[Target] = [target, (server, 81, "TCP")]
    wait_for(lambda: all(pods.connects("edits/stranger", *both)))  # the servers listen
    pods.policy("edits", "policy", variant(0))
    wait_for(lambda: not any(pods.connects("edits/stranger", *both)))
    times: list[float] = []

    def is_open(wanted: bool) -> bool:
        return pods.connects("edits/marked", target, timeout=0.02)[0] is wanted

    with (
        in_a_loop(pods, "edits/stranger", lambda: both, 0.02) as stranger,
        in_a_loop(pods, "edits/friend", lambda: [target], 2.0) as friend,
    ):
        for number in range(1, EDITS + 1):
            pods.policy("edits", "policy", variant(number))
            times.append(wait_for(partial(is_open, bool(number % 2))))
    pods.delete_policies("edits")
    assert stranger.count >= 2 * EDITS
    assert stranger.answers == {"timeout": stranger.count}
    assert friend.count >= EDITS
    assert friend.answers == {"open": friend.count}
    # The machine itself may be away for a moment: other tests share it.
    assert sorted(times)[-_MAY_BE_LATE - 1] < _SECOND, times


def test_a_new_pod_is_never_open(pods: Lab) -> None:
    pods.policy("edits", "closed", policy(label(app="new"), into=[]))
    taken = pods.addresses()
    # Where the new pods will be: addresses are given in turn.
    targets: list[Target] = [
        (address, 80, "TCP")
        for node in (0, 1)
        for offset in range(2, 2 + _NEXT)
        if (address := str(IPv4Address(f"10.244.{node}.0") + offset)) not in taken
    ]
    names = [f"edits/new{number}" for number in range(10)]
    with in_a_loop(pods, "edits/stranger", lambda: targets, 0.05) as stranger:
        for name in names:
            pods.pod(name, serve(80), labels={"app": "new"})
        pods.wait_ready(*names)
        time.sleep(0.3)
    assert all((pods.address(name), 80, "TCP") in targets for name in names)
    assert stranger.answers.get("open", 0) == 0
    pods.label("edits/new0", {"app": "old"})
    wait_for(lambda: pods.connects("edits/stranger", (pods.address("edits/new0"), 80, "TCP"))[0])
    for name in names:
        pods.delete(name, grace=0)
    pods.delete_policies("edits")


def test_an_established_connection_outlives_the_policy_that_allowed_it(pods: Lab) -> None:
    pods.pod("edits/echo", ["netexec", "--http-port=8080"], labels={"app": "echo"})
    pods.wait_ready("edits/echo")
    address = pods.address("edits/echo")
    wait_for(lambda: pods.connects("edits/friend", (address, 8080, "TCP"))[0])
    script = (
        "exec 3<>/dev/tcp/$0/8080; echo connected; read go; "
        "printf 'GET /hostname HTTP/1.0\\r\\n\\r\\n' >&3; tail -n 1 <&3"
    )
    space = pods.run("edits/friend").space
    assert space is not None
    held = subprocess.Popen(
        space.command(["bash", "-c", script, address]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert held.stdout is not None
    assert held.stdout.readline() == "connected\n"
    pods.policy("edits", "closed", policy(label(app="echo"), into=[]))
    wait_for(lambda: not pods.connects("edits/friend", (address, 8080, "TCP"))[0])
    out, _ = held.communicate("go\n", timeout=30)
    assert out == "echo"
    pods.delete_policies("edits")
    pods.delete("edits/echo", grace=0)
