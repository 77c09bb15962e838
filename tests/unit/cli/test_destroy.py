"""A protected stack is not lost by one word."""

from dataclasses import dataclass, field

import pytest

from aksnetpol.cli import destroy
from aksnetpol.errors import UserError

_URN = "urn:pulumi:dev::shop::azure-native:containerservice:ManagedCluster::aks"


@dataclass
class _Stack:
    """The part of a StackWorkspace that is asked."""

    urns: tuple[str, ...]
    stack: str = "dev"
    lifted: list[bool] = field(default_factory=list[bool])

    def protected(self) -> tuple[str, ...]:
        return self.urns

    def unprotect(self) -> None:
        self.lifted.append(True)


@pytest.mark.parametrize(
    ("urns", "terminal", "yes", "unprotect", "answer", "lifted", "refused"),
    [
        pytest.param((), False, True, False, "", False, "", id="unprotected-yes"),
        pytest.param((), False, False, False, "", False, "add --yes", id="unprotected-nobody-to-ask"),
        pytest.param((_URN,), False, True, False, "", False, "add --unprotect", id="yes-is-not-enough"),
        pytest.param((_URN,), True, True, False, "", False, "add --unprotect", id="yes-on-a-terminal"),
        pytest.param((_URN,), False, True, True, "", True, "", id="yes-and-unprotect"),
        pytest.param((_URN,), True, False, False, "dev", True, "", id="name-typed"),
        pytest.param(
            (_URN,), True, False, False, "prod", False, "nothing was changed", id="other-name-typed"
        ),
        pytest.param(
            (_URN,), True, False, True, "no", False, "nothing was changed", id="unprotect-still-asks"
        ),
    ],
)
def test_protection(
    monkeypatch: pytest.MonkeyPatch,
    urns: tuple[str, ...],
    terminal: bool,
    yes: bool,
    unprotect: bool,
    answer: str,
    lifted: bool,
    refused: str,
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: terminal, raising=False)
    monkeypatch.setattr("aksnetpol.cli.console.err.input", lambda _: answer)
    target = _Stack(urns)
    if refused:
        with pytest.raises(UserError, match=refused):
            destroy._lift_protection(target, yes=yes, unprotect=unprotect)
    else:
        destroy._lift_protection(target, yes=yes, unprotect=unprotect)
    assert bool(target.lifted) is lifted
