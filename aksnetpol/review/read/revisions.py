"""Reads both revisions of every stack, all at once, against stand-ins for Azure and the providers."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from aksnetpol.errors import AksnetpolError
from aksnetpol.policy import load_objects
from aksnetpol.project import UnknownStackError
from aksnetpol.review.asked import Revisions
from aksnetpol.review.model import Problem, Revision, Sides
from aksnetpol.review.read.checkout import Checkout, check_out
from aksnetpol.review.read.objects import require_manifests
from aksnetpol.review.read.revision import Hermetic, read_revision
from aksnetpol.review.resources import compare

AT_ONCE = 4  # engines; each takes about one processor


def read(asked: Revisions) -> dict[str, Sides | Problem]:
    """Return the stacks before and after, each or why it cannot be read.

    Raises:
        ProjectError: no such revision.
        SourceError: no such manifests at either.
    """
    with tempfile.TemporaryDirectory(prefix="aksnetpol-review-") as place:
        home = Path(place)
        old, new = (
            check_out(asked.project, asked.base, home / "base", may_lack=True),
            check_out(asked.project, asked.head, home / "head"),
        )
        require_manifests(asked.manifests, old.root, new.root)
        names, engine = asked.stacks or new.project.stacks(), asked.engine()
        with asked.stand_ins(home) as stand_ins, ThreadPoolExecutor(AT_ONCE) as pool:
            environment = {**stand_ins, **_own_environment()}
            using = Hermetic(engine, environment, home, asked.manifests, asked.today, asked.limit)
            started = {
                name: (pool.submit(_read, old, name, using), pool.submit(_read, new, name, using))
                for name in names
            }
            return {name: _sides(*both, asked, home) for name, both in started.items()}


def _own_environment() -> Mapping[str, str]:
    """Keep a preview away from the user's secrets, service, plugins and cluster."""
    return {
        "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(30),
        "PULUMI_CONFIG_PASSPHRASE_FILE": "",
        "PULUMI_ACCESS_TOKEN": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "KUBECONFIG": os.devnull,
    }


def _read(checkout: Checkout, stack: str, using: Hermetic) -> Revision:
    side = checkout.root.name
    state = using.home / f"{side}-state" / stack
    state.mkdir(parents=True)
    environment = {**using.environment, "PULUMI_BACKEND_URL": f"file://{state}"}
    mine = replace(using, environment=environment, home=using.home / f"{side}-home")
    return read_revision(checkout, stack, mine)


def _sides(old: Future[Revision], new: Future[Revision], asked: Revisions, home: Path) -> Sides | Problem:
    """Return a stack's revisions, or say why one cannot be read."""
    try:
        after = new.result()
    except AksnetpolError as error:
        return Problem(asked.head, _relative(error, home), in_head=True)
    try:
        before = old.result()
    except UnknownStackError:
        before = Revision(asked.base, (), load_objects(()), after.engine)  # the change adds the stack
    except AksnetpolError as error:
        return Problem(asked.base, _relative(error, home), in_head=False)
    return Sides(before, after, compare(before.resources, after.resources, asked.rules))


def _relative(error: AksnetpolError, home: Path) -> str:
    """Return a message with paths of the repository, without lines that repeat an earlier one."""
    message = str(error)
    for side in ("base", "head"):
        message = message.replace(f"{home / side}{os.sep}", "")
    kept: list[str] = []
    for line in message.splitlines():
        if not any(one.strip() in line for one in kept):
            kept.append(line)
    return "\n".join(kept)
