"""Users who are not root, whom the machine does not know, and who share it."""

import json
import os

import pytest

from .conftest import NOBODY, Machine, MakeMachine

pytestmark = [
    pytest.mark.engine,
    pytest.mark.control_plane,
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may be others"),
]

# Users without capabilities, in a user namespace that allows no further ones.
_NO_NAMESPACES = (
    *("unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-c"),
    'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --inh-caps=-all --ambient-caps=-all -- "$@"',
    "sh",
)


def _enforcement(one: Machine) -> tuple[str, str]:
    found = json.loads(one.aksnetpol("local", "status", "--json"))
    return found["enforcement"], found["enforcement_remark"]


def _proves(one: Machine) -> None:
    one.aksnetpol("up", "--local", "-s", "dev", "--json")
    one.aksnetpol("verify", "policies", "--local", "--json")
    one.aksnetpol("destroy", "--local", "-s", "dev", "--yes", "--unprotect", "--json")


# environment: unprivileged-user
def test_with_user_namespaces_packets_are_dropped(machine: MakeMachine) -> None:
    one = machine(user=NOBODY)
    one.aksnetpol("local", "start")
    if _enforcement(one)[0] != "kernel":
        pytest.skip(f"this machine gives no user namespaces to users: {_enforcement(one)[1]}")
    _proves(one)


# environment: unprivileged-user-without-namespaces
def test_without_user_namespaces_policies_are_modelled(machine: MakeMachine) -> None:
    one = machine(user=NOBODY, before=_NO_NAMESPACES)
    one.aksnetpol("local", "start")
    enforcement, remark = _enforcement(one)
    assert enforcement == "model"
    assert "sudo -E aksnetpol local start" in remark
    one.aksnetpol("up", "--local", "-s", "dev", "--json")
    refused = one.run("aksnetpol", "verify", "policies", "--local", expect=None)
    assert refused.returncode != 0
    assert "model" in refused.stdout + refused.stderr


# environment: second-user
@pytest.mark.parametrize("others", [None, NOBODY + 1], ids=["root", "another"])
def test_a_second_user_on_the_same_machine(machine: MakeMachine, others: int | None) -> None:
    first, second = machine(home="first", user=others), machine(home="second", user=NOBODY)
    for one in (first, second):
        one.aksnetpol("local", "start")
    for one in (first, second):
        planned = json.loads(one.aksnetpol("preview", "--local", "-s", "none", "--json"))
        assert set(planned["counts"]) == {"create"}
    first.aksnetpol("local", "stop")
    json.loads(second.aksnetpol("local", "status", "--json"))


# environment: read-only-checkout
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("preview", "--local", "-s", "dev"), id="preview"),
        pytest.param(("up", "--local", "-s", "none"), id="up"),
        pytest.param(("stacks",), id="stacks"),
    ],
)
def test_a_checkout_that_is_not_theirs(machine: MakeMachine, command: tuple[str, ...]) -> None:
    one = machine(user=NOBODY)
    assert one.run("test", "-w", str(one.folder), expect=1)
    one.aksnetpol(*command)


def test_a_user_whom_the_machine_does_not_know(machine: MakeMachine) -> None:
    """No entry among the users, no USER: Go's programs need a name."""
    one = machine(user=NOBODY)
    assert one.run("id", "-un", expect=1)
    one.aksnetpol("preview", "--local", "-s", "dev", "--json")
