"""One stack of a project, driven through the Automation API."""

import json
import os
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pulumi.automation import EngineEvent, LocalWorkspace, Stack
from pulumi.automation.errors import CommandError, StackNotFoundError

from aksnetpol import environment
from aksnetpol.deploy import failures, local_config, locks, pending, plan_file, pulumi_home
from aksnetpol.deploy.diagnostics import Diagnostic, diagnostic
from aksnetpol.deploy.engine import Engine, EngineCommand
from aksnetpol.deploy.patience import PREVIEW_SECONDS, Patience
from aksnetpol.deploy.preview import Preview, Step, of_event, parse, whole
from aksnetpol.project import Project, UnknownStackError

OnEvent = Callable[[EngineEvent], None]
Notice = Callable[[str], None]
Program = Callable[[], None]
_Result = TypeVar("_Result")


def ignore(_: object) -> None:
    """Listen to nothing."""


@dataclass(frozen=True)
class Output:
    """A stack's output.

    Args:
        value: plain, also when it is a secret: hide it before it is shown.
    """

    name: str
    value: Any
    secret: bool


@dataclass(frozen=True)
class StackWorkspace:
    """A stack and what it runs with.

    Args:
        project: the project.
        stack: its stack.
        engine: from find_engine.
        environment: on top of the process's own: the backend, the passphrase, a local session's providers.
        local_home: the local session's folder; None for a stack that is not local.
        notice: told what was repaired on the way.
        limit: seconds that a preview may take; see Patience.
    """

    project: Project
    stack: str
    engine: Engine
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    local_home: Path | None = None
    notice: Notice = ignore
    limit: float = PREVIEW_SECONDS

    def up(
        self, on_event: OnEvent = ignore, plan: Path | None = None, program: Program | None = None
    ) -> None:
        """Create or update everything the program declares; the stack too, when it does not exist.

        Args:
            on_event: told what happens.
            plan: a file of `preview`: whatever goes beyond it is refused.
            program: to run in this process, instead of the project's own.

        Raises:
            DeployError, UserError: with the engine's own messages in short.
        """
        limit = str(plan_file.check(plan, self.project, self.stack)) if plan else None

        def operation(stack: Stack, listener: OnEvent) -> None:
            stack.up(plan=limit, program=program, **self._options(listener))

        self._settle()
        self._run(operation, on_event, create=True)

    def preview(self, save_plan: Path | None = None) -> Preview:
        """What an up would do, without doing it; see preview_json."""
        return parse(self.preview_json(save_plan=save_plan))

    def steps_of(self, program: Program) -> tuple[Step, ...]:
        """What an up of a program in this process would do, without doing it; see up for the errors."""
        found: list[Step] = []

        def listener(event: EngineEvent) -> None:
            if event.resource_pre_event:
                found.append(of_event(event.resource_pre_event.metadata))

        def preview(stack: Stack, on_event: OnEvent) -> None:
            options = self._options(on_event)
            del options["show_secrets"]  # not of a preview
            stack.preview(**options, program=program)

        self._run(preview, listener, create=True)
        return whole(found)

    def preview_json(self, *, create: bool = True, save_plan: Path | None = None) -> str:
        """What an up would do, as the engine writes it; see up for the errors.

        Args:
            create: the stack, when there is none.
            save_plan: a file for the engine's plan, secrets encrypted; written when the preview succeeds.
        """
        arguments = ["preview", "--json", "--show-sames"]
        if config := self.config_file():
            arguments += ["--config-file", config]
        if save_plan is None:
            return self._run(lambda stack, _: self._command(stack, arguments), create=create)
        with plan_file.replaced(save_plan) as draft:
            arguments += ["--save-plan", str(draft)]
            return self._run(lambda stack, _: self._command(stack, arguments), create=create)

    def destroy(self, on_event: OnEvent = ignore) -> None:
        """Delete every resource; see up for the errors."""
        self._settle()
        self._run(lambda stack, listener: stack.destroy(**self._options(listener)), on_event)

    def refresh(self, on_event: OnEvent = ignore) -> None:
        """Bring the state in line with what is live; see up for the errors."""
        self._settle()
        self._run(lambda stack, listener: stack.refresh(**self._options(listener)), on_event)

    def outputs(self) -> tuple[Output, ...]:
        """The stack's outputs, by name; see up for the errors."""
        found = self._run(lambda stack, _: stack.outputs())
        return tuple(Output(name, one.value, one.secret) for name, one in sorted(found.items()))

    def protected(self) -> tuple[str, ...]:
        """URNs of resources that the engine will not delete; see up for the errors."""
        return tuple(
            one["urn"] for one in self._export()["deployment"].get("resources") or () if one.get("protect")
        )

    def ids(self) -> dict[str, str] | None:
        """Ids of the stack's resources by URN; None where there is no stack. See up for the errors."""
        try:
            resources = self._export()["deployment"].get("resources") or ()
        except UnknownStackError:
            return None
        return {one["urn"]: one["id"] for one in resources if one.get("id")}

    def forget(self) -> None:
        """Remove the stack from the backend, without a look at its resources; see up for the errors."""
        arguments = ["stack", "rm", "--yes", "--force", "--preserve-config"]
        self._run(lambda stack, _: self._command(stack, arguments))

    def unprotect(self) -> None:
        """Take the protection off every resource, in the state only: an up brings it back."""
        self._run(lambda stack, _: self._command(stack, ["state", "unprotect", "--all", "--yes"]))

    def init(self) -> None:
        """Create the stack in a backend that is known not to have it, without asking first."""
        self._run(lambda stack, _: stack.workspace.create_stack(self.stack))

    def _settle(self) -> None:
        """Settle what an engine that was killed had begun, so that the next one starts from the truth."""
        try:
            document = self._export()
        except UnknownStackError:
            return
        unfinished = pending.operations(document["deployment"])
        if not unfinished:
            return
        names = ", ".join(one.label for one in unfinished)
        self.notice(f"The last run was cut off while it worked on {names}; looking at what is there now.")
        self._import({**document, "deployment": pending.settled(document["deployment"], self.variables())})
        config = self.config_file()
        refresh = ["refresh", "--yes", "--skip-preview", *(["--config-file", config] if config else [])]
        self._run(lambda stack, _: self._command(stack, refresh))
        document = self._export()
        self._import({**document, "deployment": pending.with_inputs_of(unfinished, document["deployment"])})

    def _import(self, document: dict[str, Any]) -> None:
        # Readable by the user only; secrets in it are encrypted.
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            self._run(lambda stack, _: self._command(stack, ["stack", "import", "--file", file.name]))

    def _export(self) -> dict[str, Any]:
        """The stack's state, secrets encrypted; the Automation API's own export has them in clear."""
        document = json.loads(self._run(lambda stack, _: self._command(stack, ["stack", "export"])))
        document["deployment"] = document.get("deployment") or {}
        return document

    def _options(self, on_event: OnEvent) -> dict[str, Any]:
        return {
            "on_event": on_event,
            "color": "never",
            "show_secrets": False,
            "suppress_progress": True,
            "config_file": self.config_file(),
        }

    def variables(self) -> dict[str, str]:
        """What the engine runs with on top of the process's own environment."""
        local = {**local_config.FALLBACK, "PULUMI_HOME": str(self._pulumi_home())} if self.local_home else {}
        return {"PULUMI_SKIP_UPDATE_CHECK": "true", **self.environment, **local}

    def config_file(self) -> str | None:
        """The local session's copy of the stack file, brought up to date; None for the project's own."""
        if self.local_home is None:
            return None
        return str(local_config.write(self.local_home, self.project, self.stack))

    def _command(self, stack: Stack, arguments: list[str]) -> str:
        workspace = stack.workspace
        arguments = [*arguments, "--stack", self.stack]
        return workspace.pulumi_command.run(arguments, workspace.work_dir, self.variables()).stdout

    def _run(
        self,
        operation: Callable[[Stack, OnEvent], _Result],
        on_event: OnEvent = ignore,
        *,
        create: bool = False,
    ) -> _Result:
        """Run an operation of the engine, with its failures made readable.

        Args:
            create: the stack, when there is none.
        """
        self._remove_stale_locks()
        said: list[Diagnostic] = []
        patience = Patience(self.stack, self.limit, self._logs())

        def listener(event: EngineEvent) -> None:
            patience.heard(event)
            if event.diagnostic_event and event.diagnostic_event.severity == "error":
                said.append(
                    diagnostic("error", event.diagnostic_event.urn or "", event.diagnostic_event.message)
                )
            on_event(event)

        try:
            # A killed engine also cuts the event stream; that it was killed is told below.
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Error in event stream", UserWarning)
                return self._created(operation, listener, patience, create=create)
        except CommandError as error:
            raise failures.readable(error, self.stack, said) from error
        finally:
            if self.local_home:
                pulumi_home.keep_newest_logs(self._pulumi_home())

    def _created(
        self,
        operation: Callable[[Stack, OnEvent], _Result],
        listener: OnEvent,
        patience: Patience,
        *,
        create: bool,
    ) -> _Result:
        workspace = _Workspace(self, patience)
        stack = Stack.select(self.stack, workspace)
        try:
            return operation(stack, listener)
        except StackNotFoundError as error:
            # Whoever mistypes a name hears of it; a file says that the stack is meant.
            self.project.require_file(self.stack)
            if not create:
                raise UnknownStackError(
                    f"Stack {self.stack!r} does not exist yet: run `aksnetpol up -s {self.stack}` first."
                ) from error
            workspace.create_stack(self.stack)
            return operation(stack, listener)

    def _pulumi_home(self) -> Path:
        return (
            pulumi_home.prepared(self.local_home) if self.local_home else environment.pulumi_home(os.environ)
        )

    def _logs(self) -> tuple[Path, ...]:
        """Where the engine writes, and the local session, in which the plugins run."""
        session = (self.local_home / "logs",) if self.local_home else ()
        return (*session, pulumi_home.logs(self._pulumi_home()))

    def _remove_stale_locks(self) -> None:
        backend = self.variables().get("PULUMI_BACKEND_URL") or os.environ.get("PULUMI_BACKEND_URL", "")
        for stack in locks.remove_stale(backend):
            self.notice(f"Removed the lock of {stack}: the engine that held it runs no more.")


class _Workspace(LocalWorkspace):
    """The Automation API's workspace, except that it leaves the user's selected stack as it is."""

    def __init__(self, owner: StackWorkspace, patience: Patience) -> None:
        self._owner = owner
        # Local mode chooses backend, plugins and cloud itself, whatever a user's shell is set up for.
        inherited = environment.without_choices(os.environ) if owner.local_home else os.environ
        super().__init__(
            work_dir=str(owner.project.folder),
            env_vars=owner.variables(),
            pulumi_command=EngineCommand(owner.engine, patience.wait, inherited),
        )

    def select_stack(self, stack_name: str) -> None:
        """Nothing: each command names its stack, and says so when there is none."""

    def create_stack(self, stack_name: str) -> None:
        """Create the stack, for a local session beside its copy of the stack file."""
        config = self._owner.config_file()
        folder = str(Path(config).parent) if config else self.work_dir
        arguments = ["stack", "init", "--no-select", "--stack", stack_name]
        self.pulumi_command.run(arguments, folder, self._owner.variables())
