"""Settings from files: defaults, locations, and never a crash."""

import contextvars
import json
from datetime import date
from pathlib import Path

import jsonschema
import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from aksnetpol_stacks import SettingsError, load, load_file
from aksnetpol_stacks.parse import parse
from aksnetpol_stacks.schema import schema_text, stack_schema
from aksnetpol_stacks.settings import StackSettings

ROOT = Path(__file__).resolve().parents[3]
TODAY = date(2026, 11, 23)
SCENARIOS = sorted(ROOT.glob("Pulumi.*.yaml"))


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.name.split(".")[1])
def test_scenario_is_accepted_and_fits_the_schema(file: Path) -> None:
    load_file(file, TODAY)
    jsonschema.validate(YAML(typ="safe").load(file), stack_schema())


def test_there_are_eight_scenarios() -> None:
    names = {file.name.split(".")[1] for file in SCENARIOS}
    assert names >= {
        "dev",
        "azure",
        "azure-windows",
        "calico",
        "calico-windows",
        "calico-kubenet",
        "cilium",
        "none",
    }


def test_published_schema_is_the_settings() -> None:
    assert (ROOT / "docs" / "stack.schema.json").read_text() == schema_text(), (
        "run: python -m aksnetpol_stacks.schema > docs/stack.schema.json"
    )


# scenario, the file's text, what the message must hold
BAD = [
    ("malformed", "config: [", ["Pulumi.bad.yaml:1", "not YAML"]),
    ("not-a-mapping", "- a\n", ["must hold a mapping"]),
    (
        "autoscaler-said-twice",
        "config:\n  aksnetpol:cluster:\n    name: a\n    networkPolicy: none\n    nodePools:\n"
        "      - name: work\n        minCount: 1\n        maxCount: 2\n"
        "        agentPoolArgs: {enableAutoScaling: null}\n",
        ["Pulumi.bad.yaml:6: cluster.nodePools[0]", "must leave enableAutoScaling to minCount"],
    ),
    ("empty", "", ["must hold a mapping"]),
    ("no-cluster", "config: {}\n", ["cluster: The key is missing"]),
    (
        "unknown-key",
        "config:\n  aksnetpol:cluster:\n    name: a\n    networkPolicy: none\n    vnetSubnet: x\n",
        ["Pulumi.bad.yaml:5: cluster.vnetSubnet: The key is not known"],
    ),
    (
        "near-key",
        "config:\n  aksnetpol:cluster:\n    name: a\n    networkPolcy: none\n",
        ["Pulumi.bad.yaml:4: cluster.networkPolcy", "Did you mean networkPolicy?"],
    ),
    (
        "number-for-version",
        "config:\n  aksnetpol:cluster:\n    name: a\n    networkPolicy: none\n    kubernetesVersion: 1.30\n",
        ["Pulumi.bad.yaml:5", "in quotes"],
    ),
    (
        "wrong-enum-deep",
        "config:\n  aksnetpol:cluster:\n    name: a\n    networkPolicy: none\n    nodePools:\n"
        "      - name: np\n      - name: win\n        osType: Window\n",
        ["Pulumi.bad.yaml:8: cluster.nodePools[1].osType", "'Linux' or 'Windows'"],
    ),
    (
        "rule-with-line",
        "config:\n  aksnetpol:cluster:\n    name: a\n    networkPolicy: azure\n    networkPlugin: kubenet\n",
        ["Pulumi.bad.yaml:4: cluster.networkPolicy: The engine azure (NPM) does not run on kubenet."],
    ),
    (
        "all-at-once",
        "config:\n  aksnetpol:cluster:\n    name: -a\n    networkPolicy: none\n    dnsServiceIp: x\n",
        ["Pulumi.bad.yaml:3", "Pulumi.bad.yaml:5"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_file_names_line_and_remedy(tmp_path: Path, text: str, expected: list[str]) -> None:
    file = tmp_path / "Pulumi.bad.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_file(file, TODAY)
    for words in expected:
        assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_file(tmp_path / "Pulumi.gone.yaml", TODAY)


def test_encrypted_values_are_not_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(
        "config:\n  aksnetpol:cluster:\n    name: a\n    networkPolicy: none\n"
        "  aksnetpol:windowsAdminPassword:\n    secure: AAABAA==\n"
    )
    assert load_file(file, TODAY).settings.windows_admin_password is None


@pytest.mark.parametrize("by", ["process", "environment"])
def test_the_program_refuses_an_unknown_section(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = {"name": "a", "networkPolicy": "none"}
    config = {"aksnetpol:cluster": json.dumps(cluster), "aksnetpol:demoo": "{}", "azure-native:location": "x"}
    if by == "environment":
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config))

    def load_program() -> None:
        if by == "process":
            pulumi.runtime.set_all_config(config)
        load(pulumi.Config("aksnetpol"), TODAY)

    with pytest.raises(SettingsError, match=r"demoo: The key is not known. Did you mean demo\?") as caught:
        contextvars.Context().run(load_program)  # other tests leave their configuration in this one
    assert len(caught.value.findings) == 1


def test_password_is_never_repeated() -> None:
    data = {"cluster": {"name": "a", "networkPolicy": "none"}, "windowsAdminPassword": 12345678901234}
    assert "12345678901234" not in "".join(map(str, parse(data, TODAY).findings))
    short = {**data, "windowsAdminPassword": "hunter2"}
    assert "hunter2" not in "".join(map(str, parse(short, TODAY).findings)) + repr(parse(short, TODAY))


def test_three_lines_give_the_recommended_engine() -> None:
    settings = StackSettings.model_validate({"cluster": {"name": "a", "networkPolicy": "cilium"}})
    assert settings.cluster.dataplane == "cilium"
    assert settings.cluster.dns == "10.0.0.10"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["cluster", "demo", "policies", "windowsAdminPassword", "x"]), JSON))
def test_no_data_crashes(data: dict[str, object]) -> None:
    parsed = parse(data, TODAY)
    assert (parsed.settings is None) <= bool(parsed.errors)
