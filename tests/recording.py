"""Runs components against a recording stand-in of the Pulumi engine's resource monitor."""

import asyncio
import base64
import gc
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.stack import run_pulumi_func

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
KUBECONFIG = "apiVersion: v1\nkind: Config\n"


@dataclass(frozen=True)
class Registration:
    """One resource as the engine was asked to register it."""

    type: str
    name: str
    urn: str
    raw: dict[str, Any]
    options: Any

    @property
    def inputs(self) -> dict[str, Any]:
        """The inputs with secrets opened."""
        return _opened(self.raw)

    def is_secret(self, *path: str) -> bool:
        value: Any = self.raw
        for key in path:
            if rpc.is_rpc_secret(value):
                return True
            value = value[key]
        return rpc.is_rpc_secret(value)


def _opened(value: Any) -> Any:
    value = rpc.unwrap_rpc_secret(value)
    if isinstance(value, dict):
        return {key: _opened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_opened(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Azure(mocks.Mocks):
    """Answers as Azure and Kubernetes would."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs = args.inputs
        kind = args.typ.rsplit(":", 1)[-1]
        group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{_opened(inputs).get('resourceGroupName')}"
        if kind == "ResourceGroup":
            return group, {**inputs, "name": inputs["resourceGroupName"]}
        if kind == "ManagedCluster":
            arm_id = f"{group}/providers/Microsoft.ContainerService/managedClusters/{inputs['resourceName']}"
            issuer = {"enabled": True, "issuerURL": "https://oidc.example/issuer/"}
            # ARM answers with an object of identities where it takes a list of ids.
            given = {key: dict[str, str]() for key in inputs["identity"].get("userAssignedIdentities", [])}
            identity = {"type": inputs["identity"]["type"], "principalId": "cluster-principal"}
            identity |= {"userAssignedIdentities": given} if given else {}
            return arm_id, {
                **inputs,
                "oidcIssuerProfile": issuer,
                "identity": identity,
                "nodeResourceGroup": "MC_nodes",
            }
        if kind == "UserAssignedIdentity":
            return f"{group}/identity", {**inputs, "principalId": "identity-principal"}
        if kind == "SystemPool":
            return _opened(inputs["pool_id"]), inputs
        if kind == "GeneratedPassword":
            return "password", {**inputs, "result": "Generated-Password-1"}
        if kind == "ResendCount":
            return _opened(inputs["cluster_id"]), {**inputs, "resends": 0}
        if kind == "FeatureRegistration":
            return "feature", {**inputs, "state": "Registered"}
        if kind == "Pod":
            return "pod", {**inputs, "status": {"podIP": "10.244.0.7"}}
        return f"{args.name}-id", inputs

    def call(self, args: mocks.MockCallArgs) -> Any:
        self.calls.append((args.token, args.args))
        value = base64.b64encode(KUBECONFIG.encode()).decode()
        return {"kubeconfigs": [{"name": "clusterUser", "value": value}], "subscriptionId": "from-login"}


class Monitor(mocks.MockMonitor):
    """Keeps every registration request; the SDK's own mocks forget options and secrets."""

    def __init__(self, azure: Azure) -> None:
        super().__init__(azure)
        self.azure = azure
        self.registrations: list[Registration] = []

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        raw = rpc.deserialize_properties(request.object)
        self.registrations.append(Registration(request.type, request.name, urn, raw, request))
        return super().RegisterResource(request)

    def all(self, kind: str) -> list[Registration]:
        """Return the registrations whose type ends with `kind`, in order."""
        return [found for found in self.registrations if found.type.rsplit(":", 1)[-1] == kind]

    def one(self, kind: str) -> Registration:
        """Return the only registration of that type."""
        (found,) = self.all(kind)
        return found


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Monitor]:
    """Run a function as a Pulumi program; return what it registered."""
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", SUBSCRIPTION)

    def run(program: Callable[[], Any], config: dict[str, str] | None = None) -> Monitor:
        monitor = Monitor(Azure())
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            settings.ROOT.set(None)  # each program has its own stack resource
            mocks.set_mocks(monitor.azure, project="aksnetpol", stack="test", preview=False, monitor=monitor)
            pulumi.runtime.set_all_config(config or {})
            loop.run_until_complete(run_pulumi_func(lambda: _nothing(program())))
        finally:
            _cancel(loop)
        return monitor

    return run


def _cancel(loop: asyncio.AbstractEventLoop) -> None:
    """End what a failed program left waiting."""
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    loop.close()
    state: Any = settings.SETTINGS  # a proxy whose attributes its type does not name
    state.outputs.clear()
    # Coroutines that die of old age inside `ast.parse` make CPython 3.11 raise SystemError in another test.
    gc.collect()


def _nothing(_result: object) -> None:
    return None


@pytest.fixture
def output() -> Callable[[pulumi.Output[Any]], Any]:
    """Return an output's value and whether it is secret, as attributes; call inside a program."""

    def read(value: pulumi.Output[Any]) -> Any:
        seen = SimpleNamespace(value=None, secret=None)

        def keep(plain: Any) -> None:
            seen.value = plain

        async def secrecy() -> None:
            seen.secret = await value.is_secret()

        value.apply(keep)
        seen.task = asyncio.ensure_future(secrecy())
        return seen

    return read
