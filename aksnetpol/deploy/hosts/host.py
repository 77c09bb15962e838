"""Starts a Python host of the engine: `host.py language ...` or `host.py dynamic ADDRESS`.

Run by its path, by whichever interpreter the project names, so it
may import the Pulumi SDK and nothing of ours.
"""

import gc
import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

_PARENT_POLL_SECONDS = 1.0
# Importing the SDKs makes a million objects that live to the end; looking for garbage among them takes a
# tenth of a preview.
_COLLECT_EVERY = 1_000_000
_GRACE = 10.0  # seconds between asking the engine to end and ending it
# The process id of the command that runs the engine; a shell that runs it has none.
OWNER = "AKSNETPOL_PID"
_REPLACED = "AKSNETPOL_HOST_INTERPRETER"


def main() -> None:
    """Serve until the engine ends this process or goes away itself."""
    gc.set_threshold(_COLLECT_EVERY)
    kind = sys.argv[1]
    _reach_the_engine_directly()
    root = _option("root") or str(Path.cwd())
    _use_interpreter_of(Path(root))
    _end_with_parent()
    # Programs and dynamic providers import from the project's folder, not from this file's.
    if sys.flags.safe_path:  # then this file's is not there
        sys.path.insert(0, root)
    sys.path[0] = root
    if kind == "dynamic":
        sys.argv = ["pulumi-resource-pulumi-python", *sys.argv[2:]]
        runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(str(Path(__file__).with_name("language.py")), run_name="__main__")


def _option(name: str) -> str | None:
    for argument in sys.argv[2:]:
        key, separator, value = argument.lstrip("-").partition("=")
        if argument.startswith("-") and separator and key == name:
            return value
    return None


def _use_interpreter_of(root: Path) -> None:
    """Become the interpreter of the project's `virtualenv` option, when it has one that is not this one."""
    project = next((one for one in (root / "Pulumi.yaml", root / "Pulumi.yml") if one.exists()), None)
    if os.environ.get(_REPLACED) or project is None:
        return
    import yaml  # the SDK depends on it

    try:
        virtualenv = yaml.safe_load(project.read_text())["runtime"]["options"]["virtualenv"]
    except (yaml.YAMLError, LookupError, TypeError):
        return
    python = root / virtualenv / "bin" / "python"
    if python != Path(sys.executable) and python.exists():
        os.environ[_REPLACED] = str(python)
        # Unbuffered, as the official host is: the SDK does not flush the port that the engine waits for.
        os.execv(python, [str(python), "-u", *sys.argv])


def _reach_the_engine_directly() -> None:
    """Keep gRPC from asking a company's proxy for the engine, which is on this machine."""
    environment = runpy.run_path(str(Path(__file__).parents[2] / "environment.py"))
    os.environ.update(environment["proxy_bypass"](os.environ))


def _end_with_parent() -> None:
    """Leave no process behind when the engine is killed, nor the engine when the command is that runs it."""
    if sys.platform == "win32":  # there the engine has hosts of its own
        return
    engine, owner = os.getppid(), int(os.environ.get(OWNER) or 0)

    def watch() -> None:
        alone = 0.0
        while os.getppid() == engine:
            if owner and not _runs(owner):
                # With the command its limits are gone: nobody else would end an engine that hangs.
                if not alone:
                    os.kill(engine, signal.SIGINT)
                elif alone > _GRACE:
                    os.kill(engine, signal.SIGKILL)
                alone += _PARENT_POLL_SECONDS
            time.sleep(_PARENT_POLL_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


if __name__ == "__main__":
    main()
