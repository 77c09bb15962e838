"""Attempts the chosen connections from inside the pods, and compares what happens with the model."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from aksnetpol import subprocesses
from aksnetpol.kube import ApiError
from aksnetpol.policy import Certainty, Protocol
from aksnetpol.probe.connect import Outcome, command
from aksnetpol.probe.coverage import Coverage, Probe
from aksnetpol.probe.errors import ProbeError
from aksnetpol.probe.pods import Pods
from aksnetpol.probe.twins import Json, Place, Senders

_AGAIN = 1.0  # seconds before a second look: an edit may have been under way
_SILENT = (
    "no answer: a UDP server that does not know agnhost's question is as silent as a policy that drops it; "
    "look for the packet at the server"
)


@dataclass(frozen=True)
class Result:
    """What became of one probe.

    Args:
        seen: None where it could not be attempted; then `cause` says why.
        cause: where model and cluster differ, what is likely behind it.
    """

    probe: Probe
    seen: Outcome | None
    seconds: float
    cause: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the cluster does what the model says."""
        return self.seen is not None and self.seen.reached == self.probe.expected.allowed

    @property
    def undecided(self) -> bool:
        """Whether what was seen fits both: silence over UDP where the model allows."""
        probe = self.probe
        return (
            self.seen is Outcome.TIMEOUT and probe.protocol is Protocol.UDP and bool(probe.expected.allowed)
        )

    @property
    def differs(self) -> bool:
        """Whether the cluster does something else, or could not be asked."""
        return not self.agrees and not self.undecided


def verify(
    pods: Pods,
    coverage: Coverage,
    specs: Mapping[str, Json],
    *,
    concurrency: int = 8,
    done: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    """Attempt every probe; pods that were made for it are gone afterwards.

    Told to end, it takes them away as far as the cluster answers in the seconds that are left.

    Args:
        specs: of pods, by namespace/name.
        concurrency: attempts at the same time.
        done: told of each result, from any thread.

    Raises:
        ApiError: what was made cannot be deleted.
    """
    with ExitStack() as stack:
        senders = Senders(pods, specs, stack)

        def attempt(probe: Probe) -> Result:
            result = _attempt(pods, senders, probe)
            done(result)
            return result

        pool = ThreadPoolExecutor(concurrency)
        try:
            return list(pool.map(attempt, coverage.probes))
        finally:
            # Told to end, the time that is left is for taking away what was made.
            pool.shutdown(wait=not subprocesses.ending(), cancel_futures=True)


def _attempt(pods: Pods, senders: Senders, probe: Probe) -> Result:
    began = time.monotonic()
    try:
        place = senders.of(probe.source)
        wanted = probe.expected.allowed
        seen = _once(pods, place, probe)
        if seen.reached != wanted:
            time.sleep(_AGAIN)
            seen = _once(pods, place, probe)
    except (ApiError, ProbeError) as error:
        return Result(probe, None, time.monotonic() - began, str(error))
    cause = "" if seen.reached == wanted else likely_cause(probe, seen)
    return Result(probe, seen, time.monotonic() - began, cause)


def _once(pods: Pods, place: Place, probe: Probe) -> Outcome:
    answer = pods.run(*place, command(probe.destination.ips[0], probe.port, probe.protocol))
    if answer.outcome is Outcome.OTHER:
        raise ProbeError(f"{probe}: agnhost says {answer.text.strip()!r}")
    return answer.outcome


def likely_cause(probe: Probe, seen: Outcome) -> str:
    """Say what is likely behind a disagreement, and where to look."""
    verdict = probe.expected
    sides = [one for one in (verdict.egress, verdict.ingress) if one is not None]
    if verdict.certainty is not Certainty.CERTAIN:
        return f"the verdict is only {verdict.certainty}: {' '.join(verdict.notes) or 'engines differ here'}"
    if verdict.allowed and probe.protocol is Protocol.UDP:
        return _SILENT
    if verdict.allowed:
        allowing = ", ".join(f"{one.policy} ({one.location})" for one in sides if one.policy) or "no policy"
        return (
            f"the model allows it by {allowing}, the cluster drops it: a policy of a kind that was not read, "
            "a network security group, or the engine is behind"
        )
    denying = next(one for one in sides if not one.allowed)
    return (
        f"{denying.text}, but the connection came through ({seen}): the engine does not enforce this policy; "
        "is it installed and healthy on both nodes?"
    )
