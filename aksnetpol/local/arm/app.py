"""Puts the emulator's services together."""

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.local.arm import faults
from aksnetpol.local.arm.authorization.routes import routes as authorization_routes
from aksnetpol.local.arm.backend import ClusterBackend
from aksnetpol.local.arm.clock import Clock
from aksnetpol.local.arm.containerservice.machine import Machine
from aksnetpol.local.arm.containerservice.routes import routes as containerservice_routes
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.features.routes import routes as features_routes
from aksnetpol.local.arm.frontdoor import FrontDoor
from aksnetpol.local.arm.http import Router
from aksnetpol.local.arm.login.routes import routes as login_routes
from aksnetpol.local.arm.login.state import Tokens
from aksnetpol.local.arm.managedidentity.routes import routes as managedidentity_routes
from aksnetpol.local.arm.network.routes import routes as network_routes
from aksnetpol.local.arm.operations import Operations
from aksnetpol.local.arm.resources.routes import routes as resources_routes
from aksnetpol.local.arm.settings import Identity, Settings
from aksnetpol.local.arm.store import Store
from aksnetpol.local.arm.subscriptions.routes import routes as subscriptions_routes
from aksnetpol.local.arm.work import Workers


@dataclass(frozen=True)
class App:
    """A running emulator without its HTTP server.

    Args:
        asgi: the ASGI application.
        context: its parts.
        machine: its clusters.
    """

    asgi: FrontDoor
    context: Context
    machine: Machine

    def resume(self) -> list[Future[None]]:
        """Go on where the last emulator with this state stopped; done when its clusters answer."""
        self.context.workers.resume()
        return self.machine.restart()

    def close(self) -> None:
        """Stop working; everything is kept."""
        self.context.workers.close()
        self.context.store.close()


def create_app(
    home: Path, clusters: ClusterBackend, clock: Clock, settings: Settings, failures: faults.Faults
) -> App:
    """Return the emulator over the state in a home directory.

    Args:
        home: an existing directory that only its owner can enter.
        clusters: runs the clusters.
        clock: the boundary to time.
        settings: how the emulator behaves.
        failures: what to spoil.
    """
    identity = Identity.remembered(home)
    store = Store(home / "arm.sqlite")
    operations = Operations(store, clock)
    context = Context(identity, settings, clock, store, operations, Workers(operations), clusters)
    machine = Machine(context)
    tokens = Tokens(home, identity, settings, clock)
    router = Router(
        [
            *faults.routes(failures),
            *login_routes(tokens),
            *subscriptions_routes(context),
            *authorization_routes(context),
            *features_routes(context),
            *managedidentity_routes(context),
            *network_routes(context),
            *containerservice_routes(context, machine),
            *resources_routes(context),
        ]
    )
    return App(FrontDoor(context, router, tokens, failures), context, machine)
