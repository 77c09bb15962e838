"""component.py: what every component hands to its children."""

from typing import Any

import pulumi

from aksnetpol_components import AksCluster, DemoNamespace, NodePool, WindowsNodePool
from aksnetpol_components.component import output_names


def test_children_wait_for_what_the_component_depends_on(deploy: Any) -> None:
    def program() -> None:
        first = NodePool("first", {"cluster_id": "/a/b/c/d/e/f/g/h", "name": "one", "vm_size": "v"})
        DemoNamespace("demo", {}, pulumi.ResourceOptions(depends_on=first))

    done = deploy(program)
    pool = done.one("AgentPool").urn
    for child in (*done.all("Pod"), done.one("Namespace")):
        assert pool in child.options.dependencies
        assert child.options.parent == done.one("DemoNamespace").urn


def test_outputs_are_the_public_annotations() -> None:
    assert output_names(WindowsNodePool) == ["pool_id", "pool_name"]
    assert output_names(AksCluster)[0] == "cluster_id"
    assert not [name for name in output_names(AksCluster) if name.startswith("_")]
