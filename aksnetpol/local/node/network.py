"""Links and routes: every pod and node is a host of its own behind the sandbox, which routes between them."""

from ipaddress import IPv4Address

from aksnetpol.local.node.errors import CommandError
from aksnetpol.local.node.sandbox import GATEWAY, Sandbox, Space


def attach(sandbox: Sandbox, space: Space, address: str) -> None:
    """Give a space its address and its link; packets pass from here on.

    Args:
        address: IPv4, free in the sandbox.

    Raises:
        CommandError: the kernel refused.
    """
    link = _link(address)
    outside = (
        f"link add {link} type veth peer name eth0 netns {space.pid}",
        f"link set {link} up",
        f"route replace {address}/32 dev {link}",
    )
    inside = (
        "link set lo up",
        f"address add {address}/32 dev eth0",
        "link set eth0 up",
        f"route add {GATEWAY} dev eth0",
        f"route add default via {GATEWAY} dev eth0",
    )
    sandbox.run("ip", "-batch", "-", given="\n".join(outside))
    sandbox.run("ip", "-batch", "-", given="\n".join(inside), space=space)


def detach(sandbox: Sandbox, address: str) -> None:
    """Cut a link at once; the kernel would take its time after the space is closed."""
    try:
        sandbox.run("ip", "link", "delete", _link(address))
    except CommandError:
        # It was never made, or is gone with its space.
        return


def _link(address: str) -> str:
    # Interface names have 15 characters; the address is unique in the sandbox.
    return f"pod{int(IPv4Address(address)):08x}"
