"""Says what a change of networking does and costs, and why it cannot be had."""

from aksnetpol.engines.moves import Plan, Refusal
from aksnetpol.words import counted


def refused(found: Refusal) -> str:
    """Say why there is no way, and what can be had."""
    reasons = " ".join(f"{one.message} {one.remedy} ({one.source})" for one in found.reasons)
    if found.nearest.steps:
        near = f"The nearest that can be had is: {found.nearest.goal}."
    else:
        near = f"It stays at: {found.live}."
    return f"{found.cluster} cannot be moved from {found.live} to {found.wanted}. {reasons} {near}"


def summary(found: Plan) -> str:
    """Say in a few lines what a plan does and costs."""
    lines = [
        f"{found.cluster} moves in place from {found.live} to {found.goal} in "
        f"{counted(len(found.steps), 'step')}, about {found.duration}:"
    ]
    for number, step in enumerate(found.steps, 1):
        cost = " Reimages all nodes of all pools at once." if step.reimages else ""
        back = " There is no way back." if step.irreversible else ""
        lines.append(f"{number}. {step.title}.{cost}{back} {step.enforcement}")
    lines += [f"{one.message} {one.remedy}" for one in found.warnings]
    return "\n".join(lines)


def unacknowledged(cluster: str) -> str:
    """Say how to agree to a reimage of all nodes."""
    return (
        f"{cluster}: this reimages all nodes of all pools at once. To agree, set acknowledgeReimage: true "
        "under aksnetpol:cluster in the stack's file."
    )
