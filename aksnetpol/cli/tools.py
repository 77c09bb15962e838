"""aksnetpol tools"""

from aksnetpol import toolchain
from aksnetpol.cli.console import out, print_json, table, tool_progress
from aksnetpol.cli.options import JsonOption


def command(json: JsonOption = False) -> None:
    """Get every tool, building what is not here; later commands then start at once.

    Example: [bold]aksnetpol tools[/bold]
    """
    names = [tool.name for tool in toolchain.TOOLS]
    with tool_progress() as report:
        found = toolchain.ensure_all(names, report)
    if json:
        print_json({name: str(path) for name, path in found.items()})
        return
    rows = table("", "tool", "path")
    for name, path in found.items():
        rows.add_row(name, str(path))
    out.print(rows)
