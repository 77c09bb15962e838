"""aksnetpol stacks"""

from pathlib import Path

from aksnetpol.cli.console import out, print_json, table
from aksnetpol.cli.options import JsonOption
from aksnetpol.deploy import find_project
from aksnetpol.deploy.session import exists
from aksnetpol.local.home import default_home


def command(json: JsonOption = False) -> None:
    """List the project's stacks, and which of them exist in local mode.

    Example: [bold]aksnetpol stacks --json[/bold]
    """
    project = find_project(Path.cwd())
    found = {stack: exists(default_home(), project, stack) for stack in project.stacks()}
    if json:
        print_json([{"stack": stack, "local": local} for stack, local in found.items()])
        return
    rows = table("", "stack", "file", "local")
    for stack, local in found.items():
        rows.add_row(stack, project.stack_file(stack).name, "created" if local else "")
    out.print(rows)
