package main

import (
	"context"
	"math/rand"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apiserver/pkg/server"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/component-base/cli/globalflag"
	"k8s.io/component-base/logs"
	logsapi "k8s.io/component-base/logs/api/v1"
	"k8s.io/component-base/version/verflag"
	generic "k8s.io/controller-manager/app"
	"k8s.io/controller-manager/pkg/clientbuilder"
	controllerhealthz "k8s.io/controller-manager/pkg/healthz"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/cmd/kube-controller-manager/app/config"
	"k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	settings "k8s.io/kubernetes/pkg/controller/apis/config"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
)

const (
	controllerManager = "kube-controller-manager"
	apiServerSeconds  = 60 * time.Second
)

// What all controllers are made of; as ControllerContext in k8s.io/kubernetes/cmd/kube-controller-manager/app,
// which links every volume plugin and is therefore not used.
type manager struct {
	clients   clientbuilder.ControllerClientBuilder
	root      clientbuilder.ControllerClientBuilder
	informers informers.SharedInformerFactory
	objects   informerfactory.InformerFactory
	settings  settings.KubeControllerManagerConfiguration
	mapper    *restmapper.DeferredDiscoveryRESTMapper
	started   chan struct{}
	resync    func() time.Duration
	graph     *garbagecollector.GraphBuilder
}

func (m *manager) client(name string) kubernetes.Interface {
	return m.clients.ClientOrDie(name)
}

// kube-controller-manager with its own flags; leader election is for several of them, and there is one.
func controllerManagerCommand() *cobra.Command {
	wanted, err := options.NewKubeControllerManagerOptions()
	if err != nil {
		klog.Background().Error(err, "Unable to initialize command options")
		klog.FlushAndExit(klog.ExitFlushTimeout, 1)
	}
	command := &cobra.Command{
		Use:  controllerManager,
		Args: cobra.NoArgs,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			rest.SetDefaultWarningHandler(rest.NoWarnings{})
			return wanted.ComponentGlobalsRegistry.Set()
		},
		RunE: func(command *cobra.Command, _ []string) error {
			verflag.PrintAndExitIfRequested()
			if err := logsapi.ValidateAndApply(wanted.Logs, utilfeature.DefaultFeatureGate); err != nil {
				return err
			}
			ctx := server.SetupSignalContext()
			config, err := wanted.Config(ctx, controllerNames(), nil, nil)
			if err != nil {
				return err
			}
			return runControllers(ctx, config.Complete())
		},
	}
	sets := wanted.Flags(controllerNames(), nil, nil)
	wanted.ParsedFlags = &sets
	verflag.AddFlags(sets.FlagSet("global"))
	globalflag.AddGlobalFlags(sets.FlagSet("global"), command.Name(), logs.SkipLoggingConfigurationFlags())
	for _, one := range sets.FlagSets {
		command.Flags().AddFlagSet(one)
	}
	cliflag.SetUsageAndHelpFunc(command, sets, 0)
	return command
}

func runControllers(ctx context.Context, c *config.CompletedConfig) error {
	c.EventBroadcaster.StartStructuredLogging(0)
	c.EventBroadcaster.StartRecordingToSink(&corev1.EventSinkImpl{Interface: c.Client.CoreV1().Events("")})
	defer c.EventBroadcaster.Shutdown()
	health := controllerhealthz.NewMutableHealthzHandler()
	if err := serve(ctx, c, health); err != nil {
		return err
	}
	m, err := newManager(ctx, c)
	if err != nil {
		return err
	}
	// Tokens first, with the clients of the process itself: those of the others are made of them.
	loops := []loop{}
	for _, one := range controllers {
		if !generic.IsControllerEnabled(one.name, nil, m.settings.Generic.Controllers) {
			continue
		}
		run, err := one.make(klog.NewContext(ctx, klog.LoggerWithName(klog.FromContext(ctx), one.name)), m)
		if err != nil {
			return err
		}
		if run != nil {
			loops = append(loops, run)
			health.AddHealthChecker(controllerhealthz.NamedPingChecker(one.name))
		}
	}
	m.informers.Start(ctx.Done())
	m.objects.Start(ctx.Done())
	close(m.started)
	all(loops...)(ctx)
	return nil
}

// Its health and its metrics, to who may see them.
func serve(ctx context.Context, c *config.CompletedConfig, health *controllerhealthz.MutableHealthzHandler) error {
	if c.SecureServing == nil {
		return nil
	}
	mux := generic.NewBaseHandler(&c.ComponentConfig.Generic.Debugging, health)
	handler := generic.BuildHandlerChain(mux, &c.Authorization, &c.Authentication)
	_, _, err := c.SecureServing.Serve(handler, 0, ctx.Done())
	return err
}

func newManager(ctx context.Context, c *config.CompletedConfig) (*manager, error) {
	root := clientbuilder.SimpleControllerClientBuilder{ClientConfig: c.Kubeconfig}
	var clients clientbuilder.ControllerClientBuilder = root
	if c.ComponentConfig.KubeCloudShared.UseServiceAccountCredentials {
		anonymous := rest.AnonymousClientConfig(c.Kubeconfig)
		clients = clientbuilder.NewDynamicClientBuilder(anonymous, c.Client.CoreV1(), metav1.NamespaceSystem)
	}
	shared := root.ClientOrDie("shared-informers")
	if err := generic.WaitForAPIServer(shared, apiServerSeconds); err != nil {
		return nil, err
	}
	ours, err := metadata.NewForConfig(root.ConfigOrDie("metadata-informers"))
	if err != nil {
		return nil, err
	}
	resync := func() time.Duration {
		least := float64(c.ComponentConfig.Generic.MinResyncPeriod.Nanoseconds())
		return time.Duration(least * (rand.Float64() + 1))
	}
	typed := informers.NewSharedInformerFactoryWithOptions(shared, resync(), informers.WithTransform(trimmed))
	untyped := metadatainformer.NewSharedInformerFactoryWithOptions(
		ours, resync(), metadatainformer.WithTransform(trimmed),
	)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(
		memory.NewMemCacheClient(root.DiscoveryClientOrDie("controller-discovery")),
	)
	go wait.Until(mapper.Reset, 30*time.Second, ctx.Done())
	m := &manager{
		clients: clients, root: root,
		informers: typed, objects: informerfactory.NewInformerFactory(typed, untyped),
		settings: c.ComponentConfig, mapper: mapper, started: make(chan struct{}), resync: resync,
	}
	ignored := map[schema.GroupResource]struct{}{}
	for _, one := range m.settings.GarbageCollectorController.GCIgnoredResources {
		ignored[schema.GroupResource{Group: one.Group, Resource: one.Resource}] = struct{}{}
	}
	m.graph = garbagecollector.NewDependencyGraphBuilder(ctx, ours, mapper, ignored, m.objects, m.started)
	return m, nil
}

// Who manages which field is of no interest to a controller, and much of an object.
func trimmed(object any) (any, error) {
	if accessor, err := meta.Accessor(object); err == nil && accessor.GetManagedFields() != nil {
		accessor.SetManagedFields(nil)
	}
	return object, nil
}
