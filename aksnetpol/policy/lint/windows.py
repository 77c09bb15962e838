"""What NPM on Windows refuses: such a policy installs nothing, and its pods stay open."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aksnetpol.findings import Severity
from aksnetpol.policy.engines.profiles import NPM_CODE
from aksnetpol.policy.lint.context import (
    Context,
    blocks_of,
    pod_peers_of,
    ports_of,
    sites_of,
)
from aksnetpol.policy.lint.model import LEARN, WINDOWS_PLANES, Hit, Rule
from aksnetpol.policy.model.cluster import NamedPort, Policy, Protocol
from aksnetpol.policy.model.peers import PodPeer
from aksnetpol.policy.model.places import Origin
from aksnetpol.policy.model.selectors import NEGATIVE
from aksnetpol.words import a_few

Places = Iterator[tuple[str, Origin | None]]


def _named_ports(policy: Policy) -> Places:
    for site in sites_of(policy):
        for port, origin in ports_of(site):
            if isinstance(port, NamedPort):
                yield f"port {port.name} is a name", origin


def _sctp(policy: Policy) -> Places:
    for site in sites_of(policy):
        for port, origin in ports_of(site):
            if port.protocol is Protocol.SCTP:
                yield "a port is SCTP", origin


def _negations(policy: Policy) -> Places:
    subject = policy.origin.at("spec", "podSelector") if policy.origin else None
    yield from _negations_in(policy.subject, subject)
    for site in sites_of(policy):
        for peer, origin in pod_peers_of(site):
            yield from _negations_in(peer, origin)


def _negations_in(peer: PodPeer, origin: Origin | None) -> Places:
    for selector in (peer.namespace_selector, peer.pod_selector):
        for requirement in selector.requirements() if selector else ():
            if requirement.operator in NEGATIVE:
                yield f"selector {requirement} uses {requirement.operator}", origin


def _excepts(policy: Policy) -> Places:
    for site in sites_of(policy):
        for block, origin in blocks_of(site):
            if block.excepts:
                yield f"ipBlock {block.cidr} has an except", origin and origin.at("ipBlock", "except")


def _refused(places: Callable[[Policy], Places]) -> Callable[[Context], Iterator[Hit]]:
    """Return a check that reports what a policy uses, where it may select pods on Windows nodes."""

    def check(context: Context) -> Iterator[Hit]:
        for policy in context.policies:
            selected = context.subject(policy).perhaps()
            windows = context.on_windows(selected)
            if selected and not windows:
                continue
            pods = a_few(str(pod) for pod in context.pods_of(windows))
            stays = f"these pods stay open: {pods}" if windows else "pods that it selects stay open"
            for what, origin in places(policy):
                message = f"{what}: {policy} installs nothing on Windows nodes; {stays}"
                yield Hit(message, origin, str(policy))

    return check


RULES = (
    Rule(
        "npm-windows-named-port",
        Severity.ERROR,
        "a named port on NPM for Windows: the policy installs nothing",
        "Write the port's number.",
        f"{LEARN}; {NPM_CODE}: ErrUnsupportedNamedPort",
        _refused(_named_ports),
        WINDOWS_PLANES,
    ),
    Rule(
        "npm-windows-sctp",
        Severity.ERROR,
        "SCTP on NPM for Windows: the policy installs nothing",
        "Put the SCTP port into a policy that selects no pods on Windows nodes.",
        f"{LEARN}; {NPM_CODE}: ErrUnsupportedSCTP",
        _refused(_sctp),
        WINDOWS_PLANES,
    ),
    Rule(
        "npm-windows-negation",
        Severity.ERROR,
        "NotIn or DoesNotExist on NPM for Windows: the policy installs nothing",
        "Give what is meant a label of its own, and select that with matchLabels.",
        f"{LEARN}; {NPM_CODE}: ErrUnsupportedNegativeMatch",
        _refused(_negations),
        WINDOWS_PLANES,
    ),
    Rule(
        "npm-windows-except",
        Severity.ERROR,
        "an except on NPM for Windows: the policy installs nothing",
        "Write the CIDRs around the exception one by one.",
        f"{LEARN}; {NPM_CODE}: ErrUnsupportedExceptCIDR",
        _refused(_excepts),
        WINDOWS_PLANES,
    ),
)
