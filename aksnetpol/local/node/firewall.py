"""Holds a cluster's rules in the kernel: every change is one nftables transaction."""

from collections.abc import Iterable, Iterator, Mapping

from aksnetpol.local.node.errors import NodeError
from aksnetpol.local.node.rules import Ruleset
from aksnetpol.local.node.sandbox import Sandbox
from aksnetpol.policy import Direction

# Established connections are not asked again: a policy is about their beginning (policy-semantics: replies
# follow the connection). What a map lacks is dropped, so that nothing is open by mistake.
_BASE = """
table ip policies {
  set pods { type ipv4_addr; }
  set known { type ipv4_addr; }
  set own { type ipv4_addr . ipv4_addr; }
  map egress { type ipv4_addr : verdict; }
  map ingress { type ipv4_addr : verdict; }
  chain destination {
    ip saddr . ip daddr @own accept
    ip daddr vmap @ingress
    ip daddr @pods drop
    accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ip saddr . ip daddr @own goto destination
    ip saddr vmap @egress
    ip saddr @pods drop
    goto destination
  }
}
"""
_MAPS = {Direction.EGRESS: "egress", Direction.INGRESS: "ingress"}


class Firewall:
    """The rules of one sandbox.

    Args:
        sandbox: a started one, without rules.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._applied: Ruleset | None = None

    def apply(self, wanted: Ruleset) -> None:
        """Make the kernel hold these rules: all of the change, or nothing.

        Raises:
            NodeError: the kernel refused.
        """
        text = transaction(self._applied, wanted)
        if not text:
            return
        try:
            self._sandbox.run("nft", "-f", "-", given=text)
        except NodeError:
            # Whatever it holds now, the next attempt starts from nothing.
            self._applied = None
            raise
        self._applied = wanted


def transaction(before: Ruleset | None, wanted: Ruleset) -> str:
    """Return the commands that turn one set of rules into another; empty when they are the same.

    Args:
        before: what the kernel holds; None is anything.
    """
    if before is None:
        # Deleting needs the table to be there.
        lines = ["table ip policies {}", "delete table ip policies", _BASE]
        return "\n".join([*lines, *_changes(Ruleset(), wanted)])
    return "\n".join(_changes(before, wanted))


def _changes(before: Ruleset, wanted: Ruleset) -> Iterator[str]:
    for name in sorted(wanted.chains.keys() - before.chains.keys()):
        yield f"table ip policies {{\nchain {name} {{\n" + "\n".join(wanted.chains[name]) + "\n}\n}"
    yield from _elements("known", before.known, wanted.known)
    yield from _elements("own", before.own, wanted.own)
    yield from _elements("pods", before.pods, wanted.pods)
    for direction, name in _MAPS.items():
        yield from _elements(name, _pairs(before.maps[direction]), _pairs(wanted.maps[direction]))
    for name in sorted(before.chains.keys() - wanted.chains.keys()):
        yield f"delete chain ip policies {name}"


def _pairs(verdicts: Mapping[str, str]) -> set[str]:
    return {f"{address} : {verdict}" for address, verdict in verdicts.items()}


def _elements(name: str, before: Iterable[str], wanted: Iterable[str]) -> Iterator[str]:
    old, new = set(before), set(wanted)
    for verb, elements in (("delete", old - new), ("add", new - old)):
        if elements:
            yield f"{verb} element ip policies {name} {{ {', '.join(sorted(elements))} }}"
