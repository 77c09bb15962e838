"""Trees of well-known repositories, re-created small in their shape: read as they lie, with no false finding.

Each names the repository and the files whose shape it has; names and contents are made up.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aksnetpol.findings import Severity
from aksnetpol.policy import load, profile
from aksnetpol.policy.lint import lint


def deployment(name: str, namespace: str = "", **labels: str) -> str:
    text = ", ".join(f"{key}: {value}" for key, value in (labels or {"app": name}).items())
    space = f", namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{space}}}\nspec:\n"
        f"  selector: {{matchLabels: {{{text}}}}}\n  template:\n    metadata: {{labels: {{{text}}}}}\n"
        "    spec: {containers: [{name: c, image: c}]}\n"
    )


def namespace(name: str) -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n"


def policy(name: str, spec: str, namespace: str = "") -> str:
    space = f", namespace: {namespace}" if namespace else ""
    kind = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    return f"{kind}metadata: {{name: {name}{space}}}\nspec: {spec}\n"


KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
# mspnp/aks-baseline: cluster-manifests/a0008, workload, network-team
AKS_BASELINE = {
    "cluster-manifests/cluster-rbac.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
    "metadata: {name: r}\nrules: []\n",
    "cluster-manifests/a0008/ns.yaml": namespace("a0008"),
    "cluster-manifests/a0008/gateway.yaml": "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n"
    "metadata: {name: gw, namespace: a0008}\nspec: {gatewayClassName: istio, listeners: []}\n",
    "cluster-manifests/a0008/policy.yaml": policy(
        "allow-only-ingress",
        "{podSelector: {matchLabels: {app.kubernetes.io/name: aspnetapp}}, ingress: [{from: [{podSelector:"
        " {matchLabels: {gateway.networking.k8s.io/gateway-name: gw}}}]}]}",
        "a0008",
    ),
    "workload/aspnetapp.yaml": deployment("aspnetapp", "a0008", **{"app.kubernetes.io/name": "aspnetapp"}),
    "workload/kustomization.yaml": KUSTOMIZATION + "resources: [aspnetapp.yaml]\n",
    "main.parameters.json": '{\n  // a value for each\n  "parameters": {"place": {"value": "x"}}\n}\n',
    "contributing.yml": "title: none\n",
}
# fluxcd/flux2-kustomize-helm-example: apps/base, apps/staging, clusters/*/flux-system
_GOTK = namespace("flux-system") + "---\n" + deployment("source-controller", "flux-system")
FLUX = {
    "apps/base/podinfo/kustomization.yaml": KUSTOMIZATION
    + "namespace: podinfo\nresources: [ns.yaml, release.yaml]\n",
    "apps/base/podinfo/ns.yaml": namespace("podinfo"),
    "apps/base/podinfo/release.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
    "metadata: {name: podinfo, namespace: podinfo}\nspec: {values: {replicaCount: 2}}\n",
    "apps/staging/kustomization.yaml": KUSTOMIZATION
    + "resources: [../base/podinfo]\npatches: [{path: podinfo-values.yaml, target: {kind: HelmRelease}}]\n",
    "apps/staging/podinfo-values.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
    "metadata: {name: podinfo}\nspec: {values: {replicaCount: 1}}\n",
    "clusters/staging/apps.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
    "metadata: {name: apps, namespace: flux-system}\nspec: {path: ./apps/staging}\n",
    "clusters/staging/flux-system/kustomization.yaml": KUSTOMIZATION + "resources: [gotk-components.yaml]\n",
    "clusters/staging/flux-system/gotk-components.yaml": _GOTK,
    "clusters/production/flux-system/kustomization.yaml": KUSTOMIZATION
    + "resources: [gotk-components.yaml]\n",
    "clusters/production/flux-system/gotk-components.yaml": _GOTK,
}
# argoproj/argo-cd: manifests/base/application-controller, manifests/crds
ARGO_CD = {
    "base/kustomization.yaml": KUSTOMIZATION
    + "images: [{name: argocd, newTag: v3}]\nresources: [./application-controller]\n",
    "base/application-controller/kustomization.yaml": KUSTOMIZATION
    + "resources: [deployment.yaml, policy.yaml]\npatchesStrategicMerge: [overlays/version.yaml]\n",
    "base/application-controller/deployment.yaml": deployment("controller"),
    "base/application-controller/policy.yaml": policy(
        "controller",
        "{podSelector: {matchLabels: {app: controller}}, policyTypes: [Ingress], ingress: [{from:"
        " [{namespaceSelector: {}}], ports: [{port: 8082}]}]}",
    ),
    "base/application-controller/overlays/version.yaml": "apiVersion: apps/v1\nkind: Deployment\n"
    "metadata: {name: controller}\nspec: {template: {metadata: {labels: {version: v3}}}}\n",
    "crds/kustomization.yaml": KUSTOMIZATION + "resources: [crd.yaml]\n",
    "crds/crd.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    "metadata: {name: rollouts.argoproj.io}\nspec: {versions: [{schema: {properties: {spec: {properties: {"
    "containers: {type: array}}}}}}]}\n",
}
# prometheus-operator/kube-prometheus: manifests/
KUBE_PROMETHEUS = {
    "setup/namespace.yaml": namespace("monitoring"),
    "prometheus-prometheus.yaml": "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\n"
    "metadata: {name: k8s, namespace: monitoring}\nspec: {podMetadata: {labels: {"
    "app.kubernetes.io/part-of: kube-prometheus}}}\n",
    "alertmanager-alertmanager.yaml": "apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\n"
    "metadata: {name: main, namespace: monitoring}\nspec: {replicas: 3}\n",
    "alertmanager-networkPolicy.yaml": policy(
        "alertmanager-main",
        "{podSelector: {matchLabels: {app.kubernetes.io/name: alertmanager, alertmanager: main}},"
        " policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app.kubernetes.io/name:"
        " prometheus}}}], ports: [{port: 9093}]}]}",
        "monitoring",
    ),
    "grafana-dashboardDefinitions.yaml": "apiVersion: v1\nkind: ConfigMapList\nitems:\n"
    '- {apiVersion: v1, kind: ConfigMap, metadata: {name: d}, data: {d.json: "{{pod}}"}}\n',
    "alerts.yaml": "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: r}\n"
    'spec: {groups: [{name: g, rules: [{alert: a, annotations: {summary: "{{ $labels.pod }}"}}]}]}\n',
    "jsonnetfile.json": '{"version": 1, "dependencies": []}\n',
}
# GoogleCloudPlatform/microservices-demo: kustomize/, helm-chart/, skaffold.yaml
MICROSERVICES_DEMO = {
    "kustomize/kustomization.yaml": KUSTOMIZATION
    + "resources: [base]\ncomponents:\n# - components/network\n",
    "kustomize/base/kustomization.yaml": KUSTOMIZATION + "resources: [cart.yaml]\n",
    "kustomize/base/cart.yaml": deployment("cartservice"),
    "kustomize/components/network/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\n"
    "kind: Component\nresources: [deny-all.yaml]\n",
    "kustomize/components/network/deny-all.yaml": policy(
        "deny-all", "{podSelector: {}, policyTypes: [Ingress, Egress]}"
    ),
    "kustomize/components/spanner/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\n"
    "kind: Component\npatches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n",
    "helm-chart/Chart.yaml": "apiVersion: v2\nname: onlineboutique\nversion: 0.1.0\n",
    "helm-chart/values.yaml": "networkPolicies: {create: false}\n",
    "helm-chart/templates/cart.yaml": "{{- if .Values.create }}\napiVersion: apps/v1\nkind: Deployment\n"
    "metadata:\n  name: {{ .Values.name }}\n{{- end }}\n",
    "skaffold.yaml": "apiVersion: skaffold/v3\nkind: Config\nmetadata: {name: app}\nbuild: {}\n",
    "cloudbuild.yaml": "steps:\n- name: gcr.io/k8s-skaffold/skaffold\n",
}


@pytest.mark.parametrize(
    ("files", "pods", "ids"),
    [
        pytest.param(AKS_BASELINE, ["gateway/gw", "deployment/aspnetapp"], [], id="aks-baseline"),
        pytest.param(
            FLUX, ["deployment/source-controller"], ["duplicate-object", "kustomization"], id="flux"
        ),
        pytest.param(ARGO_CD, ["deployment/controller"], ["kustomization"], id="argo-cd"),
        pytest.param(KUBE_PROMETHEUS, ["alertmanager/main", "prometheus/k8s"], [], id="kube-prometheus"),
        pytest.param(
            MICROSERVICES_DEMO,
            ["deployment/cartservice"],
            ["helm-chart"],
            id="microservices-demo",
        ),
    ],
)
def test_a_tree(files: dict[str, str], pods: list[str], ids: list[str], tmp_path: Path) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    loaded = load([tmp_path])
    assert not [str(one) for one in loaded.findings if one.severity is Severity.ERROR]
    assert sorted(one.id for one in loaded.findings) == sorted(ids), [*map(str, loaded.findings)]
    assert [pod.name for pod in loaded.cluster.pods] == pods
    linted = {one.id for one in lint(loaded.cluster, profile("cilium"), date(2026, 12, 1))}
    assert not linted & {"peer-selects-nothing", "policy-selects-nothing"}
