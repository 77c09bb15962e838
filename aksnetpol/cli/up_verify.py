"""Proves the policies of the cluster that a stack made, by connections from inside its pods."""

import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aksnetpol.cli import verify
from aksnetpol.errors import UserError
from aksnetpol.policy import AKS_PROFILES

if TYPE_CHECKING:
    from aksnetpol.deploy.workspace import Output
    from aksnetpol.local.node.enforcement import Enforcement


def enforcement(home: Path | None) -> "Enforcement | None":
    """Return how a local session enforces policies; None for a cluster elsewhere.

    Args:
        home: the local session's folder, None without one.

    Raises:
        UserError: it only models them.
    """
    if home is None:
        return None
    from aksnetpol.local import supervisor
    from aksnetpol.local.node.enforcement import Enforcement

    found = Enforcement(supervisor.status(home).enforcement or "model")
    if found is Enforcement.MODEL:
        raise UserError(
            "Here policies are only modelled: there is nothing to prove. Leave --verify out, or see why: "
            "aksnetpol local status"
        )
    return found


@contextmanager
def target(outputs: Iterable["Output"], enforced: "Enforcement | None") -> Generator[verify.Target]:
    """Name the stack's cluster for as long as it is probed; only the user can read its kubeconfig.

    Args:
        outputs: the stack's.
        enforced: from `enforcement`.

    Raises:
        UserError: the stack does not export what it takes, or a network policy engine that is none of AKS's.
    """
    values = {one.name: one.value for one in outputs}
    missing = [name for name in ("kubeconfig", "networkPolicy") if not _is_text(values.get(name))]
    if missing:
        raise UserError(
            f"--verify: the stack has no output {' and '.join(missing)}. Export it, or run: "
            "aksnetpol verify policies --kubeconfig FILE"
        )
    profile = AKS_PROFILES.get(values["networkPolicy"])
    if profile is None:
        raise UserError(
            f"--verify: the stack's output networkPolicy is {values['networkPolicy']!r}, and must be one of "
            f"{', '.join(sorted(AKS_PROFILES))}. To name the engine yourself, run: aksnetpol verify policies "
            "--kubeconfig FILE --engine ENGINE"
        )
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(values["kubeconfig"])
        file.flush()
        yield verify.Target(Path(file.name), None, profile, enforced)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
