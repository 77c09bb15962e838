// Package eviction is what the pod garbage collector asks of the kubelet's package of this name, and not the
// kubelet's manager of evictions with all that it needs of a node.
package eviction

import v1 "k8s.io/api/core/v1"

// Reason is the status of an evicted pod.
const Reason = "Evicted"

// PodIsEvicted tells whether a pod was evicted.
func PodIsEvicted(status v1.PodStatus) bool {
	return status.Phase == v1.PodFailed && status.Reason == Reason
}
