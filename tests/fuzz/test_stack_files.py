"""A stack's file, whatever it holds, is read or refused with a place; never a traceback."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from aksnetpol.project import ProjectError, read_mapping
from aksnetpol_stacks import load_file
from aksnetpol_stacks.arguments import cluster_args
from aksnetpol_stacks.errors import SettingsError
from aksnetpol_stacks.settings import (
    ClusterSettings,
    DemoSettings,
    NodePoolSettings,
    PoliciesSettings,
    StackSettings,
)
from tests.fuzz import odd

TODAY = date(2026, 12, 1)


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


@st.composite
def stack_files(draw: st.DrawFn) -> str:
    """A stack file with the two keys that it must have, and odd ones among all others."""
    cluster = {"name": "aks", "networkPolicy": "cilium"}
    cluster |= draw(odd.mappings(tuple(set(_keys(ClusterSettings)) - {"nodePools", "systemPool"})))
    text = ["config:", "  aksnetpol:cluster:", *odd.lines(cluster, 4)]
    pool = draw(odd.mappings(_keys(NodePoolSettings)))
    if pool:
        text += ["    nodePools:", *odd.lines({"name": "np", **pool}, 8, "      - ")]
    system = draw(odd.mappings(_keys(NodePoolSettings), most=2))
    if system:
        text += ["    systemPool:", *odd.lines(system, 6)]
    for section, model in (("demo", DemoSettings), ("policies", PoliciesSettings)):
        values = draw(odd.mappings(_keys(model), most=2))
        if values:
            text += [f"  aksnetpol:{section}:", *odd.lines(values, 4)]
    for key, value in draw(odd.mappings(_keys(StackSettings), most=1)).items():
        text.append(f"  aksnetpol:{key}: {value}")
    return "\n".join([*text, *odd.lines(draw(odd.mappings(("config",), most=1)), 0), ""])


def _cluster(line: str) -> str:
    return f"config:\n  aksnetpol:cluster:\n    name: aks\n    networkPolicy: cilium\n    {line}\n"


@example(text=_cluster("serviceCidr: 255.255.255.255/32"))
@example(text=_cluster("kubernetesVersion: 2026-13-45"))
@example(text=_cluster('kubernetesVersion: "1.²"'))
@example(text=_cluster(f'kubernetesVersion: "1.{"9" * 5000}"'))
@example(text=_cluster("nodePools: [{name: np, availabilityZones: !!pairs [a: 1]}]"))
@example(text=_cluster("nodePools: [{name: np, availabilityZones: !!omap [a: 1]}]"))
@example(text=_cluster("tags: {<<: {a: 1}}"))
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=stack_files())
def test_a_stack_file_is_read_or_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        read_mapping(file)
        cluster_args(load_file(file, TODAY).settings)
    except (ProjectError, SettingsError) as error:
        assert "Pulumi.dev.yaml" in str(error)
