"""The engine's language host for Python, over the one that the SDK has for the Automation API.

Protocol: pulumi/proto/pulumi/language.proto. Started by host.py; imports nothing of ours.
"""
# ruff: noqa: N802  the methods have the names of the gRPC service

import os
import queue
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.automation._server import LanguageServer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

_LAST_ANSWERS = 1.0  # seconds


class PythonHost(LanguageServer):
    """Runs a project's `__main__.py`, or a provider's, as the official host does."""

    def __init__(self) -> None:
        super().__init__(lambda: None)
        self.stopped = threading.Event()
        self._engine = next((argument for argument in sys.argv[2:] if not argument.startswith("-")), "")
        self._running = False

    def Handshake(self, request: Any, context: Any) -> Any:
        """Learn the engine's address."""
        self._engine = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """The SDK's version stands for the host's."""
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Make the project's virtual environment from its requirements.txt; nothing where it has none."""
        folder = Path(request.info.program_directory or request.directory)
        virtualenv = _virtualenv(request.info)
        if not virtualenv or not (folder / "requirements.txt").exists():
            return
        python = str(folder / virtualenv / "bin" / "python")
        made = () if Path(python).exists() else ([sys.executable, "-m", "venv", str(folder / virtualenv)],)
        # uv makes environments without pip.
        pip = [python, "-m", "ensurepip"], [python, "-m", "pip", "install", "-r", "requirements.txt"]
        for command in (*made, *pip):
            for kind, value in _stream(command, str(folder), (), context.add_callback):
                if kind != "exitcode":
                    yield language_pb2.InstallDependenciesResponse(**{kind: value})
                elif value:
                    context.abort(grpc.StatusCode.INTERNAL, f"{' '.join(command)} ended with {value}")

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        """None are listed."""
        return language_pb2.GetProgramDependenciesResponse()

    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:
        """Nothing to ask."""
        return language_pb2.RuntimeOptionsResponse()

    def Run(self, request: Any, context: Any) -> Any:
        """Run the program in its folder, against the engine's monitor."""
        folder = request.info.program_directory or request.pwd
        entry = Path(folder, request.info.entry_point or ".")
        os.chdir(request.pwd or folder)
        sys.path[0] = folder
        sys.argv = [str(entry), *request.args]
        self.program = lambda: _run_program(entry)
        # The base class takes the engine's address from here.
        request.args[:] = [self._engine]
        self._running = True
        try:
            return super().Run(request, context)
        finally:
            self._running = False

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        """Run a provider that a PulumiPlugin.yaml describes."""
        folder = Path(request.info.program_directory or request.program)
        virtualenv = _virtualenv(request.info)
        own = folder / virtualenv / "bin" / "python"
        python = own if virtualenv and own.exists() else sys.executable
        command = [str(python), "-u", str(folder), *request.args]
        for kind, value in _stream(command, request.pwd, request.env, context.add_callback):
            yield language_pb2.RunPluginResponse(**{kind: value})

    def Cancel(self, request: Any, context: Any) -> Any:
        """End."""
        self.stopped.set()
        return empty_pb2.Empty()

    def interrupted(self, *_: object) -> None:
        """Ctrl-C goes to the whole terminal: while a program runs, ending it is the engine's decision."""
        if not self._running:
            self.stopped.set()


def _run_program(entry: Path) -> None:
    script = entry / "__main__.py" if entry.is_dir() else entry
    runpy.run_path(str(script), run_name="__main__")


def _virtualenv(info: Any) -> str:
    """Return the `virtualenv` option of a project or plugin, as it is written."""
    return json_format.MessageToDict(info.options).get("virtualenv", "")


def _stream(
    command: list[str], folder: str, variables: Iterable[str], on_end: Callable[[Callable[[], None]], object]
) -> Iterator[tuple[str, Any]]:
    """Run a program: ("stdout" or "stderr", what it says) as it comes, then ("exitcode", its code)."""
    environment = dict(os.environ)
    for variable in variables:
        name, _, value = variable.partition("=")
        environment[name] = value
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    on_end(process.kill)
    chunks: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
    pipes = {"stdout": process.stdout, "stderr": process.stderr}
    for name, pipe in pipes.items():
        threading.Thread(target=_pump, args=(name, pipe, chunks), daemon=True).start()
    ended = 0
    while ended < len(pipes):
        part, chunk = chunks.get()
        if not chunk:
            ended += 1
        else:
            yield part, chunk
    yield "exitcode", process.wait()


def _pump(name: str, pipe: IO[bytes], chunks: "queue.SimpleQueue[tuple[str, bytes]]") -> None:
    """Hand on what a pipe gives; an empty chunk is its end."""
    chunk = b"start"
    while chunk:
        chunk = pipe.read(65536)
        chunks.put((name, chunk))


def serve(host: PythonHost) -> None:
    """Print the port, then serve until the engine ends this process."""
    server = grpc.server(ThreadPoolExecutor(max_workers=8), options=_GRPC_CHANNEL_OPTIONS)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    signal.signal(signal.SIGINT, host.interrupted)
    signal.signal(signal.SIGTERM, lambda *_: host.stopped.set())
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    host.stopped.wait()
    # The call that asked for the end still gets its answer.
    server.stop(_LAST_ANSWERS).wait()
    # Threads of a cancelled program would keep the interpreter alive.
    os._exit(0)


if __name__ == "__main__":
    serve(PythonHost())
