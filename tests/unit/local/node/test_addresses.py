"""Addresses are given in turn, and taken back."""

from ipaddress import IPv4Network

from aksnetpol.local.node.addresses import AddressPool


def test_an_address_is_not_given_again_soon() -> None:
    pool = AddressPool(IPv4Network("10.1.0.0/29"))
    first = pool.take()
    assert first == "10.1.0.2"
    pool.release(first)
    assert [pool.take() for _ in range(5)] == ["10.1.0.3", "10.1.0.4", "10.1.0.5", "10.1.0.6", "10.1.0.2"]


def test_a_full_range_has_none() -> None:
    pool = AddressPool(IPv4Network("10.1.0.0/29"))
    taken = [pool.take() for _ in range(5)]
    assert None not in taken
    assert pool.take() is None
    pool.release("10.1.0.4")
    assert pool.take() == "10.1.0.4"


def test_an_address_of_before_is_kept_if_it_can_be() -> None:
    pool = AddressPool(IPv4Network("10.1.0.0/24"))
    assert pool.keep("10.1.0.2")
    assert not pool.keep("10.1.0.2")
    assert not pool.keep("10.2.0.2")
    assert pool.take() == "10.1.0.3"
