"""Pulumi's own installer, for machines that reach get.pulumi.com: quicker than a build, and complete."""

import sys
from pathlib import Path

from aksnetpol import subprocesses
from aksnetpol.toolchain import cache
from aksnetpol.toolchain.progress import Phase, Report, Step
from aksnetpol.toolchain.reach import unreachable
from aksnetpol.toolchain.tools import PULUMI
from aksnetpol.waiting import Wait, WaitingError

_PROBE = "https://get.pulumi.com/install.sh"
_INSTALL_SECONDS = 180.0
_SCRIPT = "import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(root=sys.argv[1])"


def folder() -> Path:
    """Where the installer puts Pulumi: bin/pulumi and its language hosts."""
    return cache.root() / "tools" / f"pulumi-official-{PULUMI.version}"


def find() -> Path | None:
    """An installation made earlier, when it is complete."""
    executable = folder() / "bin" / "pulumi"
    return executable if (folder() / "complete").exists() and executable.exists() else None


def install(report: Report) -> None:
    """Run `pulumi.automation.PulumiCommand.install`, if the network allows it.

    A process of its own, since the installer itself knows no time limit.
    """
    if unreachable([_PROBE]):
        return
    report(Step(Phase.INSTALLING, f"pulumi {PULUMI.version} from get.pulumi.com", 30))
    try:
        wait = Wait("Pulumi's installer", _INSTALL_SECONDS)
        if subprocesses.run([sys.executable, "-c", _SCRIPT, str(folder())], wait).returncode:
            return
    except (OSError, WaitingError):
        return
    (folder() / "complete").touch()
