"""What a stand-in plugin must answer; the gRPC server above it knows nothing of resources."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aksnetpol.local.providers.changes import Change
from aksnetpol.local.providers.naming import Naming
from aksnetpol.local.providers.wire import Json


@dataclass(frozen=True)
class Resource:
    """A resource that the engine asks about.

    Args:
        urn: its name in the stack.
        id: the provider's id; empty before it is made.
    """

    urn: str
    id: str = ""

    @property
    def type(self) -> str:
        """The resource's own type token, such as azure-native:containerservice:ManagedCluster."""
        return self.urn.split("::")[2].split("$")[-1]

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.split("::", 3)[3]


@dataclass(frozen=True)
class Difference:
    """What a plan says of one resource.

    Args:
        changes: each with whether it replaces the resource.
        delete_before_replace: whether a replacement can only be made when the old resource is gone.
    """

    changes: Sequence[tuple[Change, bool]]
    delete_before_replace: bool = False


@dataclass(frozen=True)
class State:
    """A resource as it is.

    Args:
        id: empty where it is gone.
        outputs: what the state keeps and programs read.
        inputs: what a program would have to say to get it.
    """

    id: str
    outputs: Json = field(default_factory=dict[str, object])
    inputs: Json = field(default_factory=dict[str, object])


class Plugin(Protocol):
    """One provider instance: configured once, then asked about resources."""

    def check(self, resource: Resource, old: Json, new: Json, naming: Naming) -> Json:
        """Fill in names and defaults; raise ProviderError where the inputs make no sense."""
        ...

    def diff(self, resource: Resource, old: State, new: Json) -> Difference:
        """Compare what was with the new inputs."""
        ...

    def create(self, resource: Resource, inputs: Json, *, preview: bool, timeout: float | None) -> State:
        """Make it; in a preview say what would be known.

        Args:
            timeout: seconds, where the program sets it.
        """
        ...

    def read(self, resource: Resource, outputs: Json, inputs: Json) -> State:
        """Refresh or import it."""
        ...

    def update(
        self, resource: Resource, old: State, inputs: Json, *, preview: bool, timeout: float | None
    ) -> State:
        """Change it in place."""
        ...

    def delete(self, resource: Resource, outputs: Json, *, timeout: float | None) -> None:
        """Delete it; one that is gone counts as deleted."""
        ...

    def invoke(self, token: str, arguments: Json) -> Json:
        """Answer a function."""
        ...

    def cancel(self) -> None:
        """The update was cancelled: stop waiting."""
        ...
