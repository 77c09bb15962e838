"""What the kernel does with packets is what the model says, for every pair of twelve pods."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from aksnetpol.local.node import network
from aksnetpol.local.node.enforcement import means
from aksnetpol.local.node.firewall import Firewall
from aksnetpol.local.node.rules import compile_rules
from aksnetpol.local.node.sandbox import PATH, Sandbox
from aksnetpol.policy import Protocol, analyze, load_objects, profile

from .policy_sets import ENGINES, NAMESPACES, PODS, POLICY_SETS, Json, address, manifests
from .prober import Prober, Target

pytestmark = pytest.mark.kernel
NAMES = [f"{namespace}/{pod[0]}" for namespace in NAMESPACES for pod in PODS]
SERVED: list[tuple[int, str]] = list(product((80, 81), ("TCP", "UDP")))
_QUICK, _PATIENT = 0.12, 2.0  # seconds; the second for whatever the first leaves in doubt


@dataclass
class Twelve:
    """Twelve pods that serve two ports in two protocols."""

    sandbox: Sandbox
    firewall: Firewall
    probers: dict[str, Prober]

    def observe(
        self, pairs: dict[str, list[tuple[str, int, str]]], timeout: float
    ) -> dict[tuple[str, str, int, str], bool]:
        """Tell who reaches whom."""
        for source, asked in pairs.items():
            targets: list[Target] = [
                (address(*to.split("/")), port, protocol) for to, port, protocol in asked
            ]
            self.probers[source].ask(targets, timeout)
        return {
            (source, *target): answer == "open"
            for source, asked in pairs.items()
            for target, answer in zip(asked, self.probers[source].answer(), strict=True)
        }


@pytest.fixture(scope="module")
def twelve(agnhost: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twelve]:
    sandbox = Sandbox(agnhost, tmp_path_factory.mktemp("sandbox"), means().user_namespace)
    sandbox.start()
    probers: dict[str, Prober] = {}
    servers: list[subprocess.Popen[bytes]] = []
    for name in NAMES:
        space = sandbox.open(name.replace("/", "-"))
        network.attach(sandbox, space, address(*name.split("/")))
        for port in (80, 81):
            serve = space.command(["/agnhost", "netexec", f"--http-port={port}", f"--udp-port={port}"])
            quiet = subprocess.DEVNULL
            servers.append(subprocess.Popen(serve, stdout=quiet, stderr=quiet, env={"PATH": PATH}))
        probers[name] = Prober.inside(space)
    made = Twelve(sandbox, Firewall(sandbox), probers)
    made.firewall.apply(compile_rules(load_objects(manifests([])).complete(), profile("none")))
    everything = {source: [(to, *port) for to in NAMES for port in SERVED] for source in NAMES}
    for _ in range(20):
        if all(made.observe(everything, 0.5).values()):
            break
    else:
        pytest.fail("the servers do not listen")
    yield made
    for prober in probers.values():
        prober.close()
    sandbox.stop()
    for server in servers:
        server.wait()


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(policies=POLICY_SETS, engine=ENGINES)
@example(policies=[], engine="none")
@example(policies=[(name, {"podSelector": {}}) for name in NAMESPACES], engine="calico")
def test_every_pair(twelve: Twelve, policies: list[tuple[str, Json]], engine: str) -> None:
    cluster = load_objects(manifests(policies)).complete()
    twelve.firewall.apply(compile_rules(cluster, profile(engine)))
    reach = analyze(cluster, engine)
    model = {
        (source, to, port, protocol): ports.contains(Protocol(protocol), port)
        for source in NAMES
        for to in NAMES
        for ports in [reach.can(source, to).ports]
        for port, protocol in SERVED
    }
    asked = {source: [(to, *port) for to in NAMES for port in SERVED] for source in NAMES}
    kernel = twelve.observe(asked, _QUICK)
    # A connection that was made is a fact; one that was not may only have been slow.
    slow = {
        source: [key[1:] for key in model if key[0] == source and model[key] and not kernel[key]]
        for source in NAMES
    }
    kernel |= twelve.observe({source: found for source, found in slow.items() if found}, _PATIENT)
    assert {key: kernel[key] for key in model if kernel[key] != model[key]} == {}
