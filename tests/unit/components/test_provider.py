"""provider.py: the schema that other languages see."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from aksnetpol_components.provider import COMPONENTS

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    # A process of its own, as the engine starts it: the SDK reads descriptions with `ast`, which CPython 3.11
    # refuses for the rest of a process that once recovered from deep recursion.
    code = "from aksnetpol_components.provider import AksnetpolProvider; print(AksnetpolProvider().schema)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(done.stdout)


INTERFACE = {
    "AksCluster": (
        {"location", "systemPool", "networkProfile"},
        {
            "clusterId",
            "clusterName",
            "resourceGroupName",
            "nodeResourceGroup",
            "kubeconfig",
            "oidcIssuerUrl",
            "networkPolicy",
            "windowsAdminPassword",
        },
        {"kubeconfig", "windowsAdminPassword"},
    ),
    "DemoNamespace": (set[str](), {"namespace", "serverIp"}, set[str]()),
    "NodePool": ({"clusterId", "name", "vmSize"}, {"poolId", "poolName"}, set[str]()),
    "PolicySet": ({"namespace", "paths"}, {"policyNames"}, set[str]()),
    "PreviewFeature": ({"feature"}, {"state"}, set[str]()),
    "WindowsNodePool": ({"clusterId", "name", "vmSize"}, {"poolId", "poolName"}, set[str]()),
}


def test_every_component_is_there(schema: dict[str, Any]) -> None:
    assert schema["name"] == "aksnetpol"
    assert set(schema["resources"]) == {f"aksnetpol:index:{name}" for name in INTERFACE}
    assert len(COMPONENTS) == len(INTERFACE)


@pytest.mark.parametrize("name", INTERFACE)
def test_interface(schema: dict[str, Any], name: str) -> None:
    required, outputs, secret = INTERFACE[name]
    resource = schema["resources"][f"aksnetpol:index:{name}"]
    assert resource["isComponent"]
    assert set(resource["requiredInputs"]) == required
    assert set(resource["properties"]) == outputs
    assert {key for key, value in resource["properties"].items() if value.get("secret")} == secret
    assert resource["description"]


def test_every_input_is_described(schema: dict[str, Any]) -> None:
    described = {
        **{name: found["inputProperties"] for name, found in schema["resources"].items()},
        **{name: found["properties"] for name, found in schema["types"].items()},
    }
    silent = [
        f"{name}.{key}"
        for name, properties in described.items()
        for key, value in properties.items()
        if not value.get("description")
    ]
    assert not silent, " ".join(silent)


def test_secret_inputs(schema: dict[str, Any]) -> None:
    for name in ("DemoNamespace", "PolicySet"):
        assert schema["resources"][f"aksnetpol:index:{name}"]["inputProperties"]["kubeconfig"]["secret"]


def test_types(schema: dict[str, Any]) -> None:
    assert set(schema["types"]) == {
        f"aksnetpol:index:{name}" for name in ("NetworkProfileArgs", "PoolProfileArgs", "WindowsProfileArgs")
    }
    windows = schema["types"]["aksnetpol:index:WindowsProfileArgs"]
    assert windows["properties"]["adminPassword"]["secret"]
    assert windows["required"] == ["adminUsername"]
    assert schema["types"]["aksnetpol:index:NetworkProfileArgs"]["required"] == ["networkPlugin"]


def test_ids_may_be_outputs_of_other_resources(schema: dict[str, Any]) -> None:
    inputs = schema["resources"]["aksnetpol:index:NodePool"]["inputProperties"]
    assert "plain" not in inputs["clusterId"]
    assert inputs["name"]["plain"]


def test_the_plugin_serves_the_schema(schema: dict[str, Any]) -> None:
    command = [sys.executable, "-u", ROOT / "components", "127.0.0.1:1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd="/")
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            answer = stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert json.loads(answer.schema) == schema


def test_the_yaml_example_fits_the_schema(schema: dict[str, Any]) -> None:
    program = yaml.safe_load((ROOT / "examples" / "yaml" / "Pulumi.yaml").read_text())
    assert (ROOT / "examples" / "yaml" / program["packages"]["aksnetpol"]).is_dir()
    for name, resource in program["resources"].items():
        package, kind = resource["type"].split(":")
        known = schema["resources"][f"{package}:index:{kind}"]
        given = set(resource.get("properties", {}))
        assert given <= set(known["inputProperties"]), name
        assert set(known["requiredInputs"]) <= given, name
