"""What an engine command is asked for: the options' words, or a stack's file."""

from pathlib import Path
from typing import Annotated

import typer

from aksnetpol import clock
from aksnetpol.engines import NetworkPlugin, NetworkPluginMode, NetworkPolicy
from aksnetpol.engines.addresses import network
from aksnetpol.engines.moves import UNSET, Networking, WantedNetworking
from aksnetpol.errors import UserError

ToOption = Annotated[
    NetworkPolicy | None,
    typer.Option("--to", help="The engine to have. With --stack: by default what its file says."),
]
OverlayOption = Annotated[bool, typer.Option("--overlay", help="Have Azure CNI Overlay too.")]
PodCidrOption = Annotated[str | None, typer.Option("--pod-cidr", help="The pod range to have.")]


def wish(
    to: NetworkPolicy | None, stack: str | None, pod_cidr: str | None, *, overlay: bool
) -> WantedNetworking:
    """What the options ask for, else what the stack's file says.

    Raises:
        UserError: nothing is asked for, or the range is none.
    """
    if pod_cidr is not None and network(pod_cidr) is None:
        raise UserError(f"--pod-cidr: {pod_cidr!r} is no IPv4 range. Write it as 10.244.0.0/16.")
    if to is None and not overlay and pod_cidr is None:
        if stack is None:
            raise UserError("Say what to have: --to none, azure, calico or cilium; --overlay; --pod-cidr.")
        return _of_file(stack)
    return WantedNetworking(
        network_plugin=NetworkPlugin.AZURE if overlay else UNSET,
        network_plugin_mode=NetworkPluginMode.OVERLAY if overlay else UNSET,
        network_policy=UNSET if to is None else to,
        pod_cidr=UNSET if pod_cidr is None else pod_cidr,
    )


def _of_file(stack: str) -> WantedNetworking:
    # The settings' models take a while to import, and most wishes are options.
    import aksnetpol_stacks
    from aksnetpol.project import find_project
    from aksnetpol_stacks.view import cluster_view

    loaded = aksnetpol_stacks.load_file(find_project(Path.cwd()).require_file(stack), clock.today())
    return WantedNetworking.exactly(Networking.of(cluster_view(loaded.settings)))
