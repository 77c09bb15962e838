"""A sandbox by itself: what pods in it can and cannot do, as root and in a user namespace."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from aksnetpol.local.node import network
from aksnetpol.local.node.enforcement import means
from aksnetpol.local.node.errors import CommandError
from aksnetpol.local.node.firewall import Firewall
from aksnetpol.local.node.rules import Ruleset
from aksnetpol.local.node.sandbox import PATH, Sandbox, Space

from .prober import Prober

pytestmark = pytest.mark.kernel


@pytest.fixture(params=[False, True], ids=["root", "user namespace"])
def sandbox(request: pytest.FixtureRequest, agnhost: Path, folder: Path) -> Iterator[Sandbox]:
    if not request.param and os.geteuid() != 0:
        pytest.skip("not root")
    made = Sandbox(agnhost, folder, bool(request.param))
    made.start()
    yield made
    made.stop()


def pod(sandbox: Sandbox, address: str) -> Space:
    space = sandbox.open(f"pod-{address.replace('.', '-')}")
    network.attach(sandbox, space, address)
    return space


def say(space: Space, script: str) -> tuple[int, str]:
    done = subprocess.run(
        space.command(["sh", "-c", script]), env={"PATH": PATH}, capture_output=True, text=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_pods_reach_each_other_until_rules_say_no(sandbox: Sandbox) -> None:
    left, right = pod(sandbox, "10.1.0.2"), pod(sandbox, "10.1.0.3")
    server = subprocess.Popen(
        right.command(["/agnhost", "netexec", "--http-port=80"]),
        stderr=subprocess.DEVNULL,
        env={"PATH": PATH},
    )
    prober = Prober.inside(left)

    def answer(timeout: float = 0.2) -> str:
        prober.ask([("10.1.0.3", 80, "TCP")], timeout)
        return prober.answer()[0]

    while answer() != "open":
        assert server.poll() is None
    firewall = Firewall(sandbox)
    # What no map knows is dropped: a pod without rules has no connections.
    firewall.apply(Ruleset(pods=frozenset({"10.1.0.2", "10.1.0.3"})))
    assert answer() == "timeout"
    firewall.apply(Ruleset())
    assert answer() == "open"
    network.detach(sandbox, "10.1.0.3")
    assert answer() != "open"
    prober.close()
    right.close()
    assert server.wait(30) is not None


@pytest.mark.parametrize(
    "script",
    [
        "touch /usr/x",
        "mount -t tmpfs none /tmp",
        "ip link set eth0 down",
        "nft flush ruleset",
        "ls /work /home",
        # What gets out of a container that a runtime does not confine (OCI runtime specification).
        "echo '|/tmp/x' > /proc/sys/kernel/core_pattern",
        "echo b > /proc/sysrq-trigger",
        "echo 0 > /proc/sys/net/ipv4/ip_forward",
        "umount /proc/sys",
        "mount -o remount,rw /proc/sys",
        "mount -t proc proc /tmp",
        'test -n "$(head -c 1 /proc/kcore)"',
        "test -s /proc/keys",
        "test -s /proc/timer_list",
        "mknod /tmp/x c 1 1",
        "chown 1 /tmp",
        "unshare --user --map-root-user true",
        "setpriv --reuid=1 true",
    ],
)
def test_a_pod_cannot_change_the_machine_or_its_network(sandbox: Sandbox, script: str) -> None:
    assert say(pod(sandbox, "10.1.0.2"), script)[0] != 0


def test_a_pod_has_the_capabilities_that_agnhost_needs(sandbox: Sandbox) -> None:
    told = say(pod(sandbox, "10.1.0.2"), "cat /proc/self/status")[1]
    status = dict(line.split(":", 1) for line in told.splitlines())
    assert [int(status[f"Cap{kind}"], 16) for kind in ("Prm", "Eff", "Bnd")] == [1 << 10] * 3
    assert [int(status[f"Cap{kind}"], 16) for kind in ("Inh", "Amb")] == [0, 0]
    assert status["NoNewPrivs"].strip() == "1"


def test_a_pod_has_a_name_an_address_and_processes_of_its_own(sandbox: Sandbox) -> None:
    space = pod(sandbox, "10.1.0.2")
    assert say(space, "hostname") == (0, "pod-10-1-0-2")
    assert "10.1.0.2/32" in say(space, "ip -4 address show dev eth0")[1]
    assert say(space, "ls -d /proc/[0-9]* | wc -l")[1] in {"3", "4", "5"}
    assert say(space, "echo there > /tmp/file; cat /tmp/file") == (0, "there")


def test_a_pod_does_not_pass_for_another(sandbox: Sandbox) -> None:
    pod(sandbox, "10.1.0.2")
    with pytest.raises(CommandError, match="File exists"):
        pod(sandbox, "10.1.0.2")


def test_closing_a_pod_ends_its_processes_and_stopping_ends_all(sandbox: Sandbox) -> None:
    one, other = pod(sandbox, "10.1.0.2"), pod(sandbox, "10.1.0.3")
    inside = [subprocess.Popen(space.command(["sleep", "600"]), env={"PATH": PATH}) for space in (one, other)]
    one.close()
    assert inside[0].wait(30) is not None
    assert other.alive
    sandbox.stop()
    assert inside[1].wait(30) is not None
    assert not sandbox.alive


def test_what_cannot_be_started_says_so(folder: Path, agnhost: Path) -> None:
    with pytest.raises(CommandError, match="unshare failed"):
        Sandbox(folder / "none", folder, means().user_namespace).start()
