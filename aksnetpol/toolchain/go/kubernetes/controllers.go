package main

import (
	"context"
	"os"
	"sync"
	"time"

	v1 "k8s.io/api/core/v1"
	apiextensionsscheme "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset/scheme"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"
	quota "k8s.io/apiserver/pkg/quota/v1/generic"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/scale"
	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/client-go/util/keyutil"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/cmd/kube-controller-manager/names"
	"k8s.io/kubernetes/pkg/controller"
	"k8s.io/kubernetes/pkg/controller/certificates/approver"
	"k8s.io/kubernetes/pkg/controller/certificates/cleaner"
	"k8s.io/kubernetes/pkg/controller/certificates/rootcacertpublisher"
	"k8s.io/kubernetes/pkg/controller/clusterroleaggregation"
	"k8s.io/kubernetes/pkg/controller/cronjob"
	"k8s.io/kubernetes/pkg/controller/daemon"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/disruption"
	"k8s.io/kubernetes/pkg/controller/endpoint"
	"k8s.io/kubernetes/pkg/controller/endpointslice"
	"k8s.io/kubernetes/pkg/controller/endpointslicemirroring"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/job"
	"k8s.io/kubernetes/pkg/controller/namespace"
	"k8s.io/kubernetes/pkg/controller/nodelifecycle"
	"k8s.io/kubernetes/pkg/controller/podautoscaler"
	"k8s.io/kubernetes/pkg/controller/podautoscaler/metrics"
	"k8s.io/kubernetes/pkg/controller/podgc"
	"k8s.io/kubernetes/pkg/controller/replicaset"
	"k8s.io/kubernetes/pkg/controller/replication"
	"k8s.io/kubernetes/pkg/controller/resourcequota"
	serviceaccounts "k8s.io/kubernetes/pkg/controller/serviceaccount"
	"k8s.io/kubernetes/pkg/controller/servicecidrs"
	"k8s.io/kubernetes/pkg/controller/statefulset"
	"k8s.io/kubernetes/pkg/controller/tainteviction"
	"k8s.io/kubernetes/pkg/controller/ttl"
	"k8s.io/kubernetes/pkg/controller/ttlafterfinished"
	"k8s.io/kubernetes/pkg/controller/validatingadmissionpolicystatus"
	"k8s.io/kubernetes/pkg/controller/volume/ephemeral"
	"k8s.io/kubernetes/pkg/controller/volume/persistentvolume"
	"k8s.io/kubernetes/pkg/controller/volume/pvcprotection"
	"k8s.io/kubernetes/pkg/controller/volume/pvprotection"
	"k8s.io/kubernetes/pkg/controller/volume/vacprotection"
	"k8s.io/kubernetes/pkg/generated/openapi"
	quotainstall "k8s.io/kubernetes/pkg/quota/v1/install"
	"k8s.io/kubernetes/pkg/serviceaccount"
	resourceclient "k8s.io/metrics/pkg/client/clientset/versioned/typed/metrics/v1beta1"
	"k8s.io/metrics/pkg/client/custom_metrics"
	"k8s.io/metrics/pkg/client/external_metrics"
	"k8s.io/utils/clock"
)

type loop func(context.Context)

// Each makes its controller as k8s.io/kubernetes/cmd/kube-controller-manager/app does, for the same account.
// Left out: what needs volume plugins (attach and detach, expansion, SELinux warnings), a cloud, device
// drivers or a signing key; what kube-controller-manager itself leaves out unless told; node addresses, which
// the stand-in for the nodes gives.
var controllers = []struct {
	name string
	make func(context.Context, *manager) (loop, error)
}{
	{names.ServiceAccountTokenController, tokens},
	{names.EndpointsController, endpoints},
	{names.EndpointSliceController, endpointSlices},
	{names.EndpointSliceMirroringController, endpointSliceMirrors},
	{names.ReplicationControllerController, replicationControllers},
	{names.PodGarbageCollectorController, podGarbage},
	{names.ResourceQuotaController, resourceQuotas},
	{names.NamespaceController, namespaces},
	{names.ServiceAccountController, accounts},
	{names.GarbageCollectorController, garbage},
	{names.DaemonSetController, daemonSets},
	{names.JobController, jobs},
	{names.DeploymentController, deployments},
	{names.ReplicaSetController, replicaSets},
	{names.HorizontalPodAutoscalerController, podAutoscalers},
	{names.DisruptionController, disruptions},
	{names.StatefulSetController, statefulSets},
	{names.CronJobController, cronJobs},
	{names.CertificateSigningRequestApprovingController, certificateApprovals},
	{names.CertificateSigningRequestCleanerController, certificateCleaning},
	{names.TTLController, ttls},
	{names.NodeLifecycleController, nodeLifecycles},
	{names.TaintEvictionController, taintEvictions},
	{names.PersistentVolumeBinderController, volumeBinding},
	{names.PersistentVolumeClaimProtectionController, claimProtection},
	{names.PersistentVolumeProtectionController, volumeProtection},
	{names.VolumeAttributesClassProtectionController, volumeClassProtection},
	{names.EphemeralVolumeController, ephemeralVolumes},
	{names.ClusterRoleAggregationController, roleAggregation},
	{names.TTLAfterFinishedController, finishedJobs},
	{names.RootCACertificatePublisherController, rootCertificates},
	{names.LegacyServiceAccountTokenCleanerController, legacyTokens},
	{names.ValidatingAdmissionPolicyStatusController, admissionPolicies},
	{names.ServiceCIDRController, serviceAddresses},
}

func controllerNames() []string {
	all := make([]string, len(controllers))
	for i, one := range controllers {
		all[i] = one.name
	}
	return all
}

func all(loops ...loop) loop {
	return func(ctx context.Context) {
		var running sync.WaitGroup
		for _, one := range loops {
			running.Go(func() { one(ctx) })
		}
		running.Wait()
	}
}

// A loop of so many workers.
func workers[Count ~int32 | ~int](run func(context.Context, int), count Count) (loop, error) {
	return func(ctx context.Context) { run(ctx, int(count)) }, nil
}

// What is not nil only where there was no error.
func unless(err error, run loop) (loop, error) {
	if err != nil {
		return nil, err
	}
	return run, nil
}

func tokens(ctx context.Context, m *manager) (loop, error) {
	file := m.settings.SAController.ServiceAccountKeyFile
	if file == "" {
		return nil, nil
	}
	key, err := keyutil.PrivateKeyFromFile(file)
	if err != nil {
		return nil, err
	}
	root, err := rootCertificate(m)
	if err != nil {
		return nil, err
	}
	generator, err := serviceaccount.JWTTokenGenerator(serviceaccount.LegacyIssuer, key)
	if err != nil {
		return nil, err
	}
	made, err := serviceaccounts.NewTokensController(
		klog.FromContext(ctx),
		m.informers.Core().V1().ServiceAccounts(),
		m.informers.Core().V1().Secrets(),
		m.root.ClientOrDie("tokens-controller"),
		serviceaccounts.TokensControllerOptions{TokenGenerator: generator, RootCA: root},
	)
	if err != nil {
		return nil, err
	}
	return workers(made.Run, m.settings.SAController.ConcurrentSATokenSyncs)
}

func rootCertificate(m *manager) ([]byte, error) {
	file := m.settings.SAController.RootCAFile
	if file == "" {
		return m.root.ConfigOrDie("tokens-controller").CAData, nil
	}
	root, err := os.ReadFile(file)
	if err == nil {
		_, err = cert.ParseCertsPEM(root)
	}
	return root, err
}

func endpoints(ctx context.Context, m *manager) (loop, error) {
	core := m.informers.Core().V1()
	made := endpoint.NewEndpointController(
		ctx, core.Pods(), core.Services(), core.Endpoints(), m.client("endpoint-controller"),
		m.settings.EndpointController.EndpointUpdatesBatchPeriod.Duration,
	)
	return workers(made.Run, m.settings.EndpointController.ConcurrentEndpointSyncs)
}

func endpointSlices(ctx context.Context, m *manager) (loop, error) {
	core, wanted := m.informers.Core().V1(), m.settings.EndpointSliceController
	made := endpointslice.NewController(
		ctx, core.Pods(), core.Services(), core.Nodes(), m.informers.Discovery().V1().EndpointSlices(),
		wanted.MaxEndpointsPerSlice, m.client("endpointslice-controller"),
		wanted.EndpointUpdatesBatchPeriod.Duration,
	)
	return workers(made.Run, wanted.ConcurrentServiceEndpointSyncs)
}

func endpointSliceMirrors(ctx context.Context, m *manager) (loop, error) {
	core, wanted := m.informers.Core().V1(), m.settings.EndpointSliceMirroringController
	made := endpointslicemirroring.NewController(
		ctx, core.Endpoints(), m.informers.Discovery().V1().EndpointSlices(), core.Services(),
		wanted.MirroringMaxEndpointsPerSubset, m.client("endpointslicemirroring-controller"),
		wanted.MirroringEndpointUpdatesBatchPeriod.Duration,
	)
	return workers(made.Run, wanted.MirroringConcurrentServiceEndpointSyncs)
}

func replicationControllers(ctx context.Context, m *manager) (loop, error) {
	made := replication.NewReplicationManager(
		ctx, m.informers.Core().V1().Pods(), m.informers.Core().V1().ReplicationControllers(),
		m.client("replication-controller"), replication.BurstReplicas,
	)
	return workers(made.Run, m.settings.ReplicationController.ConcurrentRCSyncs)
}

func podGarbage(ctx context.Context, m *manager) (loop, error) {
	made := podgc.NewPodGC(
		ctx, m.client("pod-garbage-collector"), m.informers.Core().V1().Pods(), m.informers.Core().V1().Nodes(),
		int(m.settings.PodGCController.TerminatedPodGCThreshold),
	)
	return made.Run, nil
}

func resourceQuotas(ctx context.Context, m *manager) (loop, error) {
	client, wanted := m.client("resourcequota-controller"), m.settings.ResourceQuotaController
	discover := client.Discovery().ServerPreferredNamespacedResources
	listers := quota.ListerFuncForResourceFunc(m.informers.ForResource)
	evaluated, err := quotainstall.NewQuotaConfigurationForControllers(listers, m.informers)
	if err != nil {
		return nil, err
	}
	made, err := resourcequota.NewController(ctx, &resourcequota.ControllerOptions{
		QuotaClient:               client.CoreV1(),
		ResourceQuotaInformer:     m.informers.Core().V1().ResourceQuotas(),
		ResyncPeriod:              controller.StaticResyncPeriodFunc(wanted.ResourceQuotaSyncPeriod.Duration),
		InformerFactory:           m.objects,
		ReplenishmentResyncPeriod: m.resync,
		DiscoveryFunc:             discover,
		IgnoredResourcesFunc:      evaluated.IgnoredResources,
		InformersStarted:          m.started,
		Registry:                  quota.NewRegistry(evaluated.Evaluators()),
		UpdateFilter:              quotainstall.DefaultUpdateFilter(),
	})
	return unless(err, all(
		func(ctx context.Context) { made.Run(ctx, int(wanted.ConcurrentResourceQuotaSyncs)) },
		func(ctx context.Context) { made.Sync(ctx, discover, 30*time.Second) },
	))
}

func namespaces(ctx context.Context, m *manager) (loop, error) {
	// It talks much: else a namespace takes long to go.
	config := faster(m, "namespace-controller", 20, 100)
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	objects, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	made := namespace.NewNamespaceController(
		ctx, client, objects, client.Discovery().ServerPreferredNamespacedResources,
		m.informers.Core().V1().Namespaces(),
		m.settings.NamespaceController.NamespaceSyncPeriod.Duration, v1.FinalizerKubernetes,
	)
	return workers(made.Run, m.settings.NamespaceController.ConcurrentNamespaceSyncs)
}

// The configuration of an account's client that may ask so many times as often.
func faster(m *manager, account string, steady float32, burst int) *rest.Config {
	config := m.clients.ConfigOrDie(account)
	config.QPS *= steady
	config.Burst *= burst
	return config
}

func accounts(ctx context.Context, m *manager) (loop, error) {
	made, err := serviceaccounts.NewServiceAccountsController(
		klog.FromContext(ctx),
		m.informers.Core().V1().ServiceAccounts(), m.informers.Core().V1().Namespaces(),
		m.client("service-account-controller"), serviceaccounts.DefaultServiceAccountsControllerOptions(),
	)
	return unless(err, func(ctx context.Context) { made.Run(ctx, 1) })
}

func garbage(ctx context.Context, m *manager) (loop, error) {
	const account, period = "generic-garbage-collector", 30 * time.Second
	client := m.client(account)
	objects, err := metadata.NewForConfig(faster(m, account, 2, 1))
	if err != nil {
		return nil, err
	}
	made, err := garbagecollector.NewComposedGarbageCollector(ctx, client, objects, m.mapper, m.graph)
	return unless(err, all(
		func(ctx context.Context) {
			made.Run(ctx, int(m.settings.GarbageCollectorController.ConcurrentGCSyncs), period)
		},
		func(ctx context.Context) { made.Sync(ctx, client.Discovery(), period) },
	))
}

func daemonSets(ctx context.Context, m *manager) (loop, error) {
	apps, core := m.informers.Apps().V1(), m.informers.Core().V1()
	made, err := daemon.NewDaemonSetsController(
		ctx, apps.DaemonSets(), apps.ControllerRevisions(), core.Pods(), core.Nodes(),
		m.client("daemon-set-controller"), flowcontrol.NewBackOff(time.Second, 15*time.Minute),
	)
	if err != nil {
		return nil, err
	}
	return workers(made.Run, m.settings.DaemonSetController.ConcurrentDaemonSetSyncs)
}

func jobs(ctx context.Context, m *manager) (loop, error) {
	made, err := job.NewController(
		ctx, m.client("job-controller"), m.informers.Core().V1().Pods(), m.informers.Batch().V1().Jobs(), nil, nil,
	)
	if err != nil {
		return nil, err
	}
	return workers(made.Run, m.settings.JobController.ConcurrentJobSyncs)
}

func deployments(ctx context.Context, m *manager) (loop, error) {
	apps := m.informers.Apps().V1()
	made, err := deployment.NewDeploymentController(
		ctx, apps.Deployments(), apps.ReplicaSets(), m.informers.Core().V1().Pods(),
		m.client("deployment-controller"),
	)
	if err != nil {
		return nil, err
	}
	return workers(made.Run, m.settings.DeploymentController.ConcurrentDeploymentSyncs)
}

func replicaSets(ctx context.Context, m *manager) (loop, error) {
	made := replicaset.NewReplicaSetController(
		ctx, m.informers.Apps().V1().ReplicaSets(), m.informers.Core().V1().Pods(),
		m.client("replicaset-controller"), replicaset.BurstReplicas,
	)
	return workers(made.Run, m.settings.ReplicaSetController.ConcurrentRSSyncs)
}

func podAutoscalers(ctx context.Context, m *manager) (loop, error) {
	const account = "horizontal-pod-autoscaler"
	config, client, wanted := m.clients.ConfigOrDie(account), m.client(account), m.settings.HPAController
	scales, err := scaleClient(m, config, client)
	if err != nil {
		return nil, err
	}
	resources, err := resourceclient.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	external, err := external_metrics.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	versions := custom_metrics.NewAvailableAPIsGetter(client.Discovery())
	made := podautoscaler.NewHorizontalController(
		ctx, client.CoreV1(), scales, client.AutoscalingV2(), m.mapper,
		metrics.NewRESTMetricsClient(resources, custom_metrics.NewForConfig(config, m.mapper, versions), external),
		m.informers.Autoscaling().V2().HorizontalPodAutoscalers(), m.informers.Core().V1().Pods(),
		wanted.HorizontalPodAutoscalerSyncPeriod.Duration,
		wanted.HorizontalPodAutoscalerDownscaleStabilizationWindow.Duration,
		wanted.HorizontalPodAutoscalerTolerance,
		wanted.HorizontalPodAutoscalerCPUInitializationPeriod.Duration,
		wanted.HorizontalPodAutoscalerInitialReadinessDelay.Duration,
	)
	return all(
		func(ctx context.Context) {
			period := wanted.HorizontalPodAutoscalerSyncPeriod.Duration
			custom_metrics.PeriodicallyInvalidate(versions, period, ctx.Done())
		},
		func(ctx context.Context) { made.Run(ctx, int(wanted.ConcurrentHorizontalPodAutoscalerSyncs)) },
	), nil
}

func scaleClient(m *manager, config *rest.Config, client kubernetes.Interface) (scale.ScalesGetter, error) {
	kinds := scale.NewDiscoveryScaleKindResolver(client.Discovery())
	return scale.NewForConfig(config, m.mapper, dynamic.LegacyAPIPathResolverFunc, kinds)
}

func disruptions(ctx context.Context, m *manager) (loop, error) {
	const account = "disruption-controller"
	client := m.client(account)
	scales, err := scaleClient(m, m.clients.ConfigOrDie(account), client)
	if err != nil {
		return nil, err
	}
	apps, core := m.informers.Apps().V1(), m.informers.Core().V1()
	made := disruption.NewDisruptionController(
		ctx, core.Pods(), m.informers.Policy().V1().PodDisruptionBudgets(), core.ReplicationControllers(),
		apps.ReplicaSets(), apps.Deployments(), apps.StatefulSets(),
		client, m.mapper, scales, client.Discovery(),
	)
	return made.Run, nil
}

func statefulSets(ctx context.Context, m *manager) (loop, error) {
	apps, core := m.informers.Apps().V1(), m.informers.Core().V1()
	made := statefulset.NewStatefulSetController(
		ctx, core.Pods(), apps.StatefulSets(), core.PersistentVolumeClaims(), apps.ControllerRevisions(),
		m.client("statefulset-controller"),
	)
	return workers(made.Run, m.settings.StatefulSetController.ConcurrentStatefulSetSyncs)
}

func cronJobs(ctx context.Context, m *manager) (loop, error) {
	batch := m.informers.Batch().V1()
	made, err := cronjob.NewControllerV2(ctx, batch.Jobs(), batch.CronJobs(), m.client("cronjob-controller"))
	if err != nil {
		return nil, err
	}
	return workers(made.Run, m.settings.CronJobController.ConcurrentCronJobSyncs)
}

func certificateApprovals(ctx context.Context, m *manager) (loop, error) {
	requests := m.informers.Certificates().V1().CertificateSigningRequests()
	made := approver.NewCSRApprovingController(ctx, m.client("certificate-controller"), requests)
	return workers(made.Run, 5)
}

func certificateCleaning(_ context.Context, m *manager) (loop, error) {
	requests := m.informers.Certificates().V1().CertificateSigningRequests()
	client := m.client("certificate-controller").CertificatesV1().CertificateSigningRequests()
	return workers(cleaner.NewCSRCleanerController(client, requests).Run, 1)
}

func ttls(ctx context.Context, m *manager) (loop, error) {
	return workers(ttl.NewTTLController(ctx, m.informers.Core().V1().Nodes(), m.client("ttl-controller")).Run, 5)
}

func nodeLifecycles(ctx context.Context, m *manager) (loop, error) {
	core, wanted := m.informers.Core().V1(), m.settings.NodeLifecycleController
	made, err := nodelifecycle.NewNodeLifecycleController(
		ctx, m.informers.Coordination().V1().Leases(), core.Pods(), core.Nodes(),
		m.informers.Apps().V1().DaemonSets(), m.client("node-controller"),
		m.settings.KubeCloudShared.NodeMonitorPeriod.Duration,
		wanted.NodeStartupGracePeriod.Duration, wanted.NodeMonitorGracePeriod.Duration,
		wanted.NodeEvictionRate, wanted.SecondaryNodeEvictionRate,
		wanted.LargeClusterSizeThreshold, wanted.UnhealthyZoneThreshold,
	)
	return unless(err, func(ctx context.Context) { made.Run(ctx) })
}

func taintEvictions(ctx context.Context, m *manager) (loop, error) {
	core := m.informers.Core().V1()
	client := m.client("node-controller")
	made, err := tainteviction.New(ctx, client, core.Pods(), core.Nodes(), names.TaintEvictionController)
	return unless(err, func(ctx context.Context) { made.Run(ctx) })
}

// Binds claims to volumes that are there; nothing provisions or deletes any.
func volumeBinding(ctx context.Context, m *manager) (loop, error) {
	core, wanted := m.informers.Core().V1(), m.settings.PersistentVolumeBinderController
	made, err := persistentvolume.NewController(ctx, persistentvolume.ControllerParameters{
		KubeClient:                m.client("persistent-volume-binder"),
		SyncPeriod:                wanted.PVClaimBinderSyncPeriod.Duration,
		VolumeInformer:            core.PersistentVolumes(),
		ClaimInformer:             core.PersistentVolumeClaims(),
		ClassInformer:             m.informers.Storage().V1().StorageClasses(),
		PodInformer:               core.Pods(),
		NodeInformer:              core.Nodes(),
		EnableDynamicProvisioning: wanted.VolumeConfiguration.EnableDynamicProvisioning,
	})
	return unless(err, func(ctx context.Context) { made.Run(ctx) })
}

func claimProtection(ctx context.Context, m *manager) (loop, error) {
	core := m.informers.Core().V1()
	made, err := pvcprotection.NewPVCProtectionController(
		klog.FromContext(ctx), core.PersistentVolumeClaims(), core.Pods(), m.client("pvc-protection-controller"),
	)
	return unless(err, func(ctx context.Context) { made.Run(ctx, 1) })
}

func volumeProtection(ctx context.Context, m *manager) (loop, error) {
	volumes := m.informers.Core().V1().PersistentVolumes()
	client := m.client("pv-protection-controller")
	return workers(pvprotection.NewPVProtectionController(klog.FromContext(ctx), volumes, client).Run, 1)
}

func volumeClassProtection(ctx context.Context, m *manager) (loop, error) {
	core := m.informers.Core().V1()
	made, err := vacprotection.NewVACProtectionController(
		klog.FromContext(ctx), m.client("volumeattributesclass-protection-controller"),
		core.PersistentVolumeClaims(), core.PersistentVolumes(), m.informers.Storage().V1().VolumeAttributesClasses(),
	)
	return unless(err, func(ctx context.Context) { made.Run(ctx, 1) })
}

func ephemeralVolumes(ctx context.Context, m *manager) (loop, error) {
	core := m.informers.Core().V1()
	client := m.client("ephemeral-volume-controller")
	made, err := ephemeral.NewController(ctx, client, core.Pods(), core.PersistentVolumeClaims())
	if err != nil {
		return nil, err
	}
	return workers(made.Run, m.settings.EphemeralVolumeController.ConcurrentEphemeralVolumeSyncs)
}

func roleAggregation(_ context.Context, m *manager) (loop, error) {
	client := m.client("clusterrole-aggregation-controller").RbacV1()
	made := clusterroleaggregation.NewClusterRoleAggregation(m.informers.Rbac().V1().ClusterRoles(), client)
	return workers(made.Run, 5)
}

func finishedJobs(ctx context.Context, m *manager) (loop, error) {
	client := m.client("ttl-after-finished-controller")
	made := ttlafterfinished.New(ctx, m.informers.Batch().V1().Jobs(), client)
	return workers(made.Run, m.settings.TTLAfterFinishedController.ConcurrentTTLSyncs)
}

func rootCertificates(_ context.Context, m *manager) (loop, error) {
	root, err := rootCertificate(m)
	if err != nil {
		return nil, err
	}
	core := m.informers.Core().V1()
	client := m.client("root-ca-cert-publisher")
	made, err := rootcacertpublisher.NewPublisher(core.ConfigMaps(), core.Namespaces(), client, root)
	return unless(err, func(ctx context.Context) { made.Run(ctx, 1) })
}

func legacyTokens(_ context.Context, m *manager) (loop, error) {
	core := m.informers.Core().V1()
	made, err := serviceaccounts.NewLegacySATokenCleaner(
		core.ServiceAccounts(), core.Secrets(), core.Pods(), m.client("legacy-service-account-token-cleaner"),
		clock.RealClock{}, serviceaccounts.LegacySATokenCleanerOptions{
			CleanUpPeriod: m.settings.LegacySATokenCleaner.CleanUpPeriod.Duration,
			SyncInterval:  serviceaccounts.DefaultCleanerSyncInterval,
		},
	)
	return unless(err, func(ctx context.Context) { made.Run(ctx) })
}

func admissionPolicies(_ context.Context, m *manager) (loop, error) {
	client := m.client(names.ValidatingAdmissionPolicyStatusController)
	schemas := resolver.NewDefinitionsSchemaResolver(
		openapi.GetOpenAPIDefinitions, scheme.Scheme, apiextensionsscheme.Scheme,
	).Combine(&resolver.ClientDiscoveryResolver{Discovery: client.Discovery()})
	made, err := validatingadmissionpolicystatus.NewController(
		m.informers.Admissionregistration().V1().ValidatingAdmissionPolicies(),
		client.AdmissionregistrationV1().ValidatingAdmissionPolicies(),
		&validating.TypeChecker{SchemaResolver: schemas, RestMapper: m.mapper},
	)
	if err != nil {
		return nil, err
	}
	return workers(made.Run, m.settings.ValidatingAdmissionPolicyStatusController.ConcurrentPolicySyncs)
}

func serviceAddresses(ctx context.Context, m *manager) (loop, error) {
	networking := m.informers.Networking().V1()
	client := m.client("service-cidrs-controller")
	return workers(servicecidrs.NewController(ctx, networking.ServiceCIDRs(), networking.IPAddresses(), client).Run, 5)
}
