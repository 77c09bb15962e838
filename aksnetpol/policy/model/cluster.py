"""What a cluster is to a policy: pods, namespaces, nodes, and every policy kind in one tiered form.

All kinds of policy (NetworkPolicy, ClusterNetworkPolicy, AdminNetworkPolicy, Cilium's, Calico's) are
translated on reading into `Policy`: a tier, an order in it, a subject, and a section per direction.
Nothing below this form knows which kind a policy had, but for profiles (which engine enforces what).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from aksnetpol.findings import Location
from aksnetpol.policy.model.peers import Peer, PodPeer
from aksnetpol.policy.model.places import Origin

NAME_LABEL = "kubernetes.io/metadata.name"  # set by the API server on every namespace


class Protocol(StrEnum):
    """The protocols that NetworkPolicy defines (Kubernetes API reference, NetworkPolicyPort)."""

    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"


class Direction(StrEnum):
    """Seen from the pod that a policy selects."""

    INGRESS = "ingress"
    EGRESS = "egress"


class Action(StrEnum):
    """What a rule does to a connection that it matches; PASS leaves it to the next tier."""

    ALLOW = "Allow"
    DENY = "Deny"
    PASS = "Pass"


class NodeOs(StrEnum):
    """The value of a node's label kubernetes.io/os."""

    LINUX = "linux"
    WINDOWS = "windows"


class Certainty(StrEnum):
    """How far a verdict can be trusted, best first."""

    CERTAIN = "certain"
    ENGINE_DEFINED = "engine-defined"
    UNKNOWN = "unknown"


class PolicyKind(StrEnum):
    """The kinds that are read; the value is the manifest's `kind`, with the group where two collide."""

    NETWORK_POLICY = "NetworkPolicy"
    CLUSTER_NETWORK_POLICY = "ClusterNetworkPolicy"
    ADMIN_NETWORK_POLICY = "AdminNetworkPolicy"
    BASELINE_ADMIN_NETWORK_POLICY = "BaselineAdminNetworkPolicy"
    CILIUM_NETWORK_POLICY = "CiliumNetworkPolicy"
    CILIUM_CLUSTERWIDE_NETWORK_POLICY = "CiliumClusterwideNetworkPolicy"
    CALICO_NETWORK_POLICY = "NetworkPolicy.projectcalico.org"
    CALICO_GLOBAL_NETWORK_POLICY = "GlobalNetworkPolicy"
    ENGINE = "engine"  # no manifest: what an engine does by itself, stated as a policy


class View(StrEnum):
    """Where the pods of a cluster come from."""

    RUNNING = "running"
    POTENTIAL = "potential"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace with its labels, `kubernetes.io/metadata.name` included.

    Args:
        declared: False when only its name is known, from an object that lives in it.
    """

    name: str
    labels: Mapping[str, str]
    declared: bool = True
    origin: Origin | None = None


class ContainerKind(StrEnum):
    """Which of a pod's containers; an init container that restarts always is a sidecar."""

    CONTAINER = "container"
    SIDECAR = "sidecar"
    INIT = "init"


@dataclass(frozen=True, slots=True)
class ContainerPort:
    """A port that a container declares; `name` is empty for an unnamed one."""

    name: str
    protocol: Protocol
    number: int
    kind: ContainerKind = ContainerKind.CONTAINER


@dataclass(frozen=True, slots=True)
class WorkloadRef:
    """The workload that a pod belongs to: the topmost owner that is known."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind.lower()}/{self.name}"


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod, or the pod that a workload's template would make.

    Args:
        node_os: from the node, else from spec.os, nodeSelector or required affinity; None if open.
        phase: status.phase, empty when not known.
        ips: status.podIPs; empty when the pod has none yet.
        ports: of all its containers, init containers included.
        potential: made from a workload's template, not from a Pod.
        unknown_labels: keys that a controller adds with values which no manifest tells.
    """

    namespace: str
    name: str
    labels: Mapping[str, str]
    workload: WorkloadRef | None = None
    node: str | None = None
    node_os: NodeOs | None = None
    host_network: bool = False
    phase: str = ""
    ips: tuple[str, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    service_account: str = "default"
    potential: bool = False
    unknown_labels: frozenset[str] = frozenset()
    origin: Origin | None = field(default=None, compare=False)

    @property
    def finished(self) -> bool:
        """Whether the pod ended: such a pod has no traffic, and another may have its address."""
        return self.phase in {"Succeeded", "Failed"}

    @property
    def identity(self) -> WorkloadRef:
        """What the pod is known by between two snapshots: its workload, else itself."""
        return self.workload or WorkloadRef("Pod", self.namespace, self.name)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload of any kind; `replicas` is None where the kind has none (a DaemonSet)."""

    ref: WorkloadRef
    replicas: int | None
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ServicePort:
    """A port of a Service; `target` is a number or the name of a container port."""

    name: str
    protocol: Protocol
    port: int
    target: int | str

    @property
    def arrival(self) -> Port:
        """The port of the pods that a connection arrives at."""
        if isinstance(self.target, str) and not self.target.isdecimal():
            return NamedPort(self.protocol, self.target)
        number = int(self.target)
        return PortRange(self.protocol, number, number)


@dataclass(frozen=True, slots=True)
class Backend:
    """An address that endpoints of a Service name, and its ports by the name of the Service's."""

    address: str
    ports: tuple[ContainerPort, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A Service.

    Args:
        selector: None means that its endpoints are set by hand.
        cluster_ips: empty for a headless one, and where AKS has not given any yet.
        addresses: of its load balancer, and its external IPs.
        external_name: the host that it is another name of.
        headless: its name leads to the pods themselves, at their own ports.
        backends: what Endpoints and EndpointSlices name; None where the input has none.
    """

    namespace: str
    name: str
    type: str
    selector: Mapping[str, str] | None
    ports: tuple[ServicePort, ...]
    cluster_ips: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    external_name: str = ""
    headless: bool = False
    external_traffic_policy: str = "Cluster"
    source_ranges: tuple[str, ...] = ()
    backends: tuple[Backend, ...] | None = None
    origin: Origin | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"Service {self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Node:
    """A node; `addresses` are its InternalIP and ExternalIP."""

    name: str
    labels: Mapping[str, str]
    os: NodeOs | None = None
    addresses: tuple[str, ...] = ()
    pod_cidrs: tuple[str, ...] = ()
    origin: Origin | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"node/{self.name}"


@dataclass(frozen=True, slots=True)
class PortRange:
    """Ports from `first` to `last`, both included; `protocol` None is every protocol.

    Args:
        end_port: the range was written with endPort, which some engines ignore.
    """

    protocol: Protocol | None
    first: int = 0
    last: int = 65535
    end_port: bool = False

    def __str__(self) -> str:
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{ports if (self.first, self.last) != (0, 65535) else '*'}/{self.protocol or 'any'}"


@dataclass(frozen=True, slots=True)
class NamedPort:
    """A port that each destination pod resolves by its own containers; `protocol` None is any."""

    protocol: Protocol | None
    name: str

    def __str__(self) -> str:
        return f"{self.name}/{self.protocol or 'any'}"


Port = PortRange | NamedPort


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a section.

    Args:
        peers: None is everyone, pods or not; an empty tuple is no one.
        ports: None is every port of every protocol.
        not_ports: taken out of `ports` (Calico).
        subject: narrows the policy's subject for this rule (Calico's own-side selectors).
        application: what the rule asks above layer 4, such as "HTTP GET /health"; empty is nothing.
    """

    action: Action
    peers: tuple[Peer, ...] | None
    ports: tuple[Port, ...] | None
    not_ports: tuple[Port, ...] = ()
    subject: PodPeer | None = None
    application: tuple[str, ...] = ()
    name: str = ""
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Section:
    """A policy's rules in one direction; `isolates`: what no rule matches is denied."""

    rules: tuple[Rule, ...]
    isolates: bool


class TierOrder(IntEnum):
    """Where the known tiers stand; Calico's own tiers bring their numbers (network-policy-api, CNP)."""

    ADMIN = 1_000
    NETWORK_POLICY = 1_000_000
    BASELINE = 10_000_000


@dataclass(frozen=True, slots=True)
class Tier:
    """A group of policies that is asked as one; tiers are asked by `order`, lowest first.

    Args:
        deny_first: its denials win over its allows whatever their order (Cilium); without denials
            this is NetworkPolicy's union. Else the first rule that matches, by policy order, wins.
    """

    order: float
    name: str
    deny_first: bool = False


ADMIN_TIER = Tier(TierOrder.ADMIN, "admin")
NETWORK_POLICY_TIER = Tier(TierOrder.NETWORK_POLICY, "network-policy", deny_first=True)
BASELINE_TIER = Tier(TierOrder.BASELINE, "baseline")


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of any kind in the tiered form.

    Args:
        namespace: None for a cluster-scoped kind.
        order: within the tier, lowest first; equal orders go by name.
        subject: the pods that it applies to.
        ingress: None when the policy says nothing about the direction.
        written_types: spec.policyTypes as written; None when missing.
    """

    kind: PolicyKind
    namespace: str | None
    name: str
    subject: PodPeer
    tier: Tier
    order: float = 0.0
    ingress: Section | None = None
    egress: Section | None = None
    written_types: tuple[str, ...] | None = None
    origin: Origin | None = field(default=None, compare=False)

    def section(self, direction: Direction) -> Section | None:
        """Return the section of a direction."""
        return self.ingress if direction is Direction.INGRESS else self.egress

    def with_rules(self, change: Callable[[Rule], Rule | None], *directions: Direction) -> Policy:
        """Return the policy with each rule changed, or left out for None; itself where nothing is different.

        Args:
            directions: of the rules; both where none is named.
        """

        def section(direction: Direction) -> Section | None:
            written = self.section(direction)
            if written is None or (directions and direction not in directions):
                return written
            rules = tuple(rule for rule in map(change, written.rules) if rule is not None)
            return written if rules == written.rules else replace(written, rules=rules)

        ingress, egress = section(Direction.INGRESS), section(Direction.EGRESS)
        same = ingress is self.ingress and egress is self.egress
        return self if same else replace(self, ingress=ingress, egress=egress)

    @property
    def key(self) -> tuple[PolicyKind, str, str]:
        """What the policy is known by between two snapshots."""
        return (self.kind, self.namespace or "", self.name)

    @property
    def location(self) -> Location | None:
        """Where the policy was read."""
        return self.origin.location if self.origin else None

    def __str__(self) -> str:
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind.partition('.')[0]} {name}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A snapshot: everything that policies speak about, as far as the input told."""

    namespaces: Mapping[str, Namespace] = field(default_factory=dict[str, Namespace])
    pods: Sequence[Pod] = ()
    workloads: Sequence[Workload] = ()
    services: Sequence[Service] = ()
    nodes: Sequence[Node] = ()
    policies: Sequence[Policy] = ()

    @property
    def view(self) -> View:
        """Whether the pods run, would be made by workloads, or both."""
        potential = {pod.potential for pod in self.pods}
        if potential == {True}:
            return View.POTENTIAL
        return View.MIXED if len(potential) == 2 else View.RUNNING
