"""The Pulumi project in a folder: its name and the stacks that have a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from aksnetpol.deploy.errors import ProjectError, UnknownStackError

_PROJECT_FILE = "Pulumi.yaml"


@dataclass(frozen=True)
class Project:
    """A project.

    Args:
        folder: of Pulumi.yaml.
        name: as Pulumi.yaml says.
    """

    folder: Path
    name: str

    def stack_file(self, stack: str) -> Path:
        """Where the settings of a stack are; the file need not exist."""
        return self.folder / f"Pulumi.{stack}.yaml"

    def stacks(self) -> tuple[str, ...]:
        """The stacks that have a file, by name."""
        files = self.folder.glob("Pulumi.*.yaml")
        return tuple(sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in files))

    def require_file(self, stack: str) -> Path:
        """The stack's file, readable YAML.

        Raises:
            UnknownStackError: there is none.
            ProjectError: it is not YAML, or not a mapping.
        """
        path = self.stack_file(stack)
        if not path.is_file():  # a pipe would be waited for
            known = ", ".join(self.stacks()) or "none"
            raise UnknownStackError(
                f"No stack {stack!r}: there is no {path.name} in {self.folder}. Stacks here: {known}."
            )
        read_mapping(path)
        return path


def find_project(start: Path) -> Project:
    """The project of a folder or of the nearest folder above it, as the engine finds it.

    Raises:
        ProjectError: there is none, or its Pulumi.yaml cannot be read.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        path = folder / _PROJECT_FILE
        if path.is_file():
            name = read_mapping(path).get("name")
            if not isinstance(name, str):
                raise ProjectError(f"{path}: `name` is missing. Name the project, such as `name: aksnetpol`.")
            return Project(folder, name)
    raise ProjectError(f"No {_PROJECT_FILE} in {start} or above it. Run this in the project's folder.")


def read_mapping(path: Path) -> dict[str, Any]:
    """A YAML file's top-level mapping; an empty file is an empty one.

    Raises:
        ProjectError: with file and line, when it is not that.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f":{mark.line + 1}" if mark else ""
        raise ProjectError(f"{path}{line}: this is not YAML: {error.problem}.") from error
    except RecursionError:
        raise ProjectError(f"{path} cannot be read: it is nested too deep.") from None
    except (OSError, ValueError, yaml.YAMLError) as error:  # a day that no month has, not UTF-8
        raise ProjectError(f"{path} cannot be read: {error}.") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ProjectError(f"{path}:1: expected keys and values, such as `config:`.")
    return document
