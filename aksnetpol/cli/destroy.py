"""aksnetpol destroy"""

from typing import Annotated, Protocol

import typer

from aksnetpol.cli.console import confirm, err, interactive, out, print_json
from aksnetpol.cli.events import EventView
from aksnetpol.cli.options import (
    DEFAULT_STACK,
    JsonOption,
    LocalOption,
    StackOption,
    TimeoutOption,
    YesOption,
)
from aksnetpol.cli.target import workspace
from aksnetpol.deploy.diagnostics import resource
from aksnetpol.errors import UserError


class _Protected(Protocol):
    """The part of a StackWorkspace that is asked here."""

    @property
    def stack(self) -> str: ...

    def protected(self) -> tuple[str, ...]: ...

    def unprotect(self) -> None: ...


UnprotectOption = Annotated[bool, typer.Option("--unprotect", help="Delete protected resources too.")]


def command(
    stack: StackOption = DEFAULT_STACK,
    local: LocalOption = False,
    json: JsonOption = False,
    yes: YesOption = False,
    unprotect: UnprotectOption = False,
    timeout: TimeoutOption = None,
) -> None:
    """Delete every resource of a stack; protected ones only when that is said.

    Example: [bold]aksnetpol destroy --local -s dev --yes[/bold]
    """
    target = workspace(stack, local=local, timeout=timeout)
    _lift_protection(target, yes=yes, unprotect=unprotect)
    with EventView(show=not json) as view:
        target.destroy(view)
    if json:
        print_json(view.summary(stack))
    else:
        out.print(f"Stack {stack} is gone: {view.sentence()}.")


def _lift_protection(target: _Protected, *, yes: bool, unprotect: bool) -> None:
    """Ask before anything is lost, the more so when it is protected."""
    protected = target.protected()
    names = ", ".join(resource(urn) for urn in protected)
    if not protected:
        confirm(f"Delete all resources of stack {target.stack!r}?", yes=yes)
        return
    asks = interactive() and not yes
    if not unprotect and not asks:
        raise UserError(
            f"Stack {target.stack!r} protects {names}. To delete it all the same, add --unprotect."
        )
    if asks:
        err.print(f"Stack {target.stack!r} protects {names}.")
        answer = err.input("Type the stack's name to delete all of it: ")
        if answer.strip() != target.stack:
            raise UserError("Not confirmed; nothing was changed.")
    target.unprotect()
