"""IP addresses as points on one line: IPv4 first, IPv6 after it, so that neither matches the other."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache

from aksnetpol.policy.model.axis import Interval

IPV4_END = 1 << 32
END = IPV4_END + (1 << 128)
IPV4: Interval = (0, IPV4_END)
IPV6: Interval = (IPV4_END, END)


@lru_cache(maxsize=65536)
def cidr_interval(cidr: str) -> Interval:
    """Return the addresses of a CIDR; host bits and leading zeros are allowed, as in legacy objects.

    Raises:
        ValueError: not a CIDR.
    """
    address, slash, length = cidr.partition("/")
    if not slash or not length.isdecimal() or "%" in address:  # a mask as an address, a zone: no CIDR in Go
        raise ValueError(f"{cidr!r} has no prefix length")
    network = ipaddress.ip_network(_without_leading_zeros(cidr), strict=False)
    first = int(network.network_address) + (IPV4_END if network.version == 6 else 0)
    return first, first + network.num_addresses


@lru_cache(maxsize=65536)
def address_point(address: str) -> int:
    """Return the point of one address.

    Raises:
        ValueError: not an address.
    """
    parsed = ipaddress.ip_address(_without_leading_zeros(address))
    return int(parsed) + (IPV4_END if parsed.version == 6 else 0)


def cidr_of(address: str) -> str:
    """Return the CIDR of one address; which family it is of shows in its colons."""
    return f"{address}/{128 if ':' in address else 32}"


def is_address(text: str) -> bool:
    """Tell whether a text is an address; plain IPv4, which most are, is told fast."""
    try:
        socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):
        try:
            address_point(text)
        except ValueError:
            return False
    return True


def family(point: int) -> Interval:
    """Return the whole family that a point belongs to."""
    return IPV4 if point < IPV4_END else IPV6


def is_canonical(cidr: str) -> bool:
    """Tell whether a CIDR has no host bits set."""
    try:
        ipaddress.ip_network(cidr, strict=True)
    except ValueError:
        return False
    return True


def cidrs(intervals: Iterable[Interval]) -> tuple[str, ...]:
    """Return the fewest CIDRs that make up the intervals, in order."""
    found: list[str] = []
    for first, last in intervals:
        for low, high in ((0, IPV4_END), (IPV4_END, END)):
            start, stop = max(first, low), min(last, high) - 1
            if start <= stop:
                found.extend(_summary(start - low, stop - low, 4 if low == 0 else 6))
    return tuple(found)


def _summary(first: int, last: int, version: int) -> Iterable[str]:
    kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    return map(str, ipaddress.summarize_address_range(kind(first), kind(last)))  # type: ignore[type-var]  # one version for both


def _without_leading_zeros(text: str) -> str:
    """Read 010.0.0.1 as 10.0.0.1, as Kubernetes' sloppy parser does (validation.go)."""
    return text if ":" in text else re.sub(r"(^|\.)0+(?=\d)", r"\1", text)
