"""An audit as JSON."""

from collections import Counter
from typing import Any

from aksnetpol.audit.model import Audit, AuditedCluster, Unread, node_pools
from aksnetpol.findings import Finding, Severity, Topic


def data(found: Audit) -> dict[str, Any]:
    """Return an audit for programs."""
    return {
        "day": found.day.isoformat(),
        "partial": found.partial,
        "subscriptions": [{"id": one.id, "name": one.name} for one in found.subscriptions],
        "summary": {
            "clusters": len(found.clusters),
            "withErrors": sum(one.count(Severity.ERROR) > 0 for one in found.clusters),
            "withWarnings": sum(one.count(Severity.WARNING) > 0 for one in found.clusters),
            "nodes": sum(one.nodes for one in found.clusters),
            "engines": dict(Counter(str(one.networking.network_policy) for one in found.clusters)),
        },
        "clusters": [_cluster(one) for one in found.clusters],
        "unread": [_unread(one) for one in found.unread],
    }


def _cluster(one: AuditedCluster) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "subscriptionId": one.subscription.id,
        "subscriptionName": one.subscription.name,
        "resourceGroup": one.resource_group,
        "location": one.location,
        "provisioningState": one.provisioning_state,
        "kubernetesVersion": one.kubernetes_version,
        "networkProfile": one.networking.network_profile(),
        "nodes": one.nodes,
        "daysLeft": one.days_left,
        "findings": [_finding(finding) for finding in one.findings],
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": Topic.RETIREMENT if one.topic.ends else one.topic,
        "severity": one.severity,
        "retired": one.topic is Topic.RETIRED,
        "nodePools": node_pools(one),
        "message": one.message,
        "remedy": one.remedy,
        "source": one.source,
    }


def _unread(one: Unread) -> dict[str, Any]:
    return {
        "subscriptionId": one.subscription.id,
        "subscriptionName": one.subscription.name,
        "cluster": one.cluster,
        "status": one.status,
        "clustersRead": one.read,
        "why": one.why,
    }
