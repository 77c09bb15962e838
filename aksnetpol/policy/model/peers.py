"""Whom a rule means: pods, addresses, nodes, entities, domains, and combinations of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from aksnetpol.policy.model.selectors import Selector


@dataclass(frozen=True, slots=True)
class PodPeer:
    """Pods by namespace and labels; all given conditions must hold.

    Args:
        namespace: this one only; None leaves namespaces to the selector (None too: every one).
        namespace_selector: over the namespaces' labels.
        pod_selector: over the pods' labels.
        service_accounts: names of service accounts (Calico); empty is any.
        pod_network_only: the kind's specification says that pods on the host network are never meant
            (ClusterNetworkPolicy's subjects and peers); else that is up to the engine.
        perhaps: a further condition is not known, so that any of these pods may be meant, or none.
    """

    namespace: str | None = None
    namespace_selector: Selector | None = None
    pod_selector: Selector | None = None
    service_accounts: tuple[str, ...] = ()
    pod_network_only: bool = False
    perhaps: bool = False


@dataclass(frozen=True, slots=True)
class IPBlock:
    """Addresses in `cidr` that are in none of `excepts`.

    Args:
        in_cluster: the kind's specification says that it matches pods and nodes too
            (ClusterNetworkPolicy's networks); else that is up to the engine.
    """

    cidr: str
    excepts: tuple[str, ...] = ()
    in_cluster: bool = False


@dataclass(frozen=True, slots=True)
class NodePeer:
    """Nodes by their labels, and the pods on their network (ClusterNetworkPolicy; Cilium's fromNodes)."""

    selector: Selector | None = None


class Entity(StrEnum):
    """Who is meant without labels or addresses (Cilium docs, "Entities Based")."""

    ALL = "all"
    CLUSTER = "cluster"
    HOST = "host"
    REMOTE_NODE = "remote-node"
    WORLD = "world"
    WORLD_IPV4 = "world-ipv4"
    WORLD_IPV6 = "world-ipv6"
    NONE = "none"
    OTHER = "other"  # kube-apiserver, health, init, unmanaged, ingress: not in any snapshot


@dataclass(frozen=True, slots=True)
class EntityPeer:
    """An entity; `name` is as written."""

    entity: Entity
    name: str


@dataclass(frozen=True, slots=True)
class DomainPeer:
    """Hosts by DNS name, kept symbolic.

    Args:
        pattern: may hold `*`, which stands for characters without dots.
        any_depth: a leading `*.` stands for any number of labels (network-policy-api), not for one (Cilium).
    """

    pattern: str
    any_depth: bool = False


@dataclass(frozen=True, slots=True)
class UnknownPeer:
    """A peer that no snapshot can resolve (a cloud provider's group, a CIDR group).

    Args:
        text: what it is, as a reason why an answer is not known.
        service: namespace and name of the Service that it stands for, until the whole input is read.
    """

    text: str
    service: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class CombinedPeer:
    """Whoever is in every one of `all_of` and in none of `none_of` (Calico's negations)."""

    all_of: tuple[Peer, ...]
    none_of: tuple[Peer, ...] = ()


Peer = PodPeer | IPBlock | NodePeer | EntityPeer | DomainPeer | UnknownPeer | CombinedPeer
