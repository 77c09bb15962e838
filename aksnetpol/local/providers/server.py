"""Runs the stand-in plugins on ports that the engine attaches to."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from aksnetpol.azure import ArmClient
from aksnetpol.local.providers.azure_native.plugin import AzureNative
from aksnetpol.local.providers.kubernetes.connection import Apis
from aksnetpol.local.providers.kubernetes.plugin import Kubernetes
from aksnetpol.local.providers.servicer import Servicer

_THREADS = 256  # made when needed; each await blocks one
_MESSAGE = 400 * 1024 * 1024  # the engine's own limit


@dataclass
class ProviderServers:
    """The stand-ins of azure-native and kubernetes.

    All provider instances share their connections: a preview that follows another signs in and discovers
    nothing anew.

    Args:
        environ: ARM_* variables that lead to the emulator.
    """

    environ: Mapping[str, str]
    _arm: ArmClient | None = None
    _apis: Apis = field(default_factory=Apis)
    _running: list[tuple[grpc.Server, Servicer]] = field(default_factory=list[tuple[grpc.Server, Servicer]])

    def start(self) -> dict[str, int]:
        """Start serving; returns the port of each plugin, for PULUMI_DEBUG_PROVIDERS."""
        arm = self._arm = ArmClient(self.environ)
        return {
            "azure-native": self._serve(
                Servicer(version("pulumi-azure-native"), lambda given: AzureNative(arm, given))
            ),
            "kubernetes": self._serve(
                Servicer(version("pulumi-kubernetes"), lambda given: Kubernetes(given, self._apis))
            ),
        }

    def stop(self) -> None:
        """Stop serving; calls under way are cut off."""
        while self._running:
            server, servicer = self._running.pop()
            servicer.cancel()
            server.stop(grace=None).wait()
        self._apis.close()
        if self._arm is not None:
            self._arm.close()

    def _serve(self, servicer: Servicer) -> int:
        options = [("grpc.max_receive_message_length", _MESSAGE), ("grpc.max_send_message_length", _MESSAGE)]
        server = grpc.server(ThreadPoolExecutor(max_workers=_THREADS), options=options)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self._running.append((server, servicer))
        return port
