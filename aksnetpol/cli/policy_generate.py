"""aksnetpol generate"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from aksnetpol.cli.console import note, print_json
from aksnetpol.cli.options import JsonOption
from aksnetpol.cli.policy_input import (
    DEFAULT_ENGINE,
    ContextOption,
    KindOption,
    KubeconfigOption,
    Live,
    LiveOption,
    PartialOption,
    PathsArgument,
    RenderOption,
    analyzed,
    read_loaded,
    write,
)
from aksnetpol.errors import UserError
from aksnetpol.policy import Cluster, Direction, generate
from aksnetpol.policy.generate.manifest import Manifest
from aksnetpol.policy.generate.templates import DEMO_NAMESPACE
from aksnetpol.policy.load.validate import read_text

app = typer.Typer(help="Make network policies, as YAML for kubectl apply.", no_args_is_help=True)


class Side(StrEnum):
    """In which directions pods are isolated."""

    INGRESS = "ingress"
    EGRESS = "egress"
    BOTH = "both"

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions."""
        return generate.BOTH if self is Side.BOTH else (Direction(self.value),)


NamespaceArgument = Annotated[str, typer.Argument(metavar="NAMESPACE", help="The namespace.")]
SideOption = Annotated[Side, typer.Option("--direction", "-d", help="In which directions pods are isolated.")]
NamespaceOption = Annotated[str, typer.Option("--namespace", "-n", help="The namespace.")]
NamespacesOption = Annotated[
    list[str] | None, typer.Option("--namespace", "-n", help="Isolate this namespace only; may be repeated.")
]
FlowsArgument = Annotated[
    str, typer.Argument(metavar="FLOWS", help="Flows: our JSON, or Hubble's JSON lines.")
]


@app.command("default-deny")
def default_deny(
    namespace: NamespaceArgument, direction: SideOption = Side.BOTH, json: JsonOption = False
) -> None:
    """Deny all that no other policy allows, for all pods of a namespace.

    Example: [bold]aksnetpol generate default-deny shop --direction ingress | kubectl apply -f -[/bold]
    """
    policy = generate.default_deny(_checked(namespace), direction.directions)
    _print(
        [policy], [f"Made by: aksnetpol generate default-deny {namespace} --direction {direction}"], json=json
    )


@app.command("allow-dns")
def allow_dns(namespace: NamespaceArgument, json: JsonOption = False) -> None:
    """Let all pods of a namespace ask the cluster's DNS (kube-dns, UDP and TCP 53).

    Example: [bold]aksnetpol generate allow-dns shop | kubectl apply -f -[/bold]
    """
    policy = generate.allow_dns(_checked(namespace))
    _print([policy], [f"Made by: aksnetpol generate allow-dns {namespace}"], json=json)


@app.command("demo")
def demo(namespace: NamespaceOption = DEMO_NAMESPACE, json: JsonOption = False) -> None:
    """Make the policy of the documented demo: the server takes TCP 80 from pods labelled app=client.

    Example: [bold]aksnetpol generate demo | kubectl apply -f -[/bold]
    """
    policy = generate.demo_policy(_checked(namespace))
    _print(
        [policy],
        [
            f"Made by: aksnetpol generate demo --namespace {namespace}",
            "Source: AKS docs, use-network-policies",
        ],
        json=json,
    )


@app.command("from-flows")
def from_flows(
    flows: FlowsArgument,
    paths: PathsArgument = None,
    namespace: NamespacesOption = None,
    direction: SideOption = Side.BOTH,
    json: JsonOption = False,
    allow_partial: PartialOption = False,
    live: LiveOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    kind: KindOption = None,
    render: RenderOption = False,
) -> None:
    """Make the policies that allow just the given flows: a default-deny, and exact policies on top.

    PATH, or a live cluster, tells which pods there are. Hubble's export needs none, but then a pod that it
    never saw may share the labels of one that it did.

    Example: [bold]hubble observe -o jsonpb --last 10000 | aksnetpol generate from-flows - --live[/bold]
    """
    wanted = Live(live, kubeconfig, context)
    cluster = Cluster()
    if paths or wanted.wanted:
        loaded = read_loaded(paths, wanted, kind, render=render)
        cluster = analyzed(loaded, DEFAULT_ENGINE, allow_partial=allow_partial).reach.cluster
    file, text = read_text(flows)
    read = generate.read_flows(file, text, cluster)
    made = generate.from_flows(
        read.flows, cluster.pods, [_checked(one) for one in namespace or ()], direction.directions
    )
    left_out = [f"records left out: {count} ({why})" for why, count in sorted(read.left_out.items())]
    for line in (*left_out, *made.notes):
        note(line)
    _print(
        made.policies,
        [f"Made by: aksnetpol generate from-flows, from {len(read.flows)} flows of {file}", *made.notes],
        json=json,
    )


def _checked(namespace: str) -> str:
    """Return a namespace's name.

    Raises:
        UserError: not an RFC 1123 label, which the API server would refuse.
    """
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", namespace):
        raise UserError(f"{namespace!r} is no namespace: lower-case letters, digits and dashes, at most 63.")
    return namespace


def _print(policies: Sequence[Manifest], origin: list[str], *, json: bool) -> None:
    if json:
        print_json(generate.as_list(policies))
    else:
        write(generate.as_yaml(policies, origin))
