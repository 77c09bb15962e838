"""Finds the shortest way over the table of moves, breadth first."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from aksnetpol.engines.check import check
from aksnetpol.engines.model import Cluster, NetworkPolicy
from aksnetpol.engines.moves.live import LiveCluster
from aksnetpol.engines.moves.move import Move, Precondition, Situation
from aksnetpol.engines.moves.networking import Networking, WantedNetworking
from aksnetpol.engines.moves.table import MOVES
from aksnetpol.findings import Finding, Severity


@dataclass(frozen=True)
class Reason:
    """Why AKS does not do something.

    Args:
        id: of the precondition, rule or dead end.
        message, remedy: what is wrong, what to do.
    """

    id: str
    message: str
    remedy: str
    source: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Return a rule's finding as a reason."""
        return cls(finding.id, finding.message, finding.remedy, finding.source)


@dataclass(frozen=True)
class Transition:
    """One move from one networking: the leaves of `networkProfile` it sets, and what stands against it."""

    move: Move
    situation: Situation
    fields: Mapping[str, str]
    reasons: tuple[Reason, ...]


Path = tuple[Transition, ...]


@dataclass(frozen=True)
class Search:
    """All ways from a live cluster's networking.

    Args:
        wanted: chooses the pod range where a move sets one.
        today: the day to measure retirements from.
        moves: the table.
    """

    live: LiveCluster
    wanted: WantedNetworking
    today: date
    moves: tuple[Move, ...] = MOVES

    def transitions(self, before: Networking) -> Iterator[Transition]:
        """Return the moves from a networking, those that something stands against included."""
        for move in self.moves:
            if not move.applies(before):
                continue
            fields = move.sets(before, self.wanted)
            after = before.with_fields(fields)
            if after != before:
                situation = Situation(self.live, before, after)
                yield Transition(move, situation, fields, self._reasons(move, situation))

    def paths(self, *, free: bool) -> dict[Networking, Path]:
        """Return a shortest path to every networking that can be reached, the nearest first.

        Args:
            free: only moves that nothing stands against; else all of the table.
        """
        start = self.live.networking
        found: dict[Networking, Path] = {start: ()}
        queue = deque([start])
        while queue:
            before = queue.popleft()
            for transition in self.transitions(before):
                after = transition.situation.after
                if after in found or (free and transition.reasons):
                    continue
                found[after] = (*found[before], transition)
                queue.append(after)
        return found

    def _reasons(self, move: Move, situation: Situation) -> tuple[Reason, ...]:
        unmet = [reason(row, situation) for row in move.preconditions if not row.met(situation)]
        if unmet:
            return tuple(unmet)
        # What the rules find after the move and not before it: AKS would refuse it too.
        before, after = (
            networking.on(self.live.cluster) for networking in (situation.before, situation.after)
        )
        known = {(one.id, one.subject) for one in errors(before, self.today)}
        new = errors(after, self.today)
        return tuple(Reason.of(one) for one in new if (one.id, one.subject) not in known)


def errors(cluster: Cluster, today: date) -> tuple[Finding, ...]:
    """Return what the rules refuse about a cluster (engines.check)."""
    return tuple(one for one in check(cluster, today) if one.severity is Severity.ERROR)


def reason(row: Precondition, situation: Situation) -> Reason:
    """Return an unmet precondition as a reason."""
    message, remedy = (text.format(s=situation) for text in (row.unmet, row.remedy))
    return Reason(row.id, message, remedy, row.source)


def best(search: Search, paths: dict[Networking, Path]) -> Path | None:
    """Return the path to what is wanted that changes the fewest fields, of those the shortest.

    Whoever asks for overlay alone does not mean to lose the engine on the way.
    """
    goals = [networking for networking in paths if search.wanted.met_by(networking)]
    goal = min(goals, key=lambda networking: cost(search.live.networking, networking), default=None)
    return None if goal is None else paths[goal]


def cost(live: Networking, goal: Networking) -> tuple[int, bool]:
    """Order goals by how many fields change, then by whether an engine is lost."""
    lost = live.network_policy is not NetworkPolicy.NONE and goal.network_policy is NetworkPolicy.NONE
    return len(WantedNetworking.exactly(live).unmet(goal)), lost
