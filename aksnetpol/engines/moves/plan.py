"""From a live cluster's networking to the wanted one: a plan, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from aksnetpol.engines.calendar import retirement_findings
from aksnetpol.engines.model import NetworkPolicy
from aksnetpol.engines.moves.command import az_update
from aksnetpol.engines.moves.dead_ends import dead_ends
from aksnetpol.engines.moves.disturbance import Disturbance, disturbances
from aksnetpol.engines.moves.duration import Duration, duration
from aksnetpol.engines.moves.live import LiveCluster
from aksnetpol.engines.moves.networking import UNSET, Networking, WantedNetworking
from aksnetpol.engines.moves.search import Path, Reason, Search, Transition, best, errors
from aksnetpol.findings import Finding


@dataclass(frozen=True)
class Requirement:
    """A precondition that holds now and must still hold when the step begins."""

    id: str
    text: str
    source: str


@dataclass(frozen=True)
class Step:
    """One operation of a plan.

    Args:
        move: id of the row in the table of moves.
        fields: leaves of `networkProfile` to set, ARM's names and values; nothing else changes.
        reimages: whether every node of every pool is reimaged.
        irreversible: whether no move leads back.
        command: the equal `az` command, quoted for a POSIX shell.
        azure_cli: the version of the Azure CLI that it needs, None where the docs name none.
    """

    move: str
    title: str
    before: Networking
    after: Networking
    fields: Mapping[str, str]
    reimages: bool
    irreversible: bool
    requirements: tuple[Requirement, ...]
    enforcement: str
    disturbances: tuple[Disturbance, ...]
    leaves_behind: tuple[str, ...]
    notes: tuple[str, ...]
    command: str
    azure_cli: str | None
    source: str


@dataclass(frozen=True)
class Detour:
    """A way that is shorter, or that keeps more as it is, and why it is not open."""

    moves: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Plan:
    """The shortest way that AKS allows; no steps where the cluster is as wanted.

    Args:
        warnings: what ends soon in the networking that the plan reaches.
        reimage: the estimate for one reimage of all nodes.
        detour: set where something makes the way longer than it might be, or another one.
        pods_checked: whether the Kubernetes API was looked at for what would block a drain.
    """

    cluster: str
    live: Networking
    goal: Networking
    steps: tuple[Step, ...]
    reimage: Duration
    warnings: tuple[Finding, ...] = ()
    detour: Detour | None = None
    pods_checked: bool = False

    @property
    def reimages(self) -> int:
        """How often all nodes are reimaged."""
        return sum(step.reimages for step in self.steps)

    @property
    def duration(self) -> Duration:
        """The estimate for all steps together."""
        return self.reimage * self.reimages

    @property
    def common_disturbances(self) -> tuple[Disturbance, ...]:
        """What every step disturbs alike."""
        first, *others = [step.disturbances for step in self.steps] or [()]
        return tuple(one for one in first if all(one in found for found in others))


@dataclass(frozen=True)
class Refusal:
    """There is no way now.

    Args:
        nearest: a plan to the networking that differs least from the wish; it may have no steps.
        unmet: leaves of `networkProfile` that differ there, in ARM's names.
    """

    cluster: str
    live: Networking
    wanted: WantedNetworking
    reasons: tuple[Reason, ...]
    nearest: Plan
    unmet: tuple[str, ...]


def plan(live: LiveCluster, wanted: WantedNetworking, today: date) -> Plan | Refusal:
    """Find the shortest way of moves from the live networking to the wanted one.

    Args:
        live: the cluster as it is now; a half-done migration is planned on from where it stands.
        wanted: what is asked for; open fields stay as they are where a way keeps them.
        today: the day to measure retirements from. `live.cluster.accept_retired` lets retired engines in.

    Returns:
        The plan; or a refusal, with the nearest networking that can be had.
    """
    search = Search(live, wanted, today)
    free, every = search.paths(free=True), search.paths(free=False)
    path, preferred = best(search, free), best(search, every)
    if path is not None:
        return _plan(search, path, _detour(path, preferred))
    if preferred is None:
        reasons = dead_ends(live.networking, wanted)
    else:
        reasons = tuple(dict.fromkeys(one for transition in preferred for one in transition.reasons))
    nearest = min(free, key=lambda networking: _distance(search, networking))
    near = _plan(search, free[nearest], None)
    return Refusal(live.cluster.name, live.networking, wanted, reasons, near, wanted.unmet(nearest))


def _distance(search: Search, networking: Networking) -> tuple[int, bool, bool, int, int]:
    """Order networkings by what they lack of the wish, then by what nobody asked for.

    In turn: wanted fields, the plugin, any engine where one is wanted, retired things, changed fields.
    Ties go to the networking with the fewest moves, because paths come in that order.
    """
    wanted, live = search.wanted, search.live
    unmet = wanted.unmet(networking)
    engine_wanted = wanted.network_policy not in (UNSET, NetworkPolicy.NONE)
    unenforced = engine_wanted and networking.network_policy is NetworkPolicy.NONE
    retired = len(errors(networking.on(live.cluster), search.today))
    changed = WantedNetworking.exactly(live.networking).unmet(networking)
    return len(unmet), "networkPlugin" in unmet, unenforced, retired, len(changed)


def _detour(path: Path, preferred: Path | None) -> Detour | None:
    """Say why the way that the table prefers is not the one taken: it is shorter, or it keeps more."""
    reasons = tuple(dict.fromkeys(one for transition in preferred or () for one in transition.reasons))
    if not preferred or not reasons or preferred == path:
        return None
    return Detour(tuple(transition.move.id for transition in preferred), reasons)


def _plan(search: Search, path: Path, detour: Detour | None) -> Plan:
    live = search.live
    goal = path[-1].situation.after if path else live.networking
    return Plan(
        cluster=live.cluster.name,
        live=live.networking,
        goal=goal,
        steps=tuple(_step(transition) for transition in path),
        reimage=duration(live),
        warnings=tuple(retirement_findings(goal.on(live.cluster), search.today)),
        detour=detour,
        pods_checked=live.obstacles is not None,
    )


def _step(transition: Transition) -> Step:
    move, situation = transition.move, transition.situation
    return Step(
        move=move.id,
        title=move.title.format(f=transition.fields),
        before=situation.before,
        after=situation.after,
        fields=transition.fields,
        reimages=move.reimages,
        irreversible=move.irreversible,
        requirements=tuple(Requirement(row.id, row.requirement, row.source) for row in move.preconditions),
        enforcement=move.enforcement,
        disturbances=disturbances(situation) if move.reimages else (),
        leaves_behind=move.leaves_behind,
        notes=move.notes,
        command=az_update(situation.live, transition.fields),
        azure_cli=move.azure_cli,
        source=move.source,
    )
