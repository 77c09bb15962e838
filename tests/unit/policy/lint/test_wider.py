"""The few peers that may cover one are all that do."""

from __future__ import annotations

import ipaddress

from hypothesis import given, settings
from hypothesis import strategies as st

from aksnetpol.policy.lint.cover import Wider, covers_peer
from aksnetpol.policy.model.peers import Entity, EntityPeer, IPBlock, Peer, PodPeer


@st.composite
def blocks(draw: st.DrawFn) -> IPBlock:
    """Blocks of both families close to each other, with a few holes."""
    family, base, lengths = draw(
        st.sampled_from(
            [(4, 0x0A000000, (0, 8, 28, 30, 31, 32)), (6, 0x20010DB8 << 96, (0, 16, 112, 126, 128))]
        )
    )
    length = draw(st.sampled_from(lengths))
    address = base + draw(st.integers(0, 31))
    made = ipaddress.ip_network((address, length), strict=False)
    longest = 32 if family == 4 else 128
    if longest - 8 <= length < longest and draw(st.booleans()):
        halves = [str(one) for one in made.subnets(new_prefix=min(longest, length + 2))]
        return IPBlock(str(made), tuple(draw(st.lists(st.sampled_from(halves), max_size=3, unique=True))))
    return IPBlock(str(made))


PEERS = st.one_of(blocks(), st.sampled_from([PodPeer(), PodPeer("a"), EntityPeer(Entity.WORLD, "world")]))


@settings(max_examples=200, deadline=None)
@given(peers=st.lists(PEERS, max_size=12))
def test_what_may_cover_is_all_that_does(peers: list[Peer]) -> None:
    wider = Wider(peers)
    for narrow in peers:
        every = [number for number, wide in enumerate(peers) if covers_peer(wide, narrow)]
        assert [number for number in wider.than(narrow) if covers_peer(peers[number], narrow)] == every


def test_many_blocks_side_by_side_are_not_compared_in_pairs() -> None:
    peers = [IPBlock(f"10.{number // 256}.{number % 256}.0/24") for number in range(1000)]
    wider = Wider(peers)
    assert sum(1 for peer in peers for _ in wider.than(peer)) == len(peers)
