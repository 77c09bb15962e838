"""Turns manifests into a cluster: dispatches by kind, matches pods to workloads, reports what is odd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from aksnetpol.documents import mapping
from aksnetpol.findings import Finding, Location, Severity
from aksnetpol.policy.load import (
    calico,
    calico_sets,
    cilium,
    cluster_network_policy,
    custom_workloads,
    network_policy,
)
from aksnetpol.policy.load.controllers import added_labels
from aksnetpol.policy.load.core import read_namespace, read_node
from aksnetpol.policy.load.fields import Field, FieldError, RefusedError
from aksnetpol.policy.load.finding import input_finding, not_modelled, refused_finding
from aksnetpol.policy.load.manifests import Manifest
from aksnetpol.policy.load.meta import Meta, check_texts, read_meta
from aksnetpol.policy.load.pods import read_pod, read_template
from aksnetpol.policy.load.service_peers import Services, with_services
from aksnetpol.policy.load.services import read_endpoint_slice, read_endpoints, read_service
from aksnetpol.policy.load.spelling import known, misspelt
from aksnetpol.policy.model.cluster import (
    NAME_LABEL,
    Backend,
    Cluster,
    Namespace,
    Node,
    Pod,
    Policy,
    PolicyKind,
    Service,
    Tier,
    Workload,
    WorkloadRef,
)
from aksnetpol.policy.model.places import Origin
from aksnetpol.words import nearest

_TEMPLATES: dict[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
_Read = Policy | Finding | Sequence[Policy | Finding]
_POLICIES: dict[tuple[str, str], Callable[[Field, Meta], _Read]] = {
    ("networking.k8s.io", "NetworkPolicy"): network_policy.read,
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): cluster_network_policy.read,
    ("policy.networking.k8s.io", "AdminNetworkPolicy"): cluster_network_policy.read_admin,
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"): cluster_network_policy.read_baseline,
    ("cilium.io", "CiliumNetworkPolicy"): cilium.read,
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): cilium.read_clusterwide,
    ("projectcalico.org", "NetworkPolicy"): calico.read,
    ("projectcalico.org", "GlobalNetworkPolicy"): calico.read_global,
}
_OWNERS = _TEMPLATES.keys() | (custom_workloads.OWNERS - {"Service", "Cluster"})  # what others call so too
_MORE = "; so are "
_WORKLOAD_GROUPS = ("apps", "batch", "", "extensions")
_CALICO = (PolicyKind.CALICO_NETWORK_POLICY, PolicyKind.CALICO_GLOBAL_NETWORK_POLICY)
_CORE = {"Pod", "Namespace", "Node", "Service", "ReplicationController", "Endpoints"}
_SLICES = "kubernetes.io/service-name"  # whose slice it is (discovery/v1, LabelServiceName)
_SETS = {"NetworkSet", "GlobalNetworkSet"}
_NOT_MODELLED = {  # no verdict of these questions hangs on them, or it says itself that it is not known
    "HostEndpoint",
    "StagedNetworkPolicy",
    "StagedGlobalNetworkPolicy",
    "StagedKubernetesNetworkPolicy",
    "CiliumCIDRGroup",
}
_KINDS = known(
    (
        *_POLICIES,
        *product(_WORKLOAD_GROUPS, _TEMPLATES),
        *product(("",), _CORE),
        *product(("projectcalico.org",), (*_SETS, "Tier")),
        ("discovery.k8s.io", "EndpointSlice"),
    )
)


class Reader:
    """Collects objects, then makes the cluster of them."""

    def __init__(self, declared: custom_workloads.Declared | None = None) -> None:
        self._declared = declared or {}
        self.findings: list[Finding] = []
        self.manifests: list[Manifest] = []  # what was read, as written
        self._namespaces: dict[str, Namespace] = {}
        self._pods: list[tuple[Pod, WorkloadRef | None]] = []
        self._owners: dict[WorkloadRef, WorkloadRef] = {}
        self._workloads: dict[WorkloadRef, tuple[Workload, Pod | None]] = {}
        self._services: list[Service] = []
        self._backends: dict[tuple[str, str], list[Backend]] = {}
        self._nodes: dict[str, Node] = {}
        self._policies: list[Policy] = []
        self._tiers = dict(calico.STATIC_TIERS)
        self._sets: list[calico_sets.NetworkSet] = []
        self._twice: dict[tuple[str, str, bool], int] = {}  # the finding about objects of two files
        self._seen: dict[tuple[str, str, str, str], tuple[Any, Origin]] = {}

    def report(self, id_: str, severity: Severity, message: str, location: Location) -> None:
        """Add a finding."""
        self.findings.append(input_finding(id_, severity, message, location))

    def add(self, found: Manifest | Finding) -> None:
        """Read an object, or take note of what stands in its place."""
        if isinstance(found, Finding):
            self.findings.append(found)
            return
        if wrong := list(misspelt(found, _group(found.version.lower()), _KINDS)):
            self.findings += wrong
            return
        group = _group(found.version)
        try:
            self._read(found.field, found.kind, group)
            self.manifests.append(found)
        except _DuplicateError:
            pass
        except FieldError as error:
            place = error.origin.location
            if isinstance(error, RefusedError) and (group, found.kind) in _POLICIES:
                message = f"{error.message}; this {found.kind} is refused, so that nothing of it is in force"
                self.findings.append(refused_finding(message, place))
            else:
                self.report("invalid-field", Severity.ERROR, error.message, place)
        except (AttributeError, TypeError, KeyError, ValueError):
            message = f"this {found.kind} has a field of a wrong type and was left out"
            self.report("invalid-object", Severity.ERROR, message, found.field.origin.location)

    def _read(self, field: Field, kind: str, group: str) -> None:
        policy = _POLICIES.get((group, kind))
        if policy is not None:
            meta = self._meta(field, kind, group)
            check_texts(field)
            found = policy(field, meta)
            for one in [found] if isinstance(found, Policy | Finding) else found:
                if isinstance(one, Finding):
                    self.findings.append(one)
                else:
                    self._policies.append(one)
        elif kind in _TEMPLATES and group in _WORKLOAD_GROUPS:
            self._workload(field, kind, self._meta(field, kind, group))
        elif kind in _CORE and group == "":
            self._core(field, kind, self._meta(field, kind, group))
        elif kind == "Tier" and group == "projectcalico.org":
            tier = calico.read_tier(field)
            self._tiers[tier.name] = tier
        elif kind == "EndpointSlice" and group == "discovery.k8s.io":
            meta = self._meta(field, kind, group)
            labels = field.need("metadata").get("labels")
            of = (labels.labels() if labels else {}).get(_SLICES, "")
            self._backends.setdefault((meta.namespace, of), []).extend(read_endpoint_slice(field))
        elif kind in _SETS and group == "projectcalico.org":
            meta = self._meta(field, kind, group)
            self._sets.append(calico_sets.read(field, meta.namespace if kind == "NetworkSet" else None))
        elif kind in _NOT_MODELLED or (group == "extensions" and kind == "NetworkPolicy"):
            message = f"{kind} is not modelled; verdicts do not take it into account"
            self.findings.append(not_modelled(message, field.origin.location))
        elif (group, kind) in custom_workloads.KINDS or (kind in self._declared and group):
            self._custom(field, kind, group)
        elif kind.endswith("NetworkPolicy"):
            self._unknown_policy(field, kind, group)
        elif group and (path := custom_workloads.unread_template(kind, field.mapping())):
            self._unread_pods(field, kind, ".".join(path))

    def _unknown_policy(self, field: Field, kind: str, group: str) -> None:
        """Report a policy of another product, or one of ours whose group is misspelt."""
        groups = {known for known, of_kind in _POLICIES if of_kind == kind}
        meant = nearest(group, groups) or ([] if group else groups)
        if meant:
            message = f"no API has {kind} in the group {group!r}; write {' or '.join(sorted(meant))}"
            self.report("unknown-policy-kind", Severity.ERROR, message, field.origin.location)
        else:
            message = f"{kind} of {group or 'no group'} is not modelled; verdicts do not take it into account"
            self.findings.append(not_modelled(message, field.origin.location))

    def _meta(self, field: Field, kind: str, group: str) -> Meta:
        """Return the metadata, and report an object that was read before."""
        meta = read_meta(field)
        key = (group, kind, meta.namespace, meta.name)
        before = self._seen.get(key)
        if before is None:
            self._seen[key] = (field.value, field.origin)
            return meta
        same = before[0] == field.value
        first, here = before[1].location.file, field.origin.location.file
        if first != here and (number := self._twice.get((first, here, same))) is not None:
            self._told_already(number)
            raise _DuplicateError
        self._twice[first, here, same] = len(self.findings)
        message = f"{kind} {meta.namespace}/{meta.name} was read before at {before[1].location}" + (
            "; both are the same" if same else _versions(first, here)
        )
        severity = Severity.WARNING if same else Severity.ERROR
        self.report("duplicate-object", severity, message, field.origin.location)
        raise _DuplicateError

    def _told_already(self, number: int) -> None:
        """Count one more object of two files that hold the same ones: that has one cause."""
        found = self.findings[number]
        told, _, count = found.message.partition(_MORE)
        more = int(count.split()[0]) + 1 if count else 1
        message = f"{told}{_MORE}{more} more of these two files"
        self.findings[number] = replace(found, message=message)

    def _core(self, field: Field, kind: str, meta: Meta) -> None:
        match kind:
            case "Namespace":
                namespace = read_namespace(field, meta)
                self._namespaces[meta.name] = namespace
                written = mapping(field.value["metadata"].get("labels")).get(NAME_LABEL, meta.name)
                if written != meta.name:
                    message = f"the API server sets {NAME_LABEL}={meta.name}; {written!r} is not kept"
                    place = field.origin.at("metadata", "labels", NAME_LABEL).location
                    self.report("namespace-name-label", Severity.WARNING, message, place)
            case "Node":
                self._nodes[meta.name] = read_node(field, meta)
            case "Service":
                self._services.append(read_service(field, meta))
            case "Endpoints":
                place = (meta.namespace, meta.name)
                self._backends.setdefault(place, []).extend(read_endpoints(field))
            case "Pod":
                owner = _controller(field, meta.namespace)
                self._pods.append((read_pod(field, meta.namespace, meta.name, owner), owner))
            case _:
                self._workload(field, kind, meta)

    def _workload(self, field: Field, kind: str, meta: Meta) -> None:
        ref = WorkloadRef(kind, meta.namespace, meta.name)
        owner = _controller(field, meta.namespace)
        if owner is not None:
            self._owners[ref] = owner
        template = field
        for step in _TEMPLATES[kind]:
            template = template.need(step)
        replicas = field.need("spec").get("replicas")
        count = replicas.integer(0, 2**31 - 1) if replicas else (1 if kind in _REPLICATED else None)
        # A name that the API server makes is not known.
        name = meta.name if field.need("metadata").get("name") else ""
        added = added_labels(kind, name, field.need("spec"), count)
        pod = None if owner is not None else read_template(template, ref, added)
        self._workloads[ref] = (Workload(ref, count, field.origin), pod)

    def _custom(self, field: Field, kind: str, group: str) -> None:
        """Read a workload that is a custom resource."""
        meta = self._meta(field, kind, group)
        ref = WorkloadRef(kind, meta.namespace, meta.name)
        if kind in self._declared:
            pods = custom_workloads.declared(self._declared[kind], field)
        else:
            pods = custom_workloads.pods_of(group, kind, field, meta.name)
        if pods is not None:
            pod = read_template(pods.template, ref, pods.added)
            self._workloads[ref] = (Workload(ref, None, field.origin), pod)

    def _unread_pods(self, field: Field, kind: str, path: str) -> None:
        name = read_meta(field).name
        message = (
            f"pods of {kind} {name} are not read, and missing in every answer; "
            f"give --kind {kind}={path}, or the pods as `kubectl get pods` has them"
        )
        self.report("pods-not-read", Severity.WARNING, message, field.origin.location)

    def cluster(self) -> Cluster:
        """Return everything that was read as a snapshot."""
        pods: list[Pod] = []
        running: set[WorkloadRef] = set()
        node_os = {node.name: node.os for node in self._nodes.values()}
        for pod, owner in self._pods:
            top = self._topmost(owner, pod) if owner else None
            os_there = node_os.get(pod.node) if pod.node else None
            if top is not owner or (os_there and os_there is not pod.node_os):
                pod = replace(pod, workload=top, node_os=os_there or pod.node_os)
            if top is not None:
                running.add(top)
            pods.append(pod)
        pods += [pod for ref, (_, pod) in self._workloads.items() if pod is not None and ref not in running]
        self._complete_namespaces(pods)
        services = {(one.namespace, one.name): self._with_backends(one) for one in self._services}
        return Cluster(
            namespaces=self._namespaces,
            pods=pods,
            workloads=[workload for ref, (workload, _) in self._workloads.items() if ref not in self._owners],
            services=list(services.values()),
            nodes=list(self._nodes.values()),
            policies=[self._completed(policy, services) for policy in self._policies],
        )

    def _with_backends(self, service: Service) -> Service:
        found = self._backends.get((service.namespace, service.name))
        return service if found is None else replace(service, backends=tuple(dict.fromkeys(found)))

    def _topmost(self, owner: WorkloadRef, pod: Pod) -> WorkloadRef:
        """Return the workload on top: a ReplicaSet that was not read is its Deployment's by its hash."""
        if owner in self._owners:
            return self._owners[owner]
        suffix = pod.labels.get("pod-template-hash")
        if owner.kind == "ReplicaSet" and suffix and owner.name.endswith(f"-{suffix}"):
            return WorkloadRef("Deployment", owner.namespace, owner.name.removesuffix(f"-{suffix}"))
        return owner

    def _complete_namespaces(self, pods: list[Pod]) -> None:
        """Add the namespaces that objects live in but that no manifest declares."""
        first = {pod.namespace: pod.origin for pod in reversed(pods)}
        first |= {p.namespace: p.origin for p in reversed(self._policies) if p.namespace is not None}
        for name in sorted(first.keys() - self._namespaces.keys()):
            origin = first[name]
            self._namespaces[name] = Namespace(name, {NAME_LABEL: name}, declared=False, origin=origin)
            if name == "default":  # every cluster has it, and a plain manifest names none
                continue
            location = origin.location if origin else Location("")
            message = f"namespace {name} is not in the input: of its labels only {NAME_LABEL} is known"
            self.report("namespace-not-declared", Severity.WARNING, message, location)

    def _completed(self, policy: Policy, services: Services) -> Policy:
        """Return a policy with the Services that it names; Calico's in its tier, and with network sets."""
        policy = with_services(policy, services, with_ports=policy.kind in _CALICO)
        if policy.kind not in _CALICO:
            return policy
        if self._sets:
            policy = calico_sets.with_sets(policy, self._sets, self._namespaces)
        name = policy.tier.name.removeprefix(calico.TIER_PREFIX)
        if name == "default":
            return policy
        tier = self._tiers.get(name)
        if tier is None:
            message = f"tier {name} is not in the input: its order is not known"
            self.report("tier-not-declared", Severity.ERROR, message, policy.location or Location(""))
            return policy
        passes = tier.default_pass
        return replace(
            policy,
            tier=Tier(tier.order, policy.tier.name),
            ingress=replace(policy.ingress, isolates=not passes) if policy.ingress else None,
            egress=replace(policy.egress, isolates=not passes) if policy.egress else None,
        )


_REPLICATED = {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"}


def _versions(first: str, second: str) -> str:
    """Return what to do about two versions of one object, by the files that they are in."""
    if first.rpartition("/")[0] == second.rpartition("/")[0]:
        return ", with other content: keep one of them"
    return ", with other content: two versions of it, as overlays have; give the folder of one of them"


class _DuplicateError(Exception):
    """The object was read before; that is reported already."""


def _group(version: str) -> str:
    group = version.rpartition("/")[0]
    return "projectcalico.org" if group == "crd.projectcalico.org" else group


def _controller(field: Field, namespace: str) -> WorkloadRef | None:
    """Return the object that controls this one (ownerReferences)."""
    for index, owner in enumerate(field.value["metadata"].get("ownerReferences") or ()):
        if owner.get("controller") and owner.get("kind") in _OWNERS:
            name = owner["name"]
            if type(name) is not str:
                Field(name, field.origin.at("metadata", "ownerReferences", index, "name")).text()
            return WorkloadRef(owner["kind"], namespace, name)
    return None
