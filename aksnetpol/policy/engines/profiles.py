"""The engines: what each does otherwise than the specification, row by row, with the source of each row."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aksnetpol.policy.engines import translations
from aksnetpol.policy.engines.dataplane import Dataplane, Delta, Profile, Settings
from aksnetpol.policy.errors import UnknownProfileError
from aksnetpol.policy.model.cluster import ContainerKind, NodeOs, PolicyKind

MIGRATION = "AKS docs, migrate-from-npm-to-cilium-network-policy"
LEARN = "AKS docs, use-network-policies"
NPM_CODE = "Azure/azure-container-networking, npm/pkg/controlplane/translation"
AZURE_CILIUM = "AKS docs, azure-cni-powered-by-cilium"
CALICO_CODE = "projectcalico/calico, libcalico-go conversion.go"

SPECIFICATION = frozenset(
    {
        PolicyKind.NETWORK_POLICY,
        PolicyKind.CLUSTER_NETWORK_POLICY,
        PolicyKind.ADMIN_NETWORK_POLICY,
        PolicyKind.BASELINE_ADMIN_NETWORK_POLICY,
        PolicyKind.ENGINE,
    }
)
NETWORK_POLICIES = frozenset({PolicyKind.NETWORK_POLICY, PolicyKind.ENGINE})
CALICO_KINDS = NETWORK_POLICIES | {PolicyKind.CALICO_NETWORK_POLICY, PolicyKind.CALICO_GLOBAL_NETWORK_POLICY}
CILIUM_KINDS = NETWORK_POLICIES | {
    PolicyKind.CILIUM_NETWORK_POLICY,
    PolicyKind.CILIUM_CLUSTERWIDE_NETWORK_POLICY,
}

_CONTAINERS = frozenset({ContainerKind.CONTAINER})

NPM = (
    Delta(
        "npm-ip-block-in-cluster",
        "an ipBlock matches pod and node addresses too",
        MIGRATION,
        setting=("ip_block_pods", True),
    ),
    Delta(
        "npm-ip-block-nodes", "an ipBlock matches node addresses", MIGRATION, setting=("ip_block_nodes", True)
    ),
    Delta(
        "npm-host-network",
        "hostNetwork pods are left out of every selector",
        f"{NPM_CODE}: isHostNetworkPod",
        setting=("host_network_selected", False),
    ),
    Delta(
        "npm-named-port-of-init",
        "a port's name is looked up among containers, never among init containers and sidecars",
        "Azure/azure-container-networking, npm/pkg/controlplane/controllers: GetContainerPortList",
        setting=("named_ports", _CONTAINERS),
    ),
    Delta(
        "npm-own-node",
        "egress from a pod to its own node is allowed",
        MIGRATION,
        setting=("pod_to_own_node", True),
    ),
    Delta(
        "npm-service-through-node",
        "traffic from outside through a LoadBalancer or NodePort service with externalTrafficPolicy Cluster"
        " passes ingress policies by",
        MIGRATION,
        adds=translations.service_traffic_through_nodes,
    ),
    Delta(
        "npm-ipv6",
        "a policy with an IPv6 block is not installed",
        f"{NPM_CODE}: ErrUnsupportedIPAddress",
        translate=translations.ipv6_unsupported,
    ),
    Delta(
        "npm-namespace-not-in",
        "a namespaceSelector's NotIn with several values matches every namespace",
        "Azure/azure-container-networking pull request 4866",
        translate=translations.not_in_as_or,
        until="2026-09",
    ),
    Delta(
        "npm-negated-namespace-outside",
        "a namespaceSelector of negations only matches addresses outside the cluster too",
        "Azure/azure-container-networking pull request 4868",
        translate=translations.negated_namespaces_match_outside,
        until="2026-09",
    ),
    Delta(
        "npm-sloppy-zero",
        "a policy with a /0 block that has host bits set is not installed",
        "Azure/azure-container-networking pull request 4867",
        translate=translations.sloppy_zero_unsupported,
        until="2026-09",
    ),
)
NPM_WINDOWS = (
    Delta(
        "npm-windows-named-port",
        "a policy with a named port is not installed",
        f"{LEARN}; {NPM_CODE}: ErrUnsupportedNamedPort",
        translate=translations.named_ports_unsupported,
    ),
    Delta(
        "npm-windows-sctp",
        "a policy with SCTP is not installed",
        f"{LEARN}; {NPM_CODE}: ErrUnsupportedSCTP",
        translate=translations.sctp_unsupported,
    ),
    Delta(
        "npm-windows-negation",
        "a policy with NotIn or DoesNotExist is not installed",
        f"{LEARN}; {NPM_CODE}: ErrUnsupportedNegativeMatch",
        translate=translations.negation_unsupported,
    ),
    Delta(
        "npm-windows-except",
        "a policy with an except is not installed",
        f"{LEARN}; {NPM_CODE}: ErrUnsupportedExceptCIDR",
        translate=translations.except_unsupported,
    ),
)
NPM_LITE = (
    Delta(
        "npm-lite-cidr-only",
        "a policy with a selector, a named port or ports alone is not installed",
        f"{NPM_CODE}: ErrUnsupportedNonCIDR",
        translate=translations.selectors_unsupported,
    ),
)
CALICO = (
    Delta(
        "calico-admin-network-policy",
        "Calico 3.29 to 3.31 read an AdminNetworkPolicy, no other does",
        "projectcalico/calico pull request 9206, issue 10745",
        reads=frozenset({PolicyKind.ADMIN_NETWORK_POLICY}),
        since="3.29",
        until="3.32",
    ),
    Delta(
        "calico-baseline-admin-network-policy",
        "Calico 3.30 and 3.31 read a BaselineAdminNetworkPolicy, no other does",
        "projectcalico/calico pull request 9464, issue 10745",
        reads=frozenset({PolicyKind.BASELINE_ADMIN_NETWORK_POLICY}),
        since="3.30",
        until="3.32",
    ),
    Delta(
        "calico-cluster-network-policy",
        "Calico reads a ClusterNetworkPolicy from 3.32 on",
        "projectcalico/calico issue 10745; kubernetes-sigs/network-policy-api pull request 376",
        reads=frozenset({PolicyKind.CLUSTER_NETWORK_POLICY}),
        since="3.32",
    ),
    Delta(
        "calico-failed-rule",
        "a cluster-wide rule by nodes or domain names is dropped; one that denies or passes denies all",
        "projectcalico/calico, libcalico-go clusternetworkpolicy.go: k8sClusterNetPolHandleFailedRules",
        translate=translations.nodes_and_domains_fail,
    ),
    Delta(
        "calico-tier",
        "it stands in a tier of its kind, among Calico's own policies",
        "Calico docs, tiered policy",
        translate=translations.in_calico_tier_of_its_kind,
    ),
    Delta(
        "calico-order",
        "a NetworkPolicy stands at order 1000 of the default tier, among Calico's own policies",
        CALICO_CODE,
        translate=translations.in_calico_tier,
    ),
    Delta(
        "calico-ip-block-pods",
        "an ipBlock matches pod addresses as plain CIDRs",
        f"{CALICO_CODE}: k8sPeerToCalicoFields",
        setting=("ip_block_pods", True),
    ),
    Delta(
        "calico-ip-block-nodes",
        "an ipBlock matches node addresses as plain CIDRs",
        f"{CALICO_CODE}: k8sPeerToCalicoFields",
        setting=("ip_block_nodes", True),
    ),
    Delta(
        "calico-host-network",
        "hostNetwork pods are no endpoints",
        f"{CALICO_CODE}: IsValidCalicoWorkloadEndpoint",
        setting=("host_network_selected", False),
    ),
    Delta(
        "calico-named-port-of-init",
        "a port's name is looked up among init containers too",
        f"{CALICO_CODE}: appendEndpointPorts",
        setting=("named_ports", frozenset(ContainerKind)),
    ),
    Delta(
        "calico-own-node",
        "pod to its own node is up to DefaultEndpointToHostAction",
        "projectcalico/calico, felix config_params.go",
        setting=("pod_to_own_node", None),
    ),
)
CILIUM = (
    Delta(
        "cilium-ip-block-pods",
        "an ipBlock never matches pods, so its except has no effect on them either",
        AZURE_CILIUM,
        setting=("ip_block_pods", False),
    ),
    Delta(
        "cilium-ip-block-nodes",
        "an ipBlock never matches nodes; policy-cidr-match-mode can't be set on AKS",
        AZURE_CILIUM,
        setting=("ip_block_nodes", False),
    ),
    Delta(
        "cilium-host-network",
        "policies are not applied to hostNetwork pods",
        AZURE_CILIUM,
        setting=("host_network_selected", False),
    ),
    Delta(
        "cilium-end-port",
        "endPort is ignored: only the first port counts",
        "cilium/cilium issue 28684; AKS docs, both pages on Cilium",
        translate=translations.end_port_ignored,
        until="1.17",
    ),
    Delta(
        "cilium-sctp",
        "SCTP is off by default and partly supported",
        "Cilium docs, SCTP support",
        setting=("sctp", None),
    ),
    Delta(
        "cilium-named-port-of-init",
        "a port's name is looked up among containers, never among init containers and sidecars",
        "cilium, pkg/k8s: GetPodMetadata",
        setting=("named_ports", _CONTAINERS),
    ),
    Delta(
        "cilium-same-named-port",
        "a port name that means different numbers on different pods may be resolved wrongly",
        "cilium/cilium issue 30003",
        setting=("same_named_port", None),
    ),
)

_NPM_SETTINGS = Settings(enforces=NETWORK_POLICIES)
_UNENFORCED = Dataplane("unenforced", "", Settings(enforces=frozenset(), unenforced=True))
_SPECIFICATION = Dataplane("kubernetes", "", Settings(enforces=SPECIFICATION))
_NPM_LINUX = Dataplane("npm-linux", "", _NPM_SETTINGS, NPM)
_NPM_WINDOWS = Dataplane("npm-windows", "", _NPM_SETTINGS, (*NPM, *NPM_WINDOWS))
_NPM_LITE = Dataplane("npm-lite", "", _NPM_SETTINGS, (*NPM, *NPM_LITE))
_CALICO = Dataplane("calico", "", Settings(enforces=CALICO_KINDS), CALICO)
_CILIUM = Dataplane("cilium", "", Settings(enforces=CILIUM_KINDS), CILIUM)

PROFILES: tuple[Profile, ...] = (
    Profile("kubernetes", "", _SPECIFICATION, _SPECIFICATION),
    Profile("npm", "", _NPM_LINUX, _NPM_WINDOWS),
    Profile("npm-linux", "", _NPM_LINUX, _UNENFORCED),
    Profile("npm-windows", "", _NPM_LINUX, _NPM_WINDOWS, default_os=NodeOs.WINDOWS),
    Profile("npm-lite", "", _NPM_LITE, _NPM_LITE),
    Profile("calico", "", _CALICO, _CALICO),
    Profile("cilium", "", _CILIUM, _UNENFORCED),
    Profile("none", "", _UNENFORCED, _UNENFORCED),
)

# AKS's values of networkPolicy, and the profile of each engine on nodes of both systems.
AKS_PROFILES: Mapping[str, str] = {"none": "none", "azure": "npm", "calico": "calico", "cilium": "cilium"}


# How each engine numbers its versions; NPM's fixes come with node images, by month.
_NPM_VERSION = (re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII), "2026-09")
_VERSIONS = {
    "cilium": (re.compile(r"v?1\.\d{1,2}(\.\d{1,3})?", re.ASCII), "1.17 or 1.17.4"),
    "calico": (re.compile(r"v?3\.\d{1,2}(\.\d{1,3})?", re.ASCII), "3.30 or 3.30.2"),
    **dict.fromkeys(("npm", "npm-linux", "npm-windows", "npm-lite"), _NPM_VERSION),
}


def profile(name: str) -> Profile:
    """Return the profile of a name, with a version after `@` where wanted: "cilium@1.16".

    AKS's own word for NPM, azure, is taken too, and any case.

    Raises:
        UnknownProfileError: no such profile, or no version of it.
    """
    written, _, version = name.partition("@")
    lower = written.lower()
    bare = AKS_PROFILES.get(lower, lower)
    known = {made.name: made for made in PROFILES}
    if bare not in known:
        names = ", ".join(sorted(known.keys() | AKS_PROFILES))
        raise UnknownProfileError(f"No engine profile is called {written!r}. Known: {names}.")
    made = known[bare]
    if not version:
        return made
    if bare not in _VERSIONS:
        raise UnknownProfileError(f"{bare} has no versions: leave out {version!r}.")
    pattern, example = _VERSIONS[bare]
    if not pattern.fullmatch(version):
        raise UnknownProfileError(f"{bare} has no version {version!r}: write it as {example}.")
    linux = Dataplane(made.linux.name, version, made.linux.base, made.linux.deltas)
    same = made.linux is made.windows
    windows = linux if same else Dataplane(made.windows.name, version, made.windows.base, made.windows.deltas)
    return Profile(made.name, version, linux, windows, made.default_os)
