"""What reading finds wrong or odd in its input."""

from __future__ import annotations

from aksnetpol.findings import Finding, Location, Severity, Topic

_ADVICE = {
    Severity.ERROR: (
        "Mend the input: what the API server rejects installs nothing.",
        "Kubernetes API validation",
    ),
    Severity.WARNING: ("It is read all the same; mend it where it is not meant so.", "the input"),
}


def refused_finding(message: str, place: Location) -> Finding:
    """Return a finding about a policy that is not in force; nothing is left unknown by it."""
    remedy, source = (
        "Mend it: nothing of it is installed.",
        "Kubernetes API validation; rules of Cilium and Calico",
    )
    return Finding("policy-refused", Topic.REFUSED, Severity.ERROR, message, remedy, source, place)


def not_modelled(message: str, place: Location) -> Finding:
    """Return a finding about what no verdict hangs on, or what verdicts leave unknown."""
    remedy, source = "Judge by hand what it does: no answer takes it into account.", "the input"
    return Finding("not-modelled", Topic.INPUT, Severity.WARNING, message, remedy, source, place)


def input_finding(id_: str, severity: Severity, message: str, place: Location) -> Finding:
    """Return a finding about the input; an error means that the object was left out."""
    remedy, source = _ADVICE[severity]
    return Finding(id_, Topic.INPUT, severity, message, remedy, source, place)
