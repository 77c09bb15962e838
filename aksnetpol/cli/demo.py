"""aksnetpol demo"""

from dataclasses import asdict

import typer
import yaml

from aksnetpol import kube
from aksnetpol.cli import probing
from aksnetpol.cli.console import out, print_json, table
from aksnetpol.cli.events import EventView
from aksnetpol.cli.options import DEFAULT_STACK, JsonOption
from aksnetpol.cli.target import workspace
from aksnetpol.deploy import DeployError, StackWorkspace
from aksnetpol.deploy.kubeconfig import current_context
from aksnetpol.policy.load import live
from aksnetpol.report import walkthrough
from aksnetpol.report.contents import KINDS, Contents, contents

_NAMESPACE = "demo"
_NEXT = """
Try next:
  ./run aksnetpol preview --local -s dev      nothing to change
  eval "$(./run aksnetpol local env)"         then plain pulumi and kubectl work here
  kubectl get pods,networkpolicies -n demo
  ./run aksnetpol verify policies --local     attempts what each policy allows and denies
  ./run aksnetpol destroy --local -s dev --yes"""


def command(json: JsonOption = False) -> None:
    """Create the dev stack on this machine and prove its policy; the first run builds the tools it needs.

    Example: [bold]./run demo[/bold]
    """
    target = workspace(DEFAULT_STACK, local=True)
    with EventView(show=not json) as view:
        target.up(view)
    kubeconfig = _kubeconfig(target)
    found = contents(live.objects(kube.Cluster(yaml.safe_load(kubeconfig)), KINDS), _NAMESPACE)
    if not json:
        _show(found)
        out.print()
    chosen = probing.target(None, current_context(kubeconfig), "", local=True)
    steps = list(probing.walk(chosen, "linux", "linux", show=not json))
    if json:
        data = walkthrough.data(chosen, steps)
        print_json({**view.summary(target.stack), "cluster": asdict(found), "walkthrough": data})
    else:
        out.print(_NEXT, soft_wrap=True)
    if not all(step.as_expected for step in steps):
        raise typer.Exit(1)


def _kubeconfig(target: StackWorkspace) -> str:
    for one in target.outputs():
        if one.name == "kubeconfig":
            return str(one.value)
    raise DeployError(f"Stack {target.stack!r} has no output `kubeconfig`: its __main__.py must export one.")


def _show(found: Contents) -> None:
    nodes = table("Nodes", "name", "pool", "os", "version", "ready")
    for node in found.nodes:
        nodes.add_row(node.name, node.pool, node.os, node.version, "yes" if node.ready else "no")
    pods = table(f"Pods in {_NAMESPACE}", "name", "node", "phase", "address")
    for pod in found.pods:
        pods.add_row(pod.name, pod.node, pod.phase, pod.address)
    policies = table(f"Network policies in {_NAMESPACE}", "name", "selects", "isolates")
    for policy in found.policies:
        policies.add_row(policy.name, policy.selects, ", ".join(policy.policy_types))
    for shown in (nodes, pods, policies):
        out.print()
        out.print(shown)
