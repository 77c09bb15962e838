"""What Azure Network Policy Manager does not install, or reads otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from aksnetpol.findings import Severity
from aksnetpol.policy.engines.dataplane import in_version
from aksnetpol.policy.engines.profiles import NPM, NPM_CODE
from aksnetpol.policy.engines.translations import selectors_unsupported
from aksnetpol.policy.lint.context import Context, Site, blocks_of, pod_peers_of, sites_of
from aksnetpol.policy.lint.model import LEARN, NPM_PLANES, Hit, Rule
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.peers import IPBlock, PodPeer
from aksnetpol.policy.model.places import Origin
from aksnetpol.policy.model.selectors import NEGATIVE, Operator

MOST_BLOCKS = 4  # LEARN: with at most four ipBlock sections a race is unlikely
MOST_VALUES = 64  # ours: NPM writes one chain of sets per combination of values
_DELTAS = {delta.id: delta for delta in NPM}


def ipv6(context: Context) -> Iterator[Hit]:
    """Find blocks of IPv6."""
    for site in _sites(context):
        for block, origin in blocks_of(site):
            if ":" in block.cidr:
                message = (
                    f"ipBlock {block.cidr} is IPv6: {site.policy} is not installed and its pods stay open"
                )
                yield Hit(message, origin, str(site.policy))


def many_blocks(context: Context) -> Iterator[Hit]:
    """Find policies with more blocks than can be edited safely."""
    for policy in context.policies:
        count = sum(1 for site in sites_of(policy) for _ in blocks_of(site))
        if count > MOST_BLOCKS:
            message = f"{policy} has {count} ipBlock sections: editing or deleting it can race on NPM"
            yield Hit(message, policy.origin, str(policy))


def namespace_not_in(context: Context) -> Iterator[Hit]:
    """Find namespaceSelectors with several values under NotIn."""
    if not _may_have(context, "npm-namespace-not-in"):
        return
    for site, peer, origin in _namespace_peers(context):
        for requirement in peer.namespace_selector.requirements() if peer.namespace_selector else ():
            if requirement.operator is Operator.NOT_IN and len(requirement.values) > 1:
                message = f"namespaceSelector {requirement}: NPM before 2026-09 lets every namespace match"
                yield Hit(message, origin, str(site.policy))


def negated_namespace(context: Context) -> Iterator[Hit]:
    """Find namespaceSelectors made of negations only."""
    if not _may_have(context, "npm-negated-namespace-outside"):
        return
    for site, peer, origin in _namespace_peers(context):
        parts = [*peer.namespace_selector.requirements()] if peer.namespace_selector else []
        if parts and all(part.operator in NEGATIVE for part in parts):
            message = (
                f"namespaceSelector {peer.namespace_selector} has negations only: NPM before 2026-09 lets"
                " addresses outside the cluster match too"
            )
            yield Hit(message, origin, str(site.policy))


def sloppy_zero(context: Context) -> Iterator[Hit]:
    """Find /0 blocks with host bits."""
    if not _may_have(context, "npm-sloppy-zero"):
        return
    for site in _sites(context):
        for block, origin in blocks_of(site):
            if _is_sloppy_zero(block):
                message = (
                    f"ipBlock {block.cidr} has host bits: NPM before 2026-09 does not install {site.policy}"
                )
                yield Hit(message, origin and origin.at("ipBlock", "cidr"), str(site.policy))


def large_in(context: Context) -> Iterator[Hit]:
    """Find namespaceSelectors whose values multiply."""
    for site, peer, origin in _namespace_peers(context):
        parts = peer.namespace_selector.requirements() if peer.namespace_selector else ()
        product = prod(len(part.values) for part in parts if part.operator is Operator.IN)
        if product > MOST_VALUES:
            message = f"namespaceSelector expands to {product} combinations of values on each node"
            yield Hit(message, origin, str(site.policy))


def lite(context: Context) -> Iterator[Hit]:
    """Find what NPM Lite refuses."""
    for policy in context.policies:
        if selectors_unsupported(policy) is None:
            message = f"{policy} uses a selector, a named port or ports alone: NPM Lite does not install it"
            yield Hit(message, policy.origin, str(policy))


def _sites(context: Context) -> Iterator[Site]:
    return (site for policy in context.policies for site in sites_of(policy))


def _namespace_peers(context: Context) -> Iterator[tuple[Site, PodPeer, Origin | None]]:
    for site in _sites(context):
        for peer, origin in pod_peers_of(site):
            yield site, peer, origin and origin.at("namespaceSelector")


def _is_sloppy_zero(block: IPBlock) -> bool:
    return block.cidr.endswith("/0") and not addresses.is_canonical(block.cidr)


def _may_have(context: Context, delta: str) -> bool:
    """Tell whether the engine's version has a bug; a version that is not known may."""
    return not context.profile.version or in_version(_DELTAS[delta], context.profile.version)


_UPGRADE = "Upgrade the node image, then name NPM's date with --engine-version."
RULES = (
    Rule(
        "npm-ipv6",
        Severity.ERROR,
        "an IPv6 ipBlock on NPM: the policy is not installed",
        "Take the IPv6 blocks out, or move to Cilium.",
        f"{LEARN}; {NPM_CODE}: ErrUnsupportedIPAddress",
        ipv6,
        NPM_PLANES,
    ),
    Rule(
        "npm-ip-blocks",
        Severity.WARNING,
        f"more than {MOST_BLOCKS} ipBlock sections in a policy on NPM",
        f"Split it into policies of at most {MOST_BLOCKS} ipBlock sections.",
        LEARN,
        many_blocks,
        NPM_PLANES,
    ),
    Rule(
        "npm-namespace-not-in",
        Severity.WARNING,
        "a namespaceSelector's NotIn with several values on an NPM before 2026-09",
        f"Write one NotIn of one value for each. {_UPGRADE}",
        "Azure/azure-container-networking pull request 4866",
        namespace_not_in,
        NPM_PLANES,
    ),
    Rule(
        "npm-negated-namespace",
        Severity.WARNING,
        "a namespaceSelector of negations only on an NPM before 2026-09",
        f"Add a requirement that is no negation. {_UPGRADE}",
        "Azure/azure-container-networking pull request 4868",
        negated_namespace,
        NPM_PLANES,
    ),
    Rule(
        "npm-zero-block",
        Severity.ERROR,
        "a /0 ipBlock with host bits on an NPM before 2026-09: the policy is not installed",
        "Write 0.0.0.0/0.",
        "Azure/azure-container-networking pull request 4867",
        sloppy_zero,
        NPM_PLANES,
    ),
    Rule(
        "npm-large-in",
        Severity.WARNING,
        f"a namespaceSelector that expands to more than {MOST_VALUES} combinations on NPM",
        "Give the namespaces one common label and select that.",
        "Azure/azure-container-networking pull request 4869",
        large_in,
        NPM_PLANES,
    ),
    Rule(
        "npm-lite-cidr-only",
        Severity.ERROR,
        "a selector, a named port or ports alone on NPM Lite: the policy is not installed",
        "Write it with ipBlocks only, or use another engine.",
        f"{NPM_CODE}: ErrUnsupportedNonCIDR",
        lite,
        frozenset({"npm-lite"}),
    ),
)
