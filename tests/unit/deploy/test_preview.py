import json

import pytest
from pulumi.automation import StepEventMetadata

from aksnetpol.deploy.errors import DeployError
from aksnetpol.deploy.preview import PropertyChange, Step, of_event, parse

_CLUSTER = (
    "urn:pulumi:dev::shop::aksnetpol:index:AksCluster$azure-native:containerservice:ManagedCluster::aks"
)


def _document(*steps: object, diagnostics: object = None) -> str:
    return json.dumps({"config": {}, "steps": steps, "diagnostics": diagnostics, "changeSummary": {}})


def test_a_replacement_is_one_step_with_what_forces_it() -> None:
    whole = {
        "op": "replace",
        "urn": _CLUSTER,
        "oldState": {"inputs": {"networkPolicy": "azure"}},
        "newState": {"inputs": {"networkPolicy": "calico"}},
        "replaceReasons": ["networkPolicy"],
        "detailedDiff": {"networkPolicy": {"kind": "update-replace", "inputDiff": False}},
    }
    halves = ({**whole, "op": "create-replacement"}, {**whole, "op": "delete-replaced"})
    planned = parse(_document(halves[0], whole, halves[1]))
    assert planned.steps == (
        Step(
            op="replace",
            urn=_CLUSTER,
            replace_keys=("networkPolicy",),
            changes=(PropertyChange("networkPolicy", "update-replace", False),),
            old={"networkPolicy": "azure"},
            new={"networkPolicy": "calico"},
        ),
    )
    (step,) = planned.steps
    assert step.changes[0].replaces
    assert (step.type, step.name) == ("azure-native:containerservice:ManagedCluster", "aks")


def test_counts_and_what_changes() -> None:
    planned = parse(
        _document(
            {"op": "refresh", "urn": _CLUSTER},
            {"op": "same", "urn": _CLUSTER},
            {"op": "create", "urn": _CLUSTER + "2"},
        )
    )
    assert planned.counts == {"same": 1, "create": 1}
    assert [step.name for step in planned.changed] == ["aks2"]


def test_a_name_may_hold_colons() -> None:
    planned = parse(_document({"op": "create", "urn": _CLUSTER + "::of::mine"}))
    assert planned.steps[0].name == "aks::of::mine"


def test_the_step_of_an_event() -> None:
    metadata = {
        "op": "replace",
        "urn": _CLUSTER,
        "keys": ["dnsPrefix"],
        "detailedDiff": {"dnsPrefix": {"diffKind": "update-replace", "inputDiff": True}},
    }
    step = of_event(StepEventMetadata.from_json(metadata))
    change = PropertyChange("dnsPrefix", "update-replace", True)
    assert step == Step("replace", _CLUSTER, ("dnsPrefix",), (change,))


def test_diagnostics_lose_their_colours() -> None:
    said = [{"severity": "warning", "urn": _CLUSTER, "message": "<{%fg 3%}>retires soon<{%reset%}>\n"}]
    assert [str(one) for one in parse(_document(diagnostics=said)).diagnostics] == [
        "ManagedCluster aks: retires soon"
    ]


def test_an_empty_program_has_no_steps() -> None:
    assert parse('{"config": {}}').steps == ()


@pytest.mark.parametrize("text", ["", "error: x", '{"steps": [{}]}', "[]"])
def test_anything_else_is_an_error(text: str) -> None:
    with pytest.raises(DeployError, match="not the JSON that was expected"):
        parse(text)
