"""The gRPC side of a stand-in plugin.

The engine that attaches to a running plugin opens one connection per provider instance and configures
each; the peer of a call therefore tells which instance it is meant for.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from aksnetpol.errors import AksnetpolError
from aksnetpol.local.providers.changes import Kind
from aksnetpol.local.providers.errors import PartialError, ProviderError
from aksnetpol.local.providers.naming import Naming
from aksnetpol.local.providers.plugin import Difference, Plugin, Resource, State
from aksnetpol.local.providers.wire import Json, from_struct, to_struct, without_none

_T = TypeVar("_T")
Configure = Callable[[Json], Plugin]

_DIFF: Any = provider_pb2.DiffResponse
_PROPERTY: Any = provider_pb2.PropertyDiff
_KINDS = {
    (Kind.ADD, False): _PROPERTY.ADD,
    (Kind.ADD, True): _PROPERTY.ADD_REPLACE,
    (Kind.DELETE, False): _PROPERTY.DELETE,
    (Kind.DELETE, True): _PROPERTY.DELETE_REPLACE,
    (Kind.UPDATE, False): _PROPERTY.UPDATE,
    (Kind.UPDATE, True): _PROPERTY.UPDATE_REPLACE,
}
_NAMING: Any = provider_pb2.CheckRequest.AutonamingOptions
# Nothing tells that an engine is gone; so many provider instances are remembered before the oldest goes.
_INSTANCES = 512


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves one plugin to any number of engines.

    Args:
        version: the version that the plugin's SDK pins, so that the engine does not warn.
        configure: makes a provider instance from its configuration.
    """

    def __init__(self, version: str, configure: Configure) -> None:
        self._version = version
        self._configure = configure
        self._plugins: OrderedDict[str, Plugin] = OrderedDict()
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Stop every provider instance's waiting."""
        with self._lock:
            for plugin in self._plugins.values():
                plugin.cancel()
            self._plugins.clear()

    def _plugin(self, context: Any) -> Plugin:
        with self._lock:
            found = self._plugins.get(context.peer())
        if found is None:
            raise ProviderError("The engine used a provider before it configured it.")
        return found

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802  (named by the protocol)
        """An engine attaches; nothing to do."""
        return empty_pb2.Empty()

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Say what is understood; secrets are marked by the engine from the inputs."""
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Say the version."""
        return plugin_pb2.PluginInfo(version=self._version)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """An update was cancelled: calls to Azure under way end by themselves, and what they made is kept."""
        with self._lock:
            found = self._plugins.get(context.peer())
        if found is not None:
            found.cancel()
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take the configuration as it is."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """No configuration replaces a provider: clusters, and so kubeconfigs, keep their ids here."""
        changed = from_struct(request.olds) != from_struct(request.news)
        return _DIFF(changes=_DIFF.DIFF_SOME if changed else _DIFF.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make the provider instance of this connection."""
        plugin = self._answer(context, lambda: self._configure(from_struct(request.args)))
        with self._lock:
            self._plugins[context.peer()] = plugin
            self._plugins.move_to_end(context.peer())
            if len(self._plugins) > _INSTANCES:
                self._plugins.popitem(last=False)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Fill in a resource's names and defaults."""
        named = request.autonaming
        naming = Naming(request.randomSeed, named.proposed_name, named.mode != _NAMING.DISABLE)
        try:
            inputs = self._plugin(context).check(
                Resource(request.urn),
                from_struct(request.olds),
                without_none(from_struct(request.news)),
                naming,
            )
        except AksnetpolError as error:
            failure = provider_pb2.CheckFailure(property="", reason=str(error))
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        return provider_pb2.CheckResponse(inputs=to_struct(inputs))

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Plan a resource's change."""
        old = State(request.id, from_struct(request.olds), from_struct(request.old_inputs))
        new = without_none(from_struct(request.news))
        found = self._answer(
            context, lambda: self._plugin(context).diff(Resource(request.urn, request.id), old, new)
        )
        return _diff_response(found)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make a resource."""
        state = self._answer(
            context,
            lambda: self._plugin(context).create(
                Resource(request.urn),
                from_struct(request.properties),
                preview=request.preview,
                timeout=request.timeout or None,
            ),
        )
        return provider_pb2.CreateResponse(id=state.id, properties=to_struct(state.outputs))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refresh or import a resource."""
        state = self._answer(
            context,
            lambda: self._plugin(context).read(
                Resource(request.urn, request.id),
                from_struct(request.properties),
                from_struct(request.inputs),
            ),
        )
        return provider_pb2.ReadResponse(
            id=state.id, properties=to_struct(state.outputs), inputs=to_struct(state.inputs)
        )

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Change a resource in place."""
        old = State(request.id, from_struct(request.olds), from_struct(request.old_inputs))
        state = self._answer(
            context,
            lambda: self._plugin(context).update(
                Resource(request.urn, request.id),
                old,
                from_struct(request.news),
                preview=request.preview,
                timeout=request.timeout or None,
            ),
        )
        return provider_pb2.UpdateResponse(properties=to_struct(state.outputs))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Delete a resource."""
        self._answer(
            context,
            lambda: self._plugin(context).delete(
                Resource(request.urn, request.id),
                from_struct(request.properties),
                timeout=request.timeout or None,
            ),
        )
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Answer a function."""
        found = self._answer(
            context, lambda: self._plugin(context).invoke(request.tok, from_struct(request.args))
        )
        response: Any = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(found))
        return response

    def _answer(self, context: Any, call: Callable[[], _T]) -> _T:
        """Run a call; what goes wrong reaches the user as one message of the engine."""
        try:
            return call()
        except PartialError as error:
            context.set_trailing_metadata((("grpc-status-details-bin", _details(error)),))
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
            raise
        except AksnetpolError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
            raise


def _details(error: PartialError) -> bytes:
    """Encode what a failed call made, so that the engine keeps it (provider.proto)."""
    made = provider_pb2.ErrorResourceInitFailed(
        id=error.state.id,
        properties=to_struct(error.state.outputs),
        inputs=to_struct(error.state.inputs),
        reasons=[str(error)],
    )
    status: Any = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(made)
    return status.SerializeToString()


def _diff_response(found: Difference) -> Any:
    response = _DIFF(
        changes=_DIFF.DIFF_SOME if found.changes else _DIFF.DIFF_NONE,
        deleteBeforeReplace=found.delete_before_replace,
        hasDetailedDiff=True,
    )
    for change, replaces in found.changes:
        top = str(change.path[0])
        response.diffs.append(top)
        if replaces:
            response.replaces.append(change.text)
        response.detailedDiff[change.text].CopyFrom(
            _PROPERTY(kind=_KINDS[change.kind, replaces], inputDiff=True)
        )
    return response
