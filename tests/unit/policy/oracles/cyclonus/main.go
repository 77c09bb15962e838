// Prints Cyclonus' generated cases with the verdicts of its own matcher, as one JSON document.
package main

import (
	"encoding/json"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/connectivity/probe"
	"github.com/mattfenwick/cyclonus/pkg/generator"
	"github.com/mattfenwick/cyclonus/pkg/matcher"
	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

type verdict struct {
	From, To, Protocol string
	Port               int
	Allowed            bool
}

type step struct {
	Namespaces map[string]map[string]string
	Pods       []*v1.Pod
	Policies   []*networkingv1.NetworkPolicy
	Verdicts   []verdict
}

type testCase struct {
	Description string
	Steps       []step
}

type state struct {
	resources *probe.Resources
	policies  []*networkingv1.NetworkPolicy
}

func main() {
	namespaces := []string{"x", "y", "z"}
	start := resources(namespaces)
	target, err := start.GetPod("z", "c")
	must(err)
	cases := []testCase{}
	for _, generated := range generator.NewTestCaseGenerator(true, target.IP, namespaces, nil, nil).GenerateTestCases() {
		cases = append(cases, played(generated, &state{resources: start}))
	}
	must(json.NewEncoder(os.Stdout).Encode(cases))
}

func resources(namespaces []string) *probe.Resources {
	made := &probe.Resources{Namespaces: map[string]map[string]string{}}
	protocols := []v1.Protocol{v1.ProtocolTCP, v1.ProtocolUDP, v1.ProtocolSCTP}
	for i, namespace := range namespaces {
		// As the API server labels them.
		made.Namespaces[namespace] = map[string]string{"ns": namespace, "kubernetes.io/metadata.name": namespace}
		for j, name := range []string{"a", "b", "c"} {
			pod := probe.NewDefaultPod(namespace, name, []int{80, 81}, protocols, false, "registry.k8s.io")
			pod.IP = "192.168." + string(rune('1'+i)) + "." + string(rune('1'+j))
			made.Pods = append(made.Pods, pod)
		}
	}
	return made
}

func played(generated *generator.TestCase, now *state) testCase {
	found := testCase{Description: generated.Description}
	for _, one := range generated.Steps {
		for _, action := range one.Actions {
			now.do(action)
		}
		found.Steps = append(found.Steps, now.asked(one.Probe))
	}
	return found
}

func (s *state) do(action *generator.Action) {
	var err error
	switch {
	case action.CreatePolicy != nil:
		s.policies = append(s.policies, action.CreatePolicy.Policy)
	case action.UpdatePolicy != nil:
		s.without(action.UpdatePolicy.Policy.Namespace, action.UpdatePolicy.Policy.Name)
		s.policies = append(s.policies, action.UpdatePolicy.Policy)
	case action.DeletePolicy != nil:
		s.without(action.DeletePolicy.Namespace, action.DeletePolicy.Name)
	case action.CreateNamespace != nil:
		s.resources, err = s.resources.CreateNamespace(action.CreateNamespace.Namespace, action.CreateNamespace.Labels)
	case action.SetNamespaceLabels != nil:
		s.resources, err = s.resources.UpdateNamespaceLabels(action.SetNamespaceLabels.Namespace, action.SetNamespaceLabels.Labels)
	case action.DeleteNamespace != nil:
		s.resources, err = s.resources.DeleteNamespace(action.DeleteNamespace.Namespace)
	case action.CreatePod != nil:
		s.resources, err = s.resources.CreatePod(action.CreatePod.Namespace, action.CreatePod.Pod, action.CreatePod.Labels)
		must(err)
		var made *probe.Pod
		made, err = s.resources.GetPod(action.CreatePod.Namespace, action.CreatePod.Pod)
		made.IP = "192.168.9.9"
	case action.SetPodLabels != nil:
		s.resources, err = s.resources.SetPodLabels(action.SetPodLabels.Namespace, action.SetPodLabels.Pod, action.SetPodLabels.Labels)
	case action.DeletePod != nil:
		s.resources, err = s.resources.DeletePod(action.DeletePod.Namespace, action.DeletePod.Pod)
	default:
		panic("an action that is not known")
	}
	must(err)
}

func (s *state) without(namespace, name string) {
	kept := []*networkingv1.NetworkPolicy{}
	for _, policy := range s.policies {
		if policy.Namespace != namespace || policy.Name != name {
			kept = append(kept, policy)
		}
	}
	s.policies = kept
}

func (s *state) asked(config *generator.ProbeConfig) step {
	parsed := matcher.BuildNetworkPolicies(true, s.policies)
	found := step{Namespaces: s.resources.Namespaces, Policies: append([]*networkingv1.NetworkPolicy{}, s.policies...)}
	for _, pod := range s.resources.Pods {
		object := pod.KubePod()
		object.Status.PodIP = pod.IP
		found.Pods = append(found.Pods, object)
	}
	for _, job := range (&probe.JobBuilder{}).GetJobsForProbeConfig(s.resources, config).Valid {
		allowed := parsed.IsTrafficAllowed(job.Traffic()).IsAllowed()
		found.Verdicts = append(found.Verdicts, verdict{job.FromKey, job.ToKey, string(job.Protocol), job.ResolvedPort, allowed})
	}
	return found
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
