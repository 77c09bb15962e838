"""Imports a planned adoption into a stack's state; nothing in Azure is written."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from pulumi.automation import EngineEvent

from aksnetpol.adoption.errors import AdoptionError
from aksnetpol.adoption.planning import Adoption
from aksnetpol.adoption.program import program
from aksnetpol.deploy import StackWorkspace, Step
from aksnetpol.errors import AksnetpolError
from aksnetpol_stacks import LoadedSettings

_AZURE = "azure-native:"
# What is only ever in a stack's state: components, and our own resources at the live values.
_HARMLESS = {True: frozenset({"import", "same"}), False: frozenset({"create", "same"})}


def take_over(
    target: StackWorkspace, found: Adoption, loaded: LoadedSettings, on_event: Callable[[EngineEvent], None]
) -> None:
    """Import the cluster and its pools into the stack, and create what is in the state only.

    The import is planned first: today's engine would update a resource that differs from what it imports.

    Args:
        target: the stack; may hold the part of the same adoption that an earlier run came to.
        found: what to import.
        loaded: the settings as they were read back from the stack's file.
        on_event: told what happens.

    Raises:
        AdoptionError: the stack is another's, or the import would change something.
        DeployError, UserError: with the engine's own messages in short.
    """
    before = target.ids()
    _require_ours(target.stack, before or {}, found)
    try:
        require_harmless(target.steps_of(program(loaded, found.imports, planning=True)))
        target.up(on_event, program=program(loaded, found.imports))
    except BaseException:
        if before is None:  # a stack that was there stays, also one that holds nothing yet
            with suppress(AksnetpolError):  # what went wrong first is what to tell
                target.forget()
        raise


def _require_ours(stack: str, ids: dict[str, str], found: Adoption) -> None:
    known = {arm_id.lower() for arm_id in found.imports.values()}
    others = [urn for urn, arm_id in ids.items() if _is_azure(urn) and arm_id.lower() not in known]
    if others:
        names = ", ".join(sorted(urn.rpartition("::")[2] for urn in others))
        raise AdoptionError(f"Stack {stack!r} holds other resources ({names}). Choose another with --stack.")


def require_harmless(steps: Sequence[Step]) -> None:
    """Accept a plan that only imports from Azure.

    Raises:
        AdoptionError: it would change, replace, delete or create something there.
    """
    harmful = [step for step in steps if step.op not in _HARMLESS[_is_azure(step.urn)]]
    if harmful:
        said = [
            f"{step.op} {step.name}: {', '.join(change.path for change in step.changes) or 'it differs'}"
            for step in harmful
        ]
        raise AdoptionError(
            "The import would not leave Azure as it is, so nothing was done:\n" + "\n".join(said)
        )


def _is_azure(urn: str) -> bool:
    return urn.split("::")[2].rpartition("$")[2].startswith(_AZURE)
