"""Stack files for local mode: copies in the session's folder, so that the project's own stay as they are.

A stack of the file backend keeps a salt of its passphrase in its stack file. That of a local session is of no
use to anyone else, and the engine would write it into a file under version control.
"""

import re
from pathlib import Path

from aksnetpol.project import Project

_SECRETS_KEYS = re.compile(r"^(?:encryptionsalt|secretsprovider|encryptedkey):.*\n?", re.MULTILINE)
_ENCRYPTED_VALUE = re.compile(r"^\s+secure:", re.MULTILINE)

# Makes the engine take the salt from the stack's state when the stack file has none.
FALLBACK = {"PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true"}


def folder(home: Path, project: Project) -> Path:
    """Where a session keeps its copies of a project's stack files."""
    return home / "stacks" / project.name


def write(home: Path, project: Project, stack: str) -> Path:
    """Bring the copy of a stack file up to date.

    Settings of secrets are left out, unless the file holds encrypted values: those need their own.
    """
    text = project.require_file(stack).read_text(encoding="utf-8")
    if not _ENCRYPTED_VALUE.search(text):
        text = _SECRETS_KEYS.sub("", text)
    target = folder(home, project) / f"Pulumi.{stack}.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    # The engine wants a project where a stack is created; this one is never run, its stacks are beside it.
    (target.parent / "Pulumi.yaml").write_text(f"name: {project.name}\nruntime: python\n", encoding="utf-8")
    target.write_text(text, encoding="utf-8")
    return target
