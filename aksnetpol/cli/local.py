"""aksnetpol local: the session that stands in for Azure on this machine."""

import os
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from aksnetpol import toolchain
from aksnetpol.cli.console import confirm, out, print_json, table, tool_progress
from aksnetpol.cli.options import JsonOption, YesOption
from aksnetpol.local.errors import SessionUsageError
from aksnetpol.local.home import default_home

app = typer.Typer(help="Azure on this machine: start, stop, look at it.", no_args_is_help=True)

_NOT_OURS = {"allow_extra_args": True, "allow_interspersed_args": False, "ignore_unknown_options": True}
PortOption = Annotated[int, typer.Option(help="Port of Azure Resource Manager; 0 picks a free one.")]


@app.command()
def start(port: PortOption = 0, json: JsonOption = False) -> None:
    """Start the local session; one that runs stays as it is.

    Example: [bold]aksnetpol local start[/bold]
    """
    from aksnetpol.local import supervisor

    with tool_progress() as report:
        toolchain.ensure_all(toolchain.CONTROL_PLANE, report)
    home = default_home()
    supervisor.start(home, port)
    _show(home, json=json)


@app.command()
def stop(json: JsonOption = False) -> None:
    """Stop the local session; its clusters and stacks come back with the next start.

    Example: [bold]aksnetpol local stop[/bold]
    """
    from aksnetpol.local import supervisor

    ran = supervisor.stop(default_home())
    if json:
        print_json({"stopped": ran})
    else:
        out.print("The local session is stopped." if ran else "The local session was not running.")


@app.command()
def reset(yes: YesOption = False) -> None:
    """Stop the local session and forget its clusters and stacks.

    Example: [bold]aksnetpol local reset --yes[/bold]
    """
    from aksnetpol.local import supervisor

    home = default_home()
    confirm(f"Delete every local cluster and stack in {home}?", yes=yes)
    supervisor.stop(home, forget=True)
    out.print("The local session is gone.")


@app.command()
def status(json: JsonOption = False) -> None:
    """Say what runs; exit code 1 where nothing does.

    Example: [bold]aksnetpol local status[/bold]
    """

    if not _show(default_home(), json=json):
        raise typer.Exit(1)


@app.command()
def env(json: JsonOption = False) -> None:
    """Print exports for a shell, after which plain pulumi, az and kubectl use the local session.

    They hold the emulator's client secret, which is of no use elsewhere.

    Example: [bold]eval "$(aksnetpol local env)"[/bold]
    """
    from aksnetpol.deploy import find_engine, shell_environment
    from aksnetpol.local import supervisor
    from aksnetpol.project import ProjectError, find_project

    home = default_home()
    session = supervisor.environment(home)
    with tool_progress() as report:
        engine = find_engine(report)
    try:
        project = find_project(Path.cwd())
    except ProjectError:
        project = None
    variables = shell_environment(session, home, engine, project)
    if json:
        print_json(variables)
        return
    for name, value in variables.items():
        line = f"unset {name}" if value is None else f"export {name}={shlex.quote(value)}"
        out.print(line, markup=False, soft_wrap=True)


@app.command(context_settings=_NOT_OURS)
def kubectl(context: typer.Context) -> None:
    """Run a kubectl that fits the session's clusters; the newest cluster is the current context.

    Example: [bold]aksnetpol local kubectl get pods -A[/bold]
    """
    from aksnetpol.local import supervisor

    kubeconfig = Path(supervisor.environment(default_home())["KUBECONFIG"])
    if not kubeconfig.exists():
        raise SessionUsageError("The local session has no cluster yet. Make one with: aksnetpol up --local")
    with tool_progress() as report:
        program = toolchain.ensure("kubectl", report)
    os.execve(program, [program.name, *context.args], {**os.environ, "KUBECONFIG": str(kubeconfig)})


def _show(home: Path, *, json: bool) -> bool:
    from aksnetpol.local import supervisor

    found = supervisor.status(home)
    if json:
        print_json(asdict(found))
        return found.running
    if not found.running:
        out.print("The local session is not running. Run: aksnetpol local start")
        return False
    memory = f"{found.memory_bytes / 2**30:.1f} GiB"
    out.print(
        f"The local session runs: Azure at {found.resource_manager}, "
        f"{len(found.processes)} processes, {memory}.",
        markup=False,
    )
    remark = f" ({found.enforcement_remark})" if found.enforcement_remark else ""
    out.print(f"Policies are enforced by: {found.enforcement}{remark}.", markup=False, soft_wrap=True)
    if found.clusters:
        clusters = table("Clusters", "name", "state", "engine", "version", "nodes")
        for one in found.clusters:
            clusters.add_row(
                one.name, one.provisioning_state, one.network_policy, one.kubernetes_version, str(one.nodes)
            )
        out.print(clusters)
    return True
