"""aksnetpol new"""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from aksnetpol import extras, scaffold
from aksnetpol.cli.console import note, out, print_json
from aksnetpol.cli.options import JsonOption
from aksnetpol.errors import UserError
from aksnetpol.scaffold import Scenario, Service, Written, shown

FolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Where the project goes; made where it is not there.")
]
ProjectNameOption = Annotated[
    str | None, typer.Option("--name", help="The project's name.", show_default="the folder's")
]
ScenarioOption = Annotated[Scenario, typer.Option("--scenario", help="The stack to begin with.")]
ServiceOption = Annotated[Service, typer.Option("--ci", help="Whose pull requests shall be reviewed.")]


def command(
    folder: FolderArgument,
    name: ProjectNameOption = None,
    scenario: ScenarioOption = Scenario.DEV,
    service: ServiceOption = Service.NONE,
    json: JsonOption = False,
) -> None:
    """Make a stack project in a folder of your own repository.

    A file that is there is never overwritten: where one is in the way, nothing is made.

    Example: [bold]aksnetpol new infra --scenario dev --ci github[/bold]
    """
    place = _resolved(folder)
    project = scaffold.name_of(place) if name is None else scaffold.checked_name(name)
    planned = scaffold.plan(place, project, scenario, service, extras.requirements("local"))
    written = scaffold.write(planned)
    steps = _next(place, scenario)
    if json:
        print_json(
            {
                "project": project,
                "folder": str(place),
                "stack": scenario.value,
                "files": [shown(path) for path in written.made],
                "kept": [shown(path) for path in written.kept],
                "next": steps,
            }
        )
    else:
        _show(f"Made the project {project} with the stack {scenario}:", written, steps)
    if service is not Service.NONE and extras.is_of_this_machine():
        note(
            "requirements.txt names what is on this machine only, as aksnetpol came from there: CI lacks it."
        )
    if not extras.is_installed("local"):
        note(f"Local mode needs the extra 'local', which is not installed. {extras.remedy('local')}")


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve()
    except RuntimeError:  # so Python says it up to 3.12; later ones leave it to the system
        raise UserError(f"{folder} is a link in a circle. Choose another folder.") from None


def _show(title: str, written: Written, steps: list[str]) -> None:
    lines = [title, *(f"  {shown(path)}" for path in written.made)]
    lines += [
        f"{shown(path)} is yours and stays: let git ignore .venv/ and __pycache__/." for path in written.kept
    ]
    lines += ["", f"Next: {steps[0]}", *(f"      {step}" for step in steps[1:])]
    for line in lines:
        out.print(line, soft_wrap=True)


def _next(folder: Path, stack: str) -> list[str]:
    """Return what to call now, and once a change of the project is committed."""
    enter = [] if folder == Path.cwd() else [f"cd {shlex.quote(shown(folder))}"]
    return [*enter, f"aksnetpol preview --local -s {stack}", f"aksnetpol review --base HEAD~1 -s {stack}"]
