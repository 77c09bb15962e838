"""Where the last lines of a log begin."""

import pytest

from aksnetpol.local.node.kubelet.exec import exit_status
from aksnetpol.local.node.kubelet.logs import tail_start


@pytest.mark.parametrize(
    ("content", "lines", "expected"),
    [
        (b"a\nb\nc\n", 1, b"c\n"),
        (b"a\nb\nc\n", 2, b"b\nc\n"),
        (b"a\nb\nc", 1, b"c"),
        (b"a\nb\nc\n", 9, b"a\nb\nc\n"),
        (b"a\nb\n", 0, b""),
        (b"", 3, b""),
        (b"\n\n", 1, b"\n"),
    ],
)
def test_tail_start(content: bytes, lines: int, expected: bytes) -> None:
    assert content[tail_start(content, lines) :] == expected


def test_exit_status_is_what_clients_read() -> None:
    assert exit_status(0)["status"] == "Success"
    failed = exit_status(3)
    assert (failed["status"], failed["reason"]) == ("Failure", "NonZeroExitCode")
    assert failed["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]
