"""Standard streams of strangers, with the whole command line in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]


def _shell(script: str) -> "subprocess.CompletedProcess[str]":
    program = f"{sys.executable} -c 'import aksnetpol.cli; aksnetpol.cli.main()'"
    return subprocess.run(
        ["/bin/sh", "-c", script.replace("aksnetpol", program, 1)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        pytest.param("aksnetpol stacks --json <&-", 0, "", id="stdin-closed"),
        pytest.param("aksnetpol stacks --json >&-", 0, "", id="stdout-closed"),
        pytest.param("aksnetpol stacks --json 2>&-", 0, "", id="stderr-closed"),
        pytest.param("aksnetpol reach - <&-", 0, "", id="nothing-to-read"),
        pytest.param("aksnetpol local reset <&-", 2, "add --yes", id="nobody-to-ask"),
        pytest.param(
            "aksnetpol stacks --json > /dev/full", 1, "no space left on the disk", id="json-on-full-disk"
        ),
        pytest.param("aksnetpol stacks > /dev/full", 1, "no space left on the disk", id="table-on-full-disk"),
    ],
)
def test_a_stream(script: str, code: int, said: str) -> None:
    done = _shell(script)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_text_that_the_terminal_lacks() -> None:
    """A label of another script, in a locale without it."""
    done = _shell(
        "printf '%s' '"
        '{"kind": "Pod", "metadata": {"name": "caf\u00e9"}, "spec": {"containers": []}}'
        "' | PYTHONIOENCODING=ascii aksnetpol lint -"
    )
    assert done.returncode == 0, done.stderr
    assert r"default/pod/caf\xe9" in done.stdout


def test_a_reader_that_leaves() -> None:
    done = _shell("aksnetpol lint docs/examples/shop | head -1")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
