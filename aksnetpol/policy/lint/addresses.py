"""Blocks of addresses: what they hit that they should not, and how they are written."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from aksnetpol.findings import Edit, Fix, Severity
from aksnetpol.policy.lint.context import Context, Site, blocks_of
from aksnetpol.policy.lint.egress import METADATA
from aksnetpol.policy.lint.model import API, NPM_PLANES, WEBSITE, Hit, Rule
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.addresses import cidr_interval, is_canonical
from aksnetpol.policy.model.axis import overlap
from aksnetpol.policy.model.cluster import Direction, PolicyKind
from aksnetpol.policy.model.peers import IPBlock
from aksnetpol.policy.model.places import Origin
from aksnetpol.words import a_few

_NARROW = 8  # a wider block is meant for the world, whose inside it holds by the way


def in_cluster(context: Context) -> Iterator[Hit]:
    """Find blocks that overlap the addresses of pods or nodes."""
    effect = _EFFECTS[context.profile.linux.settings.ip_block_pods]
    for site in context.sites:
        for block, origin in blocks_of(site):
            whole = cidr_interval(block.cidr)
            if block.in_cluster or whole[1] - whole[0] > _size_limit(whole):
                continue
            found = [what for what, interval in context.in_cluster if overlap([whole], [interval])]
            if found:
                message = f"ipBlock {block.cidr} overlaps {a_few(found)}; {effect}"
                yield Hit(message, origin, str(site.policy))


_EFFECTS = {
    True: "this engine matches them too",
    False: "this engine never matches pods or nodes by address",
    None: "whether pods and nodes match is up to the engine",
}


def _size_limit(whole: tuple[int, int]) -> int:
    bits = 32 if whole[1] <= addresses.IPV4_END else 128
    return 1 << (bits - _NARROW)


def cluster_ip(context: Context) -> Iterator[Hit]:
    """Find blocks that mean a service's own address, which policies never see."""
    services = [
        (service, cidr_interval(addresses.cidr_of(ip)))
        for service in context.cluster.services
        for ip in service.cluster_ips
        if ip not in ("None", "")
    ]
    for site in context.sites:
        for block, origin in blocks_of(site):
            whole = cidr_interval(block.cidr)
            if whole[1] - whole[0] > _size_limit(whole):
                continue
            hit = [f"{s.namespace}/{s.name}" for s, interval in services if overlap([whole], [interval])]
            if hit:
                message = (
                    f"ipBlock {block.cidr} holds the ClusterIP of service {a_few(hit)}, which no policy sees"
                )
                yield Hit(message, origin, str(site.policy))


def outside_cidr(context: Context) -> Iterator[Hit]:
    """Find excepts that take nothing out, or everything."""
    for site in context.sites:
        for block, origin in blocks_of(site):
            whole = cidr_interval(block.cidr)
            for cidr in block.excepts:
                hole = cidr_interval(cidr)
                if hole == whole or hole[0] < whole[0] or whole[1] < hole[1]:
                    message = f"except {cidr} does not lie strictly inside {block.cidr}"
                    yield Hit(message, origin, str(site.policy))


def host_bits(context: Context) -> Iterator[Hit]:
    """Find CIDRs that name a host instead of a network."""
    for site in context.sites:
        if site.policy.kind is not PolicyKind.NETWORK_POLICY:
            continue
        for block, origin in blocks_of(site):
            if not is_canonical(block.cidr):
                on_npm = context.profile.linux.name in NPM_PLANES
                fix = _canonical_fix(origin, block.cidr, installs=on_npm and block.cidr.endswith("/0"))
                message = f"ipBlock {block.cidr} has host bits set; it means {canonical(block.cidr)}"
                yield Hit(message, origin and origin.at("ipBlock", "cidr"), str(site.policy), fix)


def metadata(context: Context) -> Iterator[Hit]:
    """Find rules by which pods reach the metadata service of the nodes."""
    for entry, rule, reached in context.egress.metadata():
        policy = entry.installed.written
        what = " and ".join(METADATA[ip] for ip in reached)
        site = Site(policy, Direction.EGRESS, rule.rule)
        peers = site.rule.peers or ()
        wide = next((n for n, peer in enumerate(peers) if isinstance(peer, IPBlock)), None)
        origin = site.origin if wide is None else site.peer_origin(wide)
        yield Hit(f"this egress of {policy} includes the node's {what}", origin, str(policy))


def canonical(cidr: str) -> str:
    """Return a CIDR without host bits."""
    return addresses.cidrs([cidr_interval(cidr)])[0]


def _canonical_fix(origin: Origin | None, cidr: str, *, installs: bool) -> Fix | None:
    """Return the fix that writes the network's address; on NPM it may make the policy installed."""
    if origin is None:
        return None
    try:
        ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return None  # leading zeros: engines disagree what they mean
    place = origin.at("ipBlock", "cidr")
    edit = Edit(place.location, place.path, canonical(cidr))
    return Fix(f"write {canonical(cidr)}", edit, installs)


RULES = (
    Rule(
        "ip-block-in-cluster",
        Severity.WARNING,
        "an ipBlock that overlaps the addresses of pods or nodes",
        "Select pods by podSelector or namespaceSelector; keep ipBlock for addresses outside the cluster.",
        f"{WEBSITE}; AKS docs, azure-cni-powered-by-cilium",
        in_cluster,
    ),
    Rule(
        "ip-block-cluster-ip",
        Severity.WARNING,
        "an ipBlock that holds the ClusterIP of a service",
        "Select the service's pods, and name their target port.",
        f"{WEBSITE}: policies see the pod after the service's address is rewritten",
        cluster_ip,
    ),
    Rule(
        "except-outside-cidr",
        Severity.ERROR,
        "an except that does not lie strictly inside its cidr",
        "Take the except out, or widen the cidr.",
        f"{API}: IPBlock",
        outside_cidr,
    ),
    Rule(
        "cidr-host-bits",
        Severity.WARNING,
        "a CIDR with host bits set",
        "Write the network's address.",
        "Kubernetes docs, warnings for IPs and CIDRs (KEP-4858)",
        host_bits,
        fix="writes the network's address; verdicts stay, but of a /0 on NPM: the policy becomes installed",
    ),
    Rule(
        "egress-metadata",
        Severity.WARNING,
        "egress that includes the metadata service or the wire server of the node",
        "Add 169.254.169.254/32 and 168.63.129.16/32 to except, or say whom the rule means.",
        "AKS docs, use-network-policies; Azure docs, instance metadata service",
        metadata,
    ),
)
