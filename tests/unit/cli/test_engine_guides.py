"""Each migration guide shows what `aksnetpol engine plan` really prints."""

import json
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

import aksnetpol_stacks
from aksnetpol.engines.moves import Networking, live_cluster
from aksnetpol.engines.moves.table import MOVES
from aksnetpol_stacks.view import cluster_view

from .test_engine import TODAY, document, run, screen

__all__ = ["screen"]  # the fixture: a known day

GUIDES = Path(__file__).parents[3] / "docs" / "migrations"
_BLOCK = re.compile(r"(?<=<!-- plan -->\n)(.*)(?=<!-- end of plan -->)", re.DOTALL)
_YAML = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"^aksnetpol engine (plan .*)$", re.MULTILINE)

_NODE_SUBNET = {"networkPlugin": "azure"}
_OVERLAY = {"networkPlugin": "azure", "networkPluginMode": "overlay", "podCidr": "10.244.0.0/16"}
_KUBENET = {"networkPlugin": "kubenet", "podCidr": "10.244.0.0/16"}
_NPM, _CALICO = {"networkPolicy": "azure"}, {"networkPolicy": "calico"}
# guide -> what Azure answers of the cluster in it
LIVE: dict[str, dict[str, Any]] = {
    "none-to-azure": document(_NODE_SUBNET),
    "none-to-calico": document(_NODE_SUBNET),
    "none-to-cilium": document(_OVERLAY),
    "azure-to-none": document(_OVERLAY | _NPM),
    "azure-to-calico": document(_NODE_SUBNET | _NPM),
    "azure-to-cilium": document(_NODE_SUBNET | _NPM),
    "azure-on-windows-to-calico": document(_NODE_SUBNET | _NPM, windows=True),
    "calico-to-none": document(_OVERLAY | _CALICO),
    "calico-to-azure": document(_NODE_SUBNET | _CALICO),
    "calico-to-cilium": document(_OVERLAY | _CALICO),
    "kubenet-to-overlay": document(_KUBENET),
    "kubenet-calico-to-overlay-calico": document(_KUBENET | _CALICO),
    "kubenet-calico-to-overlay-cilium": document(_KUBENET | _CALICO),
    "node-subnet-to-overlay": document(_NODE_SUBNET),
    "node-subnet-azure-to-overlay-cilium": document(_NODE_SUBNET | _NPM),
    "expand-pod-cidr": document(_OVERLAY),
}


def test_every_guide_is_checked_and_listed() -> None:
    files = {file.stem for file in GUIDES.glob("*.md")} - {"README"}
    assert files == set(LIVE)
    listed = set(re.findall(r"\]\(([\w-]+)\.md\)", (GUIDES / "README.md").read_text()))
    assert listed == files


def test_every_move_has_a_guide() -> None:
    titles = {move.id: move.title.partition("{")[0] for move in MOVES}
    texts = [(GUIDES / f"{name}.md").read_text() for name in LIVE]
    assert [move for move, title in titles.items() if not any(f". {title}" in text for text in texts)] == []


@pytest.mark.parametrize("name", LIVE)
def test_a_guide_shows_the_plan(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file = GUIDES / f"{name}.md"
    guide = file.read_text()
    command = _COMMAND.search(guide)
    shown = _BLOCK.search(guide)
    assert command is not None
    assert shown is not None
    done = run(monkeypatch, LIVE[name], *shlex.split(command[1]))
    assert done.exit_code == 0, done.output
    # A guide shows any cluster: it has no subscription of its own.
    printed = re.sub(r" --subscription [\w-]+", "", done.stdout)
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(_BLOCK.sub(lambda _: f"\n{printed}\n", guide))
    assert _BLOCK.search(file.read_text()) is not None
    assert f"<!-- plan -->\n\n{printed}\n<!-- end of plan -->" in file.read_text()


@pytest.mark.parametrize("name", LIVE)
def test_the_stack_file_of_a_guide_wants_what_the_plan_reaches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    guide = (GUIDES / f"{name}.md").read_text()
    block, command = _YAML.search(guide), _COMMAND.search(guide)
    assert block is not None
    assert command is not None
    change = yaml.safe_load(block[1])["config"]["aksnetpol:cluster"]
    before = live_cluster(LIVE[name]).networking.network_profile()
    before.pop("networkDataplane")  # follows from the engine
    file = tmp_path / "Pulumi.shop.yaml"
    cluster = {"name": "aks", "location": "westeurope", **before, **change}
    file.write_text(yaml.safe_dump({"config": {"aksnetpol:cluster": cluster}}))
    wanted = Networking.of(cluster_view(aksnetpol_stacks.load_file(file, TODAY).settings))
    done = run(monkeypatch, LIVE[name], *shlex.split(command[1].replace("--format markdown", "--json")))
    assert json.loads(done.stdout)["goal"] == wanted.network_profile()
