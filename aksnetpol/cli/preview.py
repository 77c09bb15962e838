"""aksnetpol preview"""

from dataclasses import asdict
from typing import Any

from aksnetpol.cli.console import err, print_json
from aksnetpol.cli.options import (
    DEFAULT_STACK,
    JsonOption,
    LocalOption,
    SavePlanOption,
    StackOption,
    TimeoutOption,
)
from aksnetpol.cli.preview_table import show
from aksnetpol.cli.target import workspace
from aksnetpol.deploy import Preview, worth_showing


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
