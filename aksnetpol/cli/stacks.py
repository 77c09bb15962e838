"""aksnetpol stacks"""

from pathlib import Path

from aksnetpol.cli.console import out, print_json, table
from aksnetpol.cli.options import JsonOption
from aksnetpol.deploy.session import resources
from aksnetpol.local.home import default_home
from aksnetpol.project import find_project


def command(json: JsonOption = False) -> None:
    """List the project's stacks, and what they have in local mode.

    Example: [bold]aksnetpol stacks --json[/bold]
    """
    project = find_project(Path.cwd())
    found = {stack: resources(default_home(), project, stack) for stack in project.stacks()}
    if json:
        print_json(
            [
                {"stack": stack, "local": bool(count), "resources": count or 0}
                for stack, count in found.items()
            ]
        )
        return
    rows = table("", "stack", "file", "local")
    for stack, count in found.items():
        rows.add_row(stack, project.stack_file(stack).name, f"{count} resources" if count else "")
    out.print(rows)
