import json

import pytest
from pulumi.automation import CommandResult
from pulumi.automation.errors import create_command_error

from aksnetpol.deploy.diagnostics import Diagnostic
from aksnetpol.deploy.errors import DeployError, PassphraseError, StackLockedError
from aksnetpol.deploy.failures import readable
from aksnetpol.errors import AksnetpolError
from aksnetpol.project import ProjectError

_PASSPHRASE = (
    "error: getting secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or "
    "PULUMI_CONFIG_PASSPHRASE_FILE environment variables"
)
_LOCKED = "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end"


def _failure(
    stderr: str = "", stdout: str = "", code: int = 255, said: tuple[Diagnostic, ...] = ()
) -> AksnetpolError:
    return readable(create_command_error(CommandResult(stdout, stderr, code)), "dev", list(said))


@pytest.mark.parametrize(
    ("stderr", "kind", "says", "exit_code"),
    [
        pytest.param(_PASSPHRASE, PassphraseError, "Set PULUMI_CONFIG_PASSPHRASE", 2, id="no-passphrase"),
        pytest.param(
            "error: incorrect passphrase", PassphraseError, "created with", 2, id="wrong-passphrase"
        ),
        pytest.param(_LOCKED, StackLockedError, "pulumi cancel -s dev", 1, id="locked"),
        pytest.param(
            "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
            ProjectError,
            "pulumi login",
            2,
            id="no-backend",
        ),
        pytest.param(
            "error: update failed\n  ManagedCluster cluster: error reading from server: EOF",
            DeployError,
            "aksnetpol local start",
            1,
            id="session-ended",
        ),
        pytest.param(
            'error: invoke failed: connection error: desc = "transport: Error while dialing: '
            'dial tcp 127.0.0.1:42069: connect: connection refused"',
            DeployError,
            "aksnetpol local start",
            1,
            id="session-gone",
        ),
        pytest.param(
            "error: could not load provider: rpc error: unknown service pulumirpc.ResourceProvider",
            DeployError,
            "aksnetpol local start",
            1,
            id="its-port-is-another-programs",
        ),
        pytest.param(
            "error: update is not allowed by the plan: this resource is constrained to same",
            DeployError,
            "Preview again with --save-plan",
            1,
            id="beyond-its-plan",
        ),
        pytest.param(
            "error: disk is full", DeployError, "Stack 'dev' failed:\n  disk is full", 1, id="unknown"
        ),
    ],
)
def test_says_what_to_do(stderr: str, kind: type[AksnetpolError], says: str, exit_code: int) -> None:
    error = _failure(stderr)
    assert type(error) is kind
    assert says in str(error)
    assert error.exit_code == exit_code


def test_errors_of_the_event_stream_come_first() -> None:
    said = (
        Diagnostic("error", "ManagedCluster aks", "Code=QuotaExceeded"),
        Diagnostic("error", "", "update failed"),
    )
    assert str(_failure("error: update failed", said=said)) == (
        "Stack 'dev' failed:\n  ManagedCluster aks: Code=QuotaExceeded"
    )


def test_errors_inside_a_previews_json_are_found() -> None:
    document = json.dumps(
        {
            "diagnostics": [
                {"severity": "error", "message": "no such engine"},
                {"severity": "info", "message": "x"},
            ]
        },
        indent=2,
    )
    assert str(_failure(stdout=document)) == "Stack 'dev' failed:\n  no such engine"


def test_a_killed_engine_is_told() -> None:
    assert "killed (signal 9)" in str(_failure(code=-9))
