"""A rule, and the interpreter of a table of rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aksnetpol.local.arm.containerservice.errors import refused

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Rule(Generic[Subject]):
    """One thing that AKS refuses.

    Args:
        id: names the rule in tests.
        broken: tells of a subject whether it is refused.
        code: error code.
        message: text, or how to make it of the subject.
        source: where code and message were seen; "modelled" and what for, where only the rule itself is
            documented: such rules have code BadRequest and a subcode that begins with `Emu`.
        target: path of the property.
        subcode: finer code.
    """

    id: str
    broken: Callable[[Subject], bool]
    code: str
    message: str | Callable[[Subject], str]
    source: str
    target: str | None = None
    subcode: str | None = None


def modelled(
    id: str,  # noqa: A002  the same name as the field that it fills
    broken: Callable[[Subject], bool],
    message: str | Callable[[Subject], str],
    source: str,
    target: str,
) -> Rule[Subject]:
    """Return a rule whose refusal nobody has recorded; its subcode follows from its id."""
    subcode = "Emu" + "".join(part.capitalize() for part in id.split("-"))
    return Rule(id, broken, "BadRequest", message, f"modelled; {source}", target, subcode)


def check(rules: Iterable[Rule[Subject]], subject: Subject) -> None:
    """Accept a subject.

    Args:
        rules: in order; the first broken one speaks.
        subject: what the rules are about.

    Raises:
        ArmFaultError: 400 in the words of the first broken rule.
    """
    for rule in rules:
        if rule.broken(subject):
            message = rule.message if isinstance(rule.message, str) else rule.message(subject)
            raise refused(rule.code, message, rule.target, rule.subcode)
