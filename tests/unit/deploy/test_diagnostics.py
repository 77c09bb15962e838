import pytest

from aksnetpol.deploy.diagnostics import Diagnostic, diagnostic, worth_showing

_STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
_POOL = "urn:pulumi:dev::shop::azure-native:containerservice:AgentPool::win"


@pytest.mark.parametrize(
    ("urn", "message", "shown"),
    [
        pytest.param(_POOL, 'Code="Conflict" busy\n', 'AgentPool win: Code="Conflict" busy', id="resource"),
        pytest.param(_STACK, "\x1b[31mbad\x1b[0m key", "bad key", id="stack-and-colour"),
        pytest.param(
            _STACK,
            "python inline source runtime error: no such file\nTraceback (most recent call last):\n  File x",
            "no such file",
            id="program-error-of-our-host",
        ),
        pytest.param(
            _STACK,
            "Program failed with an unhandled exception:\nTraceback (most recent call last):\nKeyError: 'a'",
            "Program failed with an unhandled exception:\nKeyError: 'a'",
            id="program-error-of-the-official-host",
        ),
        pytest.param(
            _STACK, "warning: Exception calling application: no way", "no way", id="prefixes-of-json-and-grpc"
        ),
        pytest.param(
            _STACK, "an unhandled error occurred: nope: no such file", "nope: no such file", id="run-error"
        ),
        pytest.param(
            "", "\n".join(str(n) for n in range(20)), "\n".join(str(n) for n in range(12)), id="long"
        ),
    ],
)
def test_messages_are_short_and_say_where(urn: str, message: str, shown: str) -> None:
    assert str(diagnostic("error", urn, message)) == shown


def test_repetitions_and_noise_are_left_out() -> None:
    real = Diagnostic("error", "AgentPool win", "Conflict")
    said = [real, real, Diagnostic("error", "", "update failed"), Diagnostic("warning", "", "")]
    noise = Diagnostic("warning", "", "using pulumi-language-python from $PATH at /x")
    assert worth_showing([*said, noise]) == (real,)


def test_a_lone_repetition_is_kept() -> None:
    only = Diagnostic("error", "", "update failed")
    assert worth_showing([only]) == (only,)
