"""Runs the `run` steps of a composite action in a shell, as GitHub's runner does."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
# GitHub Docs, "Workflow syntax", jobs.<job_id>.steps[*].shell: what `shell: bash` starts.
_BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")


@dataclass
class Ran:
    """What an action's steps did.

    Args:
        code: of the first step that failed, else 0.
        said: both outputs of every step.
        used: the inputs of every step that uses another action, by that action's name.
        values: of contexts, such as "steps.review.outputs.risk".
    """

    code: int = 0
    said: str = ""
    summary: str = ""
    used: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    values: dict[str, str] = field(default_factory=dict[str, str])

    def fill(self, text: object) -> str:
        """Put values for expressions; an expression that has none is a mistake of the action."""
        return _EXPRESSION.sub(lambda match: self.values[match[1]], str(text))


def _holds(ran: Ran, condition: str) -> bool:
    """Tell whether a step runs: by a value that must be the given one."""
    name, _, wanted = condition.partition(" == ")
    return not condition or ran.values[name] == wanted.strip("'")


def run(action: Path, folder: Path, home: Path, inputs: Mapping[str, str], **environ: str) -> Ran:
    """Run an action's steps in order until one fails.

    Args:
        folder: the workspace, with the user's checkout.
        home: for the runner's own files.
        environ: more variables, and `values` of contexts by their dotted names.
    """
    text: dict[str, Any] = yaml.safe_load(action.read_text(encoding="utf-8"))
    ran = Ran(values={"runner.temp": str(home), "runner.os": "Linux", "runner.arch": "X64"})
    ran.values |= {"github.token": environ.get("TOKEN", ""), "github.event.workflow_run.id": "42"}
    ran.values["steps.upload.outputs.artifact-url"] = "https://github.example/artifacts/1"
    for name, declared in text["inputs"].items():
        ran.values[f"inputs.{name}"] = inputs.get(name, ran.fill(declared["default"]))
    summary = home / "summary.md"
    for number, step in enumerate(text["runs"]["steps"]):
        if not _holds(ran, step.get("if", "")):
            continue
        if "uses" in step:
            ran.used[step["uses"].split("@")[0]] = {name: ran.fill(one) for name, one in step["with"].items()}
            continue
        output = home / f"output-{number}"
        output.touch()
        variables = {
            **os.environ,
            **environ,
            **{name: ran.fill(value) for name, value in step.get("env", {}).items()},
            "GITHUB_ACTION_PATH": str(action.parent),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(home),
        }
        script = home / f"step-{number}.sh"
        assert "${{" not in step["run"]
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            [*_BASH, script],
            cwd=folder / ran.fill(step.get("working-directory", ".")),
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        ran.said += done.stdout
        for line in output.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            ran.values[f"steps.{step['id']}.outputs.{name}"] = value
        if done.returncode:
            ran.code = done.returncode
            break
    ran.summary = summary.read_text(encoding="utf-8") if summary.exists() else ""
    return ran
