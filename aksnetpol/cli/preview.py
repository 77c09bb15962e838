"""aksnetpol preview"""

from dataclasses import asdict
from typing import Any

from aksnetpol.cli.console import err, out, print_json, table
from aksnetpol.cli.options import (
    DEFAULT_STACK,
    JsonOption,
    LocalOption,
    SavePlanOption,
    StackOption,
    TimeoutOption,
)
from aksnetpol.cli.target import workspace
from aksnetpol.deploy import Preview, Step, worth_showing
from aksnetpol.deploy.diagnostics import resource


def command(
    stack: StackOption = DEFAULT_STACK,
    local: LocalOption = False,
    json: JsonOption = False,
    save_plan: SavePlanOption = None,
    timeout: TimeoutOption = None,
) -> None:
    """Show what an up would do.

    Example: [bold]aksnetpol preview --local -s dev --json[/bold]
    Example: [bold]aksnetpol preview -s prod --save-plan prod.plan[/bold]
    """
    target = workspace(stack, local=local, timeout=timeout)
    with err.status("asking the engine"):
        planned = target.preview(save_plan)
    if json:
        print_json(_data(stack, planned))
    else:
        show(planned)


def show(planned: Preview) -> None:
    """Print a plan as a table."""
    if planned.changed:
        rows = table("", "", "resource", "because")
        for step in planned.changed:
            rows.add_row(step.op, resource(step.urn), _why(step))
        out.print(rows)
    counts = ", ".join(f"{number} {op}" for op, number in planned.counts.items())
    out.print(f"{counts or 'no resources'}.")
    for one in worth_showing(planned.diagnostics):
        err.print(f"{one.severity}: {one}", style="yellow", soft_wrap=True)


def _why(step: Step) -> str:
    """The leaves that differ, those that force a replacement first."""
    forcing = [f"{path} (replaces)" for path in step.replace_keys]
    return ", ".join(forcing + [one.path for one in step.changes if one.path not in step.replace_keys])


def _data(stack: str, planned: Preview) -> dict[str, Any]:
    steps = [
        {
            "op": step.op,
            "urn": step.urn,
            "replaceKeys": list(step.replace_keys),
            "changes": [asdict(one) for one in step.changes],
        }
        for step in planned.steps
    ]
    said = [asdict(one) for one in worth_showing(planned.diagnostics)]
    return {"stack": stack, "counts": planned.counts, "steps": steps, "diagnostics": said}
