"""The namespace of the documented walkthrough: a server, a client, and nothing between them yet.

AKS docs, use-network-policies, "Verify network policy setup".
"""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi import Input, Output

from aksnetpol_components.kubernetes import KubernetesComponent, KubernetesObject

# Published for Linux and Windows Server nodes; the version that Kubernetes 1.36's own tests use.
AGNHOST_IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.63.0"
SERVER_PORT = 80
# Windows images are gigabytes: a first pull takes minutes.
_TIMEOUTS = pulumi.CustomTimeouts(create="20m", update="20m", delete="10m")


class DemoNamespaceArgs(TypedDict):
    """Where the two pods run."""

    kubeconfig: NotRequired[Input[str]]
    """The cluster, from AksCluster; the Kubernetes provider among the options by default."""
    namespace: NotRequired[Input[str]]
    """Name of the namespace, "demo" by default."""
    server_os: NotRequired[Input[str]]
    """Node OS of the server: "linux" (default) or "windows"."""
    client_os: NotRequired[Input[str]]
    """Node OS of the client: "linux" (default) or "windows"."""
    client_labels: NotRequired[Mapping[str, Input[str]]]
    """Labels of the client; none by default, so that demo-policy keeps it out."""
    image: NotRequired[Input[str]]
    """The agnhost image."""


class DemoNamespace(KubernetesComponent):
    """Namespace with the pods `server` (TCP 80, label app=server) and `client` of the AKS walkthrough."""

    namespace: Output[str]
    """Name of the namespace; whatever uses it waits for it to exist."""
    server_ip: Output[str]
    """Address of the server pod, for `/agnhost connect SERVER_IP:80` from the client."""

    def __init__(
        self, name: str, args: DemoNamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, args.get("kubeconfig"), opts)
        manifest = {"metadata": {"name": args.get("namespace", "demo")}}
        namespace = KubernetesObject(name, "v1", "Namespace", manifest, self.child())
        self.namespace = namespace.metadata.apply(lambda metadata: str(metadata["name"]))
        image = args.get("image", AGNHOST_IMAGE)
        serve = ["serve-hostname", "--tcp", "--http=false", "--port", str(SERVER_PORT)]
        server = self._pod(
            "server",
            args.get("server_os", "linux"),
            {
                "image": image,
                "args": serve,
                "ports": [{"containerPort": SERVER_PORT, "protocol": "TCP"}],
            },
            {"app": "server"},
        )
        # The walkthrough's shell needs a terminal; `kubectl exec -it client -- bash` gives one to this pod.
        client = {"image": image, "args": ["pause"]}
        self._pod("client", args.get("client_os", "linux"), client, args.get("client_labels", {}))
        self.server_ip = server.status.apply(lambda status: str((status or {}).get("podIP", "")))
        self.finish()

    def _pod(
        self, name: str, os: Input[str], container: Mapping[str, Any], labels: Mapping[str, Input[str]]
    ) -> KubernetesObject:
        """Declare one pod on nodes of one operating system."""
        metadata = {"name": name, "namespace": self.namespace, **({"labels": labels} if labels else {})}
        spec = {
            "nodeSelector": {"kubernetes.io/os": os},
            "automountServiceAccountToken": False,
            "containers": [{"name": name, "command": ["/agnhost"], **container}],
        }
        return KubernetesObject(
            f"{self.pulumi_resource_name}-{name}",
            "v1",
            "Pod",
            {"metadata": metadata, "spec": spec},
            self.child(custom_timeouts=_TIMEOUTS),
        )
