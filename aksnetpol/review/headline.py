"""The verdict on a change: one risk level, and the reasons for it, worst first."""

from collections.abc import Iterator
from dataclasses import dataclass

from aksnetpol.engines import NetworkPolicy
from aksnetpol.engines.moves import Refusal
from aksnetpol.policy import Change, ChangeKind
from aksnetpol.policy import Risk as ConnectionRisk
from aksnetpol.review.model import Gate, Operation, Review, Risk, StackReview
from aksnetpol.words import counted, times

# Their loss takes workloads along.
_VITAL = ("containerservice:ManagedCluster", "containerservice:AgentPool", "resources:ResourceGroup")
_OPENED = {
    ConnectionRisk.FROM_OUTSIDE: Risk.HIGH,
    ConnectionRisk.ACROSS_NAMESPACES: Risk.HIGH,
    ConnectionRisk.TO_OUTSIDE: Risk.MEDIUM,
    ConnectionRisk.WITHIN_NAMESPACE: Risk.MEDIUM,
}


@dataclass(frozen=True)
class Headline:
    """The verdict on a stack.

    Args:
        reasons: short phrases, worst first.
    """

    risk: Risk
    reasons: tuple[str, ...]

    @property
    def text(self) -> str:
        """One sentence."""
        said = "; ".join(self.reasons)
        return f"{said[:1].upper()}{said[1:]}."


def headline(review: StackReview) -> Headline:
    """Return the verdict on a stack."""
    found = sorted(_reasons(review), key=lambda one: -one[0])
    if not found:
        return Headline(Risk.NONE, ("nothing changes",))
    return Headline(found[0][0], tuple(text for _, text in found))


def overall(review: Review) -> Risk:
    """Return the worst risk of all stacks."""
    return max((headline(one).risk for one in review.stacks), default=Risk.NONE)


def _reasons(review: StackReview) -> Iterator[tuple[Risk, str]]:
    if review.problem:
        yield Risk.HIGH, f"the {'change' if review.problem.in_head else 'base'} cannot be {review.how_read}"
        return
    yield from _connections(review)
    yield from _engine(review)
    yield from _resources(review)
    if review.lint.new_errors:
        yield Risk.MEDIUM, f"{counted(len(review.lint.new_errors), 'new lint error')}"
    if review.trips(Gate.RETIRED):
        yield Risk.HIGH, "it uses what has been retired"
    elif review.retirements.new:
        yield Risk.LOW, "it uses what will be retired"
    fewer = len(review.lint.new) - len(review.lint.new_errors)
    if fewer:
        yield Risk.LOW, counted(fewer, "new lint warning")
    fixed = len(review.lint.fixed) + len(review.retirements.fixed)
    if fixed:
        yield Risk.LOW, f"{counted(fixed, 'finding')} fixed"
    if review.plain_secrets:
        yield Risk.HIGH, f"{counted(len(review.plain_secrets), 'secret setting')} in plain text"
    if review.secrets:
        yield Risk.LOW, f"{counted(len(review.secrets), 'secret setting')} changed"


def _connections(review: StackReview) -> Iterator[tuple[Risk, str]]:
    changes = review.difference.changes if review.difference else ()
    for kind in ConnectionRisk:
        opened = [one for one in changes if one.kind is ChangeKind.ADDED and one.risk is kind]
        if opened:
            yield _OPENED[kind], f"{_groups(opened)} opened {kind}"
    closed = [one for one in changes if one.kind is ChangeKind.REMOVED]
    if closed:
        yield Risk.MEDIUM, f"{_groups(closed)} closed"
    moved = [one for one in changes if one.kind in (ChangeKind.APPEARED, ChangeKind.VANISHED)]
    if moved:
        yield Risk.LOW, f"{_groups(moved)} of new or removed workloads"
    if review.policies and not changes:
        yield Risk.LOW, "policies change, but no connection does"


def _groups(changes: list[Change]) -> str:
    return counted(len(changes), "group") + " of connections"


def _engine(review: StackReview) -> Iterator[tuple[Risk, str]]:
    change = review.engine
    if change is None:
        return
    if isinstance(change.plan, Refusal):
        yield Risk.HIGH, f"no way in place from {change.old} to {change.new}"
        return
    text = f"networking moves from {change.old} to {change.new}"
    if change.plan.reimages:
        text += f", all nodes reimaged {times(change.plan.reimages)}"
    unenforced = change.new.network_policy is NetworkPolicy.NONE is not change.old.network_policy
    yield Risk.HIGH if unenforced else Risk.MEDIUM, text


def _resources(review: StackReview) -> Iterator[tuple[Risk, str]]:
    words = {
        Operation.REPLACE: "replaced",
        Operation.DELETE: "deleted",
        Operation.UPDATE: "updated",
        Operation.CREATE: "created",
    }
    for operation, word in words.items():
        found = review.of(operation)
        if not found:
            continue
        gone = operation in (Operation.REPLACE, Operation.DELETE)
        vital = [one.resource.label for one in found if one.resource.type.endswith(_VITAL)]
        risk = Risk.HIGH if gone and vital else Risk.MEDIUM if operation is Operation.REPLACE else Risk.LOW
        names = f" ({', '.join(vital)})" if gone and vital else ""
        yield risk, f"{counted(len(found), 'resource')} {word}{names}"
