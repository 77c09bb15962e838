"""What a verification saw of a cluster's policies: for programs, for CI, as a page, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from aksnetpol.report.junit import Case, junit
from aksnetpol.report.matrix import Cell, page

if TYPE_CHECKING:
    from aksnetpol.probe.proof import Proof
    from aksnetpol.probe.verify import Result

SIMULATED = "Windows nodes are simulated here: Linux runs their pods, under the engine's rules for Windows."
MARK = " (Windows simulated)"
_UNPROVED = "nothing could be probed, so nothing is proved"


def summary(proof: Proof) -> str:
    """Return the answer in a sentence."""
    results = proof.results
    differ, silent = sum(one.differs for one in results), sum(one.undecided for one in results)
    answer = "the cluster does what the model says" if not differ else f"{differ} differ"
    if not results:
        answer = _UNPROVED if proof.coverage.proves_nothing else "there is no policy to prove"
    undecided = f", {silent} undecided" if silent else ""
    return f"{len(results)} connections under the semantics of {proof.target.engine}: {answer}{undecided}."


def simulates(proof: Proof, result: Result) -> bool:
    """Tell whether a verdict depends on a Windows node that is none."""
    return proof.target.simulates(result.probe.source.node_os, result.probe.destination.node_os)


def data(proof: Proof) -> Mapping[str, Any]:
    """Return what was attempted for programs."""
    return {
        "engine": proof.target.engine,
        "enforcement": proof.target.enforced_by,
        "agrees": proof.agrees,
        "probes": [
            {
                "source": str(one.probe.source),
                "destination": str(one.probe.destination),
                "port": one.probe.port,
                "protocol": str(one.probe.protocol),
                "expected": expected(one),
                "seen": str(one.seen) if one.seen else None,
                "agrees": one.agrees,
                "undecided": one.undecided,
                "simulatedWindows": simulates(proof, one),
                "cause": one.cause,
                "exercises": [str(item) for item in one.probe.exercises],
                "seconds": round(one.seconds, 2),
            }
            for one in proof.results
        ],
        "notProbed": [{"item": str(item), "because": why} for item, why in proof.coverage.missing],
    }


def as_junit(proof: Proof) -> str:
    """Return what was attempted as one test suite for CI."""
    return junit("aksnetpol verify policies", _cases(proof))


def as_page(proof: Proof) -> str:
    """Return what was attempted as one HTML page."""
    cells = [
        Cell(
            str(one.probe.source),
            str(one.probe.destination),
            f"{one.probe.port}/{one.probe.protocol}",
            expected(one),
            seen(one),
            not one.differs,
            one.cause,
        )
        for one in proof.results
    ]
    left_out = [f"undecided: {one.probe}: {one.cause}" for one in proof.results if one.undecided]
    left_out += [f"not probed: {item}: {why}" for item, why in proof.coverage.missing]
    if any(simulates(proof, one) for one in proof.results):
        left_out.insert(0, SIMULATED)
    return page("Connections, tried", summary(proof), cells, left_out)


def expected(result: Result) -> str:
    """Return a word for what should be."""
    return "allowed" if result.probe.expected.allowed else "denied"


def seen(result: Result) -> str:
    """Return a word for what was."""
    return str(result.seen) if result.seen else "not attempted"


def _cases(proof: Proof) -> Iterator[Case]:
    for one in proof.results:
        failure, skipped = (one.cause, "") if one.differs else ("", one.cause)
        mark = MARK if simulates(proof, one) else ""
        yield Case("verify policies", f"{one.probe}{mark}", failure, skipped, one.seconds)
    for item, why in proof.coverage.missing:
        yield Case("verify policies", str(item), "", why)
    if proof.coverage.proves_nothing:
        yield Case("verify policies", "any connection", _UNPROVED)
