"""The engine's plan as a table."""

from aksnetpol.cli.console import err, out, table
from aksnetpol.deploy import Preview, Step, worth_showing
from aksnetpol.deploy.diagnostics import resource


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
