"""kubernetes.py: a component finds its cluster by kubeconfig or by provider."""

from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_kubernetes import Provider

from aksnetpol_components import DemoNamespace, PolicySet

POLICIES = str(Path(__file__).parents[3] / "policies" / "demo")


def demo(**options: Any) -> None:
    DemoNamespace("demo", {}, pulumi.ResourceOptions(**options))


@pytest.mark.parametrize("kind", ["Namespace", "Pod"])
def test_by_kubeconfig(deploy: Any, kind: str) -> None:
    done = deploy(lambda: DemoNamespace("demo", {"kubeconfig": "k"}))
    provider = done.one("kubernetes")
    assert provider.is_secret("kubeconfig")
    assert provider.inputs == {"kubeconfig": "k", "enableServerSideApply": "true"}
    assert provider.options.parent == done.one("DemoNamespace").urn
    assert all(found.options.provider.startswith(provider.urn) for found in done.all(kind))


def test_policies_by_kubeconfig(deploy: Any) -> None:
    done = deploy(
        lambda: PolicySet("policies", {"namespace": "demo", "paths": [POLICIES], "kubeconfig": "k"})
    )
    assert done.one("NetworkPolicy").options.provider.startswith(done.one("kubernetes").urn)


def test_by_provider(deploy: Any) -> None:
    done = deploy(lambda: demo(providers=[Provider("mine", kubeconfig="k")]))
    assert done.one("kubernetes").name == "mine"
    assert all(found.options.provider.startswith(done.one("kubernetes").urn) for found in done.all("Pod"))
