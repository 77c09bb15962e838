"""Finds the pairs of pods that one rule decides, on the policies as compiled bit sets.

One question to the model costs a millisecond, and a cluster has millions of pairs: here a rule's whole set
of peers costs one pass over the rules before it.
"""

from collections.abc import Iterator

from aksnetpol.policy import Direction, Pod, Policy, Protocol, Reachability
from aksnetpol.policy.analysis.compile import CompiledRule, CompiledSection, by_tier
from aksnetpol.policy.analysis.evaluate import AS_IS, Evaluator
from aksnetpol.policy.model.cluster import Action, NamedPort, PortRange, Rule
from aksnetpol.policy.model.ports import in_protocol, port_point
from aksnetpol.policy.model.selectors import members

# A port that nothing uses, to ask what no rule names; and another, for a rule that names this one.
ODD_PORTS = (61234, 1)
Ends = tuple[Pod, Pod, int]  # source, destination, port


class Pairs:
    """The pairs of one analysed cluster.

    Args:
        reach: only its running pods with an address are paired.
    """

    def __init__(self, reach: Reachability) -> None:
        analysis = reach.analysis
        self._universe, self._compiler = analysis.universe, analysis.compilers[0]
        self._compiled = analysis.compiled[0]
        self._evaluators = {
            direction: Evaluator(self._compiler, self._compiled[direction], direction, AS_IS)
            for direction in Direction
        }
        self._pods: dict[int, list[Pod]] = {}  # two at most of each class: all have the same verdicts
        for pod in reach.cluster.pods:
            if pod.ips and not pod.finished and not pod.potential and not pod.host_network:
                known = self._pods.setdefault(self._universe.class_of[0, pod.namespace, pod.name], [])
                known += [pod][: 2 - len(known)]
        self._mentioned = sorted({start for start, _ in self._universe.mentions.ports})
        self._present = sum(1 << number for number in self._pods)

    def __bool__(self) -> bool:
        """Tell whether any pod runs."""
        return bool(self._pods)

    def decided(
        self, policy: Policy, direction: Direction, number: int | None, protocol: Protocol
    ) -> Iterator[Ends]:
        """Yield pairs that something of a policy decides, first those on which it decides alone.

        Args:
            policy: as written.
            number: of the rule in the section that the engine has; None is the isolation itself.
        """
        for together in (False, True):
            for entry in self._compiled[direction].sections:
                if entry.installed.written is not policy or len(entry.rules) <= (
                    -1 if number is None else number
                ):
                    continue
                rule = None if number is None else entry.rules[number]
                for port in self._ports(rule and rule.rule, protocol):
                    mask = 1 << self._universe.ports.atom(port_point(protocol, port))
                    for ends in self._ends(entry, rule, direction, mask, together=together):
                        yield *ends, port

    def _ports(self, rule: Rule | None, protocol: Protocol) -> Iterator[int]:
        """Yield ports of a protocol that a rule is about, first those that hardly any other is about."""
        start = port_point(protocol, 0)
        named = (*ODD_PORTS, *(point - start for point in self._mentioned if in_protocol(point, protocol)))
        for port in (PortRange(None),) if rule is None or rule.ports is None else rule.ports:
            if isinstance(port, NamedPort):
                points = self._compiler.resolved(port)
                yield from (point - start for point in points if in_protocol(point, protocol))
            elif port.protocol in (None, protocol):
                inside = (one for one in named if port.first <= one <= port.last)
                yield from dict.fromkeys((*inside, port.first or 1, port.last))

    def _ends(
        self,
        entry: CompiledSection,
        rule: CompiledRule | None,
        direction: Direction,
        mask: int,
        *,
        together: bool,
    ) -> Iterator[tuple[Pod, Pod]]:
        denies = rule is None or rule.rule.action is Action.DENY
        if together and not denies:
            return  # what is allowed needs the other side's consent: there is no second best
        for number in members(entry.subject.bits & self._present):
            peers = self._decided_peers(entry, rule, number, direction, mask)
            for peer in members(peers & self._present):
                if self._consents(direction, number, peer, mask) is together:
                    continue
                mine, other = self._pods[number][0], self._pods[peer][-1]
                if mine is not other:
                    yield (mine, other) if direction is Direction.EGRESS else (other, mine)

    def _consents(self, direction: Direction, number: int, peer: int, mask: int) -> bool:
        """Tell whether the peer's own side allows the connection."""
        other = Direction.INGRESS if direction is Direction.EGRESS else Direction.EGRESS
        return any(who >> number & 1 and which & mask for who, which in self._evaluators[other].allowed(peer))

    def _decided_peers(
        self, entry: CompiledSection, rule: CompiledRule | None, number: int, direction: Direction, mask: int
    ) -> int:
        """Return the peers of a class whose connections a rule decides, asking rule by rule."""
        left = self._universe.pod_bits
        evaluator = self._evaluators[direction]
        for _, entries, rules in by_tier(evaluator.sections(number)):
            passed = 0
            for owner, one in rules:
                meant, _ = evaluator.peers(owner, one, number)
                hit = left & self._on_port(evaluator, one, meant, number, mask)
                if one is rule:
                    return hit
                left &= ~hit
                if one.rule.action is Action.PASS:
                    passed |= hit
            if rule is None and entry.section.isolates and any(one is entry for one in entries):
                return left
            left = passed if any(one.section.isolates for one in entries) else left | passed
        return 0

    def _on_port(self, evaluator: Evaluator, rule: CompiledRule, peers: int, number: int, mask: int) -> int:
        """Return those of a rule's peers that it is about on a port."""
        found = 0
        for who, which in self._compiler.rectangles(rule, peers, number, evaluator.direction):
            if which & mask:
                found |= who
        return found
