"""probe/verify.py and probe/walkthrough.py against a cluster made of answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from aksnetpol.policy import Reachability, analyze, load_objects
from aksnetpol.probe import walkthrough
from aksnetpol.probe.connect import Answer, Outcome
from aksnetpol.probe.coverage import cover
from aksnetpol.probe.errors import ProbeError
from aksnetpol.probe.twins import pod_specs
from aksnetpol.probe.verify import verify

from .test_coverage import DB, PODS


@dataclass
class FakePods:
    """A cluster whose connections go through as `allows` says; remembers what is there."""

    allows: Any
    there: list[str] = field(default_factory=list[str])
    labels: dict[str, str | None] = field(default_factory=dict[str, str | None])
    made: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    containers: set[str] = field(default_factory=set[str])

    def make_namespace(self, name: str, labels: Mapping[str, str]) -> None:
        self.there.append(name)

    def delete_namespace(self, name: str) -> None:
        self.there = [one for one in self.there if not one.startswith(name)]

    def make(self, namespace: str, kind: str, body: dict[str, Any]) -> str:
        self.made.append(body)
        self.there.append(f"{namespace}/{kind}/{body['metadata']['name']}")
        return f"uid-of-{body['metadata']['name']}"

    def delete_config_map(self, namespace: str, name: str) -> None:
        self.there.remove(f"{namespace}/ConfigMap/{name}")

    def delete_pod(self, namespace: str, name: str) -> None:
        self.there.remove(f"{namespace}/Pod/{name}")

    def delete_policy(self, namespace: str, name: str) -> None:
        self.there.remove(f"{namespace}/NetworkPolicy/{name}")

    def label(self, namespace: str, pod: str, labels: Mapping[str, str | None]) -> None:
        self.labels.update(labels)

    def running(self, namespace: str, pod: str, timeout: float) -> str:
        return "10.0.0.9"

    def run(self, namespace: str, pod: str, container: str, command: list[str]) -> Answer:
        self.containers.add(container)
        target = f"{command[2]}/{command[-1].partition('=')[2].upper()}"
        return Answer(0, "") if self.allows(self, namespace, pod, target) else Answer(1, "TIMEOUT")


@pytest.fixture
def reach() -> Reachability:
    return analyze(load_objects([*PODS, DB]).complete())


def model(reach: Reachability) -> Any:
    """A cluster that does what the model says, also for twins, which have the labels of the original."""

    def allows(fake: FakePods, namespace: str, pod: str, target: str) -> bool:
        address, _, rest = target.rpartition(":")
        port, _, protocol = rest.partition("/")
        twin = next((one for one in fake.made if one["metadata"]["name"] == pod), None)
        source = f"{namespace}/{twin['metadata']['labels']['app'] if twin else pod}"
        return reach.can(source, address, int(port), protocol).allowed

    return allows


SPECS = pod_specs(PODS)


def test_a_cluster_that_does_what_the_model_says(reach: Reachability) -> None:
    fake: Any = FakePods(model(reach))
    results = verify(fake, cover(reach), SPECS)
    assert results
    assert all(result.agrees for result in results)
    assert (fake.made, fake.there) == ([], [])


def test_an_engine_that_enforces_nothing_is_found_out(
    reach: Reachability, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aksnetpol.probe.verify._AGAIN", 0)
    fake: Any = FakePods(lambda *_: True)
    wrong = [result for result in verify(fake, cover(reach), SPECS) if not result.agrees]
    assert wrong
    for result in wrong:
        assert "isolated by NetworkPolicy shop/db" in result.cause
        assert "does not enforce this policy" in result.cause


def test_a_firewall_that_the_model_does_not_know(
    reach: Reachability, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aksnetpol.probe.verify._AGAIN", 0)
    fake: Any = FakePods(lambda *_: False)
    found = verify(fake, cover(reach), SPECS)
    wrong = [result for result in found if result.differs]
    assert wrong
    assert all("the model allows it by NetworkPolicy shop/db" in result.cause for result in wrong)
    # Over UDP silence proves nothing: a server may not know agnhost's question.
    silent = [result for result in found if result.undecided]
    assert {(str(result.probe.protocol), result.agrees, result.differs) for result in silent} == {
        ("UDP", False, False)
    }
    assert all("as silent as a policy" in result.cause for result in silent)


def test_twins_stand_in_and_are_gone_afterwards(reach: Reachability) -> None:
    fake: Any = FakePods(model(reach))
    results = verify(fake, cover(reach), {})
    assert all(result.agrees for result in results)
    assert fake.there == []
    twins = [one for one in fake.made if "spec" in one]
    assert len(twins) == len({str(result.probe.source) for result in results})
    assert fake.containers == {"probe"}


def test_a_pod_that_cannot_be_probed_from_is_told_and_cleaned_up(reach: Reachability) -> None:
    class Broken(FakePods):
        def run(self, namespace: str, pod: str, container: str, command: list[str]) -> Answer:
            raise ProbeError("exec is forbidden")

    fake: Any = Broken(None)
    results = verify(fake, cover(reach), {})
    assert {(result.seen, result.cause) for result in results} == {(None, "exec is forbidden")}
    assert fake.there == []


class TestWalkthrough:
    """The documented steps."""

    @staticmethod
    def enforcing(fake: FakePods, _namespace: str, _pod: str, _target: str) -> bool:
        applied = any(one.endswith("/NetworkPolicy/demo-policy") for one in fake.there)
        return not applied or fake.labels.get("app") == "client"

    def test_a_cluster_that_enforces(self) -> None:
        fake: Any = FakePods(self.enforcing)
        steps = list(walkthrough.walk(fake, "linux", "linux"))
        assert [(step.title, step.expected, step.seen) for step in steps] == [
            ("before any policy", Outcome.OPEN, Outcome.OPEN),
            ("demo-policy applied", Outcome.TIMEOUT, Outcome.TIMEOUT),
            ("client labelled app=client", Outcome.OPEN, Outcome.OPEN),
            ("clean-up", Outcome.OPEN, Outcome.OPEN),
        ]
        assert fake.there == []

    def test_clean_up_is_seen_not_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(walkthrough, "_SETTLES", 0.0)

        def sticky(fake: FakePods, *_: str) -> bool:
            return not any(one["metadata"]["name"] == "demo-policy" for one in fake.made)

        fake: Any = FakePods(sticky)
        *_, last = walkthrough.walk(fake, "linux", "linux")
        assert (last.title, last.seen, last.as_expected) == ("clean-up", Outcome.TIMEOUT, False)
        assert fake.there == []

    def test_a_cluster_that_does_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(walkthrough, "_SETTLES", 0.0)
        fake: Any = FakePods(lambda *_: True)
        steps = list(walkthrough.walk(fake, "windows", "linux"))
        assert [step.as_expected for step in steps] == [True, False, True, True]

    def test_what_was_made_is_gone_after_a_failure(self) -> None:
        class Broken(FakePods):
            def running(self, namespace: str, pod: str, timeout: float) -> str:
                raise ProbeError("no image")

        fake: Any = Broken(None)
        with pytest.raises(ProbeError, match="no image"):
            list(walkthrough.walk(fake, "linux", "linux"))
        assert fake.there == []

    @pytest.mark.parametrize(
        ("engine", "denied"), [("cilium", True), ("npm", True), ("calico", True), ("none", False)]
    )
    def test_the_model_answers_where_no_packet_can_be_sent(self, engine: str, denied: bool) -> None:
        steps = list(walkthrough.modelled(engine, "linux", "linux"))
        assert [step.seen for step in steps] == [
            Outcome.OPEN,
            Outcome.TIMEOUT if denied else Outcome.OPEN,
            Outcome.OPEN,
            Outcome.OPEN,
        ]
