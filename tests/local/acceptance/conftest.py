"""A copy of the project and a local session of its own, driven as a user drives them: by the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ("Pulumi.yaml", "Pulumi.*.yaml", "__main__.py", "policies")


@dataclass(frozen=True)
class Project:
    """A project folder with a home of its own for local mode."""

    folder: Path
    home: Path
    sessions: dict[bytes, dict[str, str]] = field(default_factory=dict[bytes, dict[str, str]], compare=False)

    @property
    def environment(self) -> dict[str, str]:
        """What a user's shell holds; tests/conftest.py has taken away what is not everybody's."""
        kept, scripts = dict(os.environ), str(Path(sys.executable).parent)
        return kept | {
            "AKSNETPOL_HOME": str(self.home),
            "NO_COLOR": "1",
            "PATH": f"{scripts}{os.pathsep}{kept.get('PATH', '')}",
        }

    def run(
        self, *arguments: str, expect: int = 0, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one command in the project's folder and check its exit code."""
        done = subprocess.run(
            arguments,
            cwd=self.folder,
            env=self.environment | (env or {}),
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        assert done.returncode == expect, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def aksnetpol(self, *arguments: str, expect: int = 0) -> str:
        """Run our command line; its standard output."""
        return self.run("aksnetpol", *arguments, expect=expect).stdout

    def json(self, *arguments: str) -> Any:
        """Run our command line with `--json`; the parsed answer."""
        return json.loads(self.aksnetpol(*arguments, "--json"))

    def session(self) -> dict[str, str]:
        """The exports of `aksnetpol local env`, as a shell would hold them; each session is asked once."""
        running = (self.home / "session.json").read_bytes()
        if running not in self.sessions:
            answer = self.json("local", "env")
            self.sessions[running] = {str(k): str(v) for k, v in answer.items() if v is not None}
        return dict(self.sessions[running])


def copy_program(folder: Path) -> None:
    """Copy the Pulumi program and its stack files, as a clone would hold them."""
    folder.mkdir(parents=True, exist_ok=True)
    for pattern in PROGRAM:
        for source in ROOT.glob(pattern):
            target = folder / source.name
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy2(source, target)


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    """A project and a started local session; both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="aksnetpol-") as place:
        made = Project(Path(place) / "project folder", Path(place) / "home")
        copy_program(made.folder)
        made.aksnetpol("local", "start")
        try:
            yield made
        finally:
            made.aksnetpol("local", "stop")
