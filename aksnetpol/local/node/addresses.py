"""The addresses that a node gives its pods."""

from ipaddress import IPv4Address, IPv4Network


class AddressPool:
    """The free addresses of a range, handed out in turn.

    In turn, so that a pod does not soon get the address of one that is gone: connections of that one are
    remembered by the kernel for a while.

    Args:
        network: the node's range; its first two addresses and the last are not given to pods.
    """

    def __init__(self, network: IPv4Network) -> None:
        self.network = network
        self._taken: set[str] = set()
        self._next = 0

    def take(self) -> str | None:
        """Return a free address; None when all are taken."""
        count = self.network.num_addresses - 3
        for step in range(count):
            offset = (self._next + step) % count
            address = str(self.network.network_address + 2 + offset)
            if address not in self._taken:
                self._taken.add(address)
                self._next = (offset + 1) % count
                return address
        return None

    def keep(self, address: str) -> bool:
        """Take an address that a pod has already; returns whether it was free and of the range."""
        if address in self._taken or IPv4Address(address) not in self.network:
            return False
        self._taken.add(address)
        return True

    def release(self, address: str) -> None:
        """Take an address back."""
        self._taken.discard(address)
