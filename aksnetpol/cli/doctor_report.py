"""Gathers what `aksnetpol doctor --report` tells."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from aksnetpol import machine, toolchain
from aksnetpol.local.home import default_home
from aksnetpol.machine import checks
from aksnetpol.report.bug import BugReport, Known, Log, Masker, capped, is_secret_name, secrets_of

_READ = 65_536  # bytes; a file that a variable names may be anything


def gather() -> BugReport:
    """Look at everything and mask it; changes nothing, and what fails is told in its place."""
    try:
        # Logs first: what a session that starts meanwhile makes and logs is not among them.
        logs, kept = _last_logs(), _confidential()
    except Exception as error:  # noqa: BLE001  what the session keeps is unknown: its logs are not shown
        kept, logs = dict[str, str](), (Log("none", f"left out: {machine.failure(error)}"),)
    secrets = secrets_of({**os.environ, **dict(_in_files())}) | secrets_of(kept)
    known = Known(secrets, machine.homes(), machine.users(), machine.hosts())
    return replace(_machine(), logs=logs).mapped(Masker(known)).mapped(capped)


def _machine() -> BugReport:
    folders = {
        "cache folder": toolchain.cache_root,
        "state folder": default_home,
        "temporary folder": machine.temporary_folder,
    }
    return BugReport(
        versions=machine.versions(),
        checks=_checks(),
        programs=machine.programs(),
        limits=machine.limits(folders),
        environment=tuple(sorted(os.environ)),
        session=machine.attempts({"runs": _runs, "folder": default_home, "policies": _policies}),
        logs=(),
    )


def _checks() -> tuple[dict[str, str], ...]:
    try:
        return tuple(asdict(one) for one in checks.examine())
    except Exception as error:  # noqa: BLE001  a report of what is broken must not break on it
        failed = {"name": "doctor", "status": "missing", "found": machine.failure(error), "remedy": ""}
        return (failed,)


def _runs() -> str:
    from aksnetpol.local.supervisor import session

    found = session.read(default_home())
    return f"yes, process {found.pid}" if found else "no"


def _policies() -> str:
    from aksnetpol.local.supervisor import enforcement

    means = enforcement.read(default_home())
    return f"enforced by {means.enforcement} {means.remark}".strip()


def _last_logs() -> tuple[Log, ...]:
    from aksnetpol.local.supervisor.logs import last_logs

    return tuple(Log(str(one.file), one.text) for one in last_logs(default_home()))


def _confidential() -> Mapping[str, str]:
    from aksnetpol.local.supervisor.confidential import confidential

    return confidential(default_home())


def _in_files() -> Iterator[tuple[str, str]]:
    """Yield what is in the files that variables name, as AZURE_FEDERATED_TOKEN_FILE does."""
    for name, value in os.environ.items():
        if name.endswith("_FILE") and is_secret_name(name):
            yield f"{name}_TEXT", _text(Path(value))


def _text(file: Path) -> str:
    try:
        # A pipe would never end.
        if not stat.S_ISREG(file.stat().st_mode):
            return ""
        with file.open("rb") as opened:
            return opened.read(_READ).decode(errors="replace")
    except (OSError, ValueError):
        return ""
