"""probe/connect.py: what agnhost's words mean."""

import pytest

from aksnetpol.probe.connect import Answer, Outcome, command


@pytest.mark.parametrize(
    ("answer", "outcome", "reached"),
    [
        pytest.param(Answer(0, ""), Outcome.OPEN, True, id="open"),
        pytest.param(Answer(1, "TIMEOUT\n"), Outcome.TIMEOUT, False, id="timeout"),
        pytest.param(Answer(1, "REFUSED\n"), Outcome.REFUSED, True, id="refused-has-answered"),
        pytest.param(Answer(1, "DNS: no such host"), Outcome.OTHER, False, id="dns"),
        pytest.param(Answer(126, "no such file"), Outcome.OTHER, False, id="no-agnhost"),
    ],
)
def test_outcome(answer: Answer, outcome: Outcome, reached: bool) -> None:
    assert (answer.outcome, answer.outcome.reached) == (outcome, reached)


def test_command_is_the_documented_one() -> None:
    """AKS docs, use-network-policies: /agnhost connect SERVER_IP:80 --timeout=3s --protocol=tcp."""
    assert " ".join(command("10.244.0.7", 80, "TCP")) == (
        "/agnhost connect 10.244.0.7:80 --timeout=3s --protocol=tcp"
    )


def test_addresses_of_version_6_are_bracketed() -> None:
    assert command("fd00::7", 53, "UDP")[2] == "[fd00::7]:53"
