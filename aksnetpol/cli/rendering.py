"""Runs the programs that build kustomizations and charts, where they are on PATH and --render asks for it.

None runs code of the tree: kustomize gets neither plugins nor --enable-helm, helm fetches no dependencies.
"""

import shutil
from collections.abc import Sequence

from aksnetpol import subprocesses
from aksnetpol.errors import UserError
from aksnetpol.waiting import Wait

_SECONDS = 120.0
_BUILT_INTO = {"kustomize": ("kubectl", "kustomize")}  # what else builds kustomizations


def render(command: Sequence[str]) -> str | None:
    """Return what a command prints; None where its program is not on PATH.

    Args:
        command: `kustomize build FOLDER` or `helm template NAME FOLDER`.

    Raises:
        UserError: it fails.
        WaitingError: it does not end.
    """
    words = _found(command)
    if words is None:
        return None
    wait = Wait(" ".join(words), _SECONDS, remedy="It may fetch a base from elsewhere.")
    done = subprocesses.run(words, wait)
    if done.returncode:
        problem = done.stderr.decode(errors="replace").strip()
        raise UserError(f"--render: {' '.join(words)} failed: {problem}")
    return done.stdout.decode(errors="replace")


def _found(command: Sequence[str]) -> list[str] | None:
    program, *rest = command
    if path := shutil.which(program):
        return [path, *rest]
    if program in _BUILT_INTO and (path := shutil.which(_BUILT_INTO[program][0])):
        return [path, _BUILT_INTO[program][1], *rest[1:]]
    return None
