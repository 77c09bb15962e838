import time
from pathlib import Path

import pytest

from aksnetpol.machine.programs import Program, programs, version_line

_HANGS = "#!/bin/sh\n/bin/sleep 60 & wait\n"


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def _program(folder: Path, script: str) -> str:
    file = folder / "aksnetpol-tried"
    file.write_text(script)
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        pytest.param("#!/bin/sh\necho hello; echo tried 1.2\n", ": tried 1.2", id="answers"),
        pytest.param("#!/bin/sh\necho v1.2 >&2\n", ": v1.2", id="answers-by-errors"),
        pytest.param("#!/bin/sh\nread line; echo $? 9\n", ": 1 9", id="has-no-input"),
        pytest.param("#!/bin/sh\necho bad 1; exit 3\n", ": ended with 3: bad 1", id="fails"),
        pytest.param("#!/bin/sh\n", ": no version", id="silent"),
        pytest.param(_HANGS, ": no answer within 0.5 s", id="hangs"),
        pytest.param("#!/nonexistent\n", "cannot be told: FileNotFoundError", id="cannot-be-run"),
    ],
)
def test_program(on_path: Path, script: str, says: str) -> None:
    path = _program(on_path, script)
    before = time.monotonic()
    wanted = Program("aksnetpol-tried", seconds=0.5 if script == _HANGS else 30)
    told = programs([wanted])["aksnetpol-tried"]
    assert told.removeprefix(path).startswith(says)
    assert time.monotonic() - before < 30


def test_a_program_that_is_not_there(on_path: Path) -> None:
    assert programs([Program("aksnetpol-tried")]) == {"aksnetpol-tried": "not on PATH"}


def test_what_a_program_writes_is_gone(on_path: Path) -> None:
    _program(on_path, '#!/bin/sh\n: >"$MY_DIR/note"; echo "1 $MY_DIR"\n')
    told = programs([Program("aksnetpol-tried", folder_variable="MY_DIR")])["aksnetpol-tried"]
    assert not Path(told.rpartition(" ")[2]).exists()


@pytest.mark.parametrize(
    ("said", "line"),
    [
        pytest.param("git version 2.39.5\n", "git version 2.39.5", id="one-line"),
        pytest.param('{\n  "azure-cli": "2.60.0",\n', 'azure-cli": "2.60.0', id="json"),
        pytest.param("", "no version", id="nothing"),
    ],
)
def test_version_line(said: str, line: str) -> None:
    assert version_line(said) == line
