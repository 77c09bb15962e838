"""The file that holds the engine's plan: what one update may do, secrets encrypted."""

import json
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aksnetpol.errors import UserError
from aksnetpol.project import Project


class PlanFileError(UserError):
    """A plan cannot be saved or used."""


@contextmanager
def replaced(path: Path) -> Generator[Path]:
    """Give a draft for a plan, which takes the file's place when all went well; only its owner can read it.

    Raises:
        PlanFileError: nothing can be written there.
    """
    try:
        path.unlink(missing_ok=True)  # one of an earlier preview must not be taken for this one's
        place = tempfile.TemporaryDirectory(prefix=".aksnetpol-plan-", dir=path.absolute().parent)
    except OSError as error:
        raise PlanFileError(f"--save-plan {path}: cannot be written ({error.strerror}).") from None
    with place as folder:
        draft = Path(folder) / "plan.json"
        yield draft
        draft.chmod(0o600)
        draft.replace(path)


def check(path: Path, project: Project, stack: str) -> Path:
    """Return a plan's absolute path.

    Raises:
        PlanFileError: it cannot be read, or is no plan of the stack.
    """
    try:
        plan: Any = json.loads(path.read_text(encoding="utf-8"))
        resources: list[str] = list(plan["resourcePlans"].keys())
    except (OSError, UnicodeDecodeError) as error:
        raise PlanFileError(f"--plan {path}: cannot be read: {error}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        resources = []
    if not resources:  # the engine's always hold the stack itself
        raise PlanFileError(f"--plan {path}: this is no plan. Make one with --save-plan.")
    name = stack.rpartition("/")[2]  # Pulumi Cloud's may name their organisation
    prefix = f"urn:pulumi:{name}::{project.name}::"
    if other := next((urn for urn in resources if not urn.startswith(prefix)), None):
        of = "::".join(other.split("::")[:2]).removeprefix("urn:pulumi:").replace("::", " of project ")
        raise PlanFileError(f"--plan {path}: this is the plan of stack {of}, not of {stack}.")
    return path.absolute()
