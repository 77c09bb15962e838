"""One attempt to connect, from inside a pod: the command and what its output means.

Source: kubernetes, test/images/agnhost/README.md, "connect".
"""

from dataclasses import dataclass
from enum import StrEnum

AGNHOST_IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.63.0"
TIMEOUT_SECONDS = 3


class Outcome(StrEnum):
    """What became of an attempt."""

    OPEN = "open"
    REFUSED = "refused"
    TIMEOUT = "TIMEOUT"
    OTHER = "other"

    @property
    def reached(self) -> bool:
        """Whether packets came through: a pod that refuses has answered; a policy drops in silence."""
        return self in (Outcome.OPEN, Outcome.REFUSED)


@dataclass(frozen=True)
class Answer:
    """What a command in a pod gave back.

    Args:
        code: exit code.
        text: standard output and error.
    """

    code: int
    text: str

    @property
    def outcome(self) -> Outcome:
        """What it says of the connection."""
        said = self.text.strip()
        if self.code == 0:
            return Outcome.OPEN
        if said.startswith("TIMEOUT"):
            return Outcome.TIMEOUT
        return Outcome.REFUSED if said.startswith("REFUSED") else Outcome.OTHER


def is_agnhost(image: str) -> bool:
    """Tell whether an image is agnhost, from whatever registry."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0] == "agnhost"


def command(address: str, port: int, protocol: str) -> list[str]:
    """Return the command that tries to connect once.

    Args:
        address: IPv4 or IPv6 address of the destination.
        protocol: TCP, UDP or SCTP.
    """
    host = f"[{address}]" if ":" in address else address
    options = [f"--timeout={TIMEOUT_SECONDS}s", f"--protocol={protocol.lower()}"]
    return ["/agnhost", "connect", f"{host}:{port}", *options]
