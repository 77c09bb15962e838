"""NetworkPolicies as manifests, and as YAML that Kubernetes reads as it was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from aksnetpol.policy.load.scalars import resolve
from aksnetpol.policy.model.cluster import NAME_LABEL, Direction

Manifest = dict[str, Any]
BOTH = (Direction.INGRESS, Direction.EGRESS)
# Readers of YAML 1.2 take 12e3 for a number, which Kubernetes' own (YAML 1.1) reads as text.
_YAML_12_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)


def network_policy(
    namespace: str,
    name: str,
    pod_selector: Manifest,
    rules: Mapping[Direction, Sequence[Manifest]],
) -> Manifest:
    """Return a NetworkPolicy.

    Args:
        rules: of each direction in which the policy isolates; no rules are left out, and allow nothing.
    """
    spec: Manifest = {
        "podSelector": pod_selector,
        "policyTypes": [direction.capitalize() for direction in BOTH if direction in rules],
    }
    spec |= {str(direction): list(rules[direction]) for direction in BOTH if rules.get(direction)}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def pods_of_namespace(namespace: str, pod_selector: Manifest) -> Manifest:
    """Return the peer that means some pods of a namespace by its name."""
    return {
        "namespaceSelector": {"matchLabels": {NAME_LABEL: namespace}},
        "podSelector": pod_selector,
    }


def as_yaml(policies: Iterable[Manifest], origin: Iterable[str]) -> str:
    """Return the policies as YAML documents.

    Args:
        origin: where they come from, as lines of a comment on top.
    """
    comment = "".join(f"# {line}\n" for text in origin for line in text.splitlines())
    documents = [
        yaml.dump(one, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True) for one in policies
    ]
    return comment + "---\n".join(documents)


def as_list(policies: Iterable[Manifest]) -> Manifest:
    """Return the policies as kubectl's List."""
    return {"apiVersion": "v1", "kind": "List", "items": list(policies)}


class _Dumper(yaml.SafeDumper):
    """Quotes whatever Kubernetes would not read as text (`y`, `12e+3`), and writes no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists in mappings, as Kubernetes' own documents do."""
        super().increase_indent(flow, False)


def _text(_dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = value and resolve(value) == value and not _YAML_12_NUMBER.fullmatch(value)
    return yaml.ScalarNode("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Dumper.add_representer(str, _text)
