"""What a shell needs so that plain `pulumi` works against a local session."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aksnetpol import environment
from aksnetpol.deploy import local_config, pulumi_home
from aksnetpol.deploy.engine import Engine
from aksnetpol.deploy.workspace import StackWorkspace
from aksnetpol.project import Project


def shell_environment(
    session: Mapping[str, str], home: Path, engine: Engine, project: Project | None
) -> dict[str, str | None]:
    """The session's variables, PATH with the engine first, and every stack of the project created.

    What a shell has chosen for other backends and clouds is None: to be unset.

    Plain `pulumi up -s dev` then works at once; as for any stack of a file backend it adds the line
    `encryptionsalt` to Pulumi.dev.yaml, which `aksnetpol up --local` does not.

    Args:
        session: what the local session gives.
        home: the session's folder.
        project: in whose folder the shell is, if any.
    """
    for stack in project.stacks() if project else ():
        if project and not exists(home, project, stack):
            StackWorkspace(project, stack, engine, session, home).init()
    own = {
        **local_config.FALLBACK,
        **environment.proxy_bypass(os.environ),
        "PULUMI_HOME": str(pulumi_home.prepared(home)),
        "PATH": engine.path(os.environ.get("PATH", "")),
    }
    foreign = (name for name in environment.choices(os.environ) if not name.startswith("AZURE_"))
    return {**dict.fromkeys(foreign), **session, **own}


def exists(home: Path, project: Project, stack: str) -> bool:
    """Whether the session's file backend has the stack: asking the engine takes half a second for each."""
    return _state(home, project, stack).exists()


def resources(home: Path, project: Project, stack: str) -> int | None:
    """How many resources a stack has in the session; None where there is no such stack.

    `local env` makes every stack of a project, so that one may exist and have none.
    """
    try:
        document = json.loads(_state(home, project, stack).read_text())
    except OSError:
        return None
    deployment: Mapping[str, Any] = document.get("checkpoint", {}).get("latest") or {}
    return len(deployment.get("resources") or ())


def _state(home: Path, project: Project, stack: str) -> Path:
    return home / "state" / ".pulumi" / "stacks" / project.name / f"{stack}.json"
