"""Which cluster is probed, under whose semantics."""

import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.errors import UserError


@dataclass(frozen=True)
class Target:
    """The cluster to probe.

    Args:
        kubeconfig: its file; None is KUBECONFIG or the user's own.
        context: None is the current one.
        engine: a profile's name.
        enforcement: of a cluster on this machine, `kernel` or `model`; None for one elsewhere.
    """

    kubeconfig: Path | None
    context: str | None
    engine: str
    enforcement: str | None = None

    @property
    def is_model(self) -> bool:
        """Whether no packet can be sent here."""
        return self.enforcement == "model"

    @property
    def enforced_by(self) -> str:
        """Who enforces its policies: the cluster, or how this machine does."""
        return str(self.enforcement or "cluster")

    def simulates(self, *systems: str | None) -> bool:
        """Tell whether one of these operating systems of nodes is Windows, and only stood in for here."""
        return self.enforcement is not None and "windows" in systems


@contextmanager
def exported(outputs: Mapping[str, object], enforcement: str | None) -> Generator[Target]:
    """Name a stack's cluster for as long as it is probed; only the user can read its kubeconfig.

    Args:
        outputs: the stack's, by name.
        enforcement: as Target's.

    Raises:
        UserError: the stack does not export what it takes, or a network policy engine that is none of AKS's.
    """
    # Policies' semantics take a while to import, and few commands that may prove do.
    from aksnetpol.policy import AKS_PROFILES

    kubeconfig, engine = outputs.get("kubeconfig"), outputs.get("networkPolicy")
    missing = [name for name in ("kubeconfig", "networkPolicy") if not _is_text(outputs.get(name))]
    if missing:
        raise UserError(
            f"--verify: the stack has no output {' and '.join(missing)}. Export it, or run: "
            "aksnetpol verify policies --kubeconfig FILE"
        )
    profile = AKS_PROFILES.get(str(engine))
    if profile is None:
        raise UserError(
            f"--verify: the stack's output networkPolicy is {engine!r}, and must be one of "
            f"{', '.join(sorted(AKS_PROFILES))}. To name the engine yourself, run: aksnetpol verify policies "
            "--kubeconfig FILE --engine ENGINE"
        )
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(str(kubeconfig))
        file.flush()
        yield Target(Path(file.name), None, profile, enforcement)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
