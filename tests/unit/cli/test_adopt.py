"""aksnetpol/cli/adopt.py: the stack's file is written whole or not at all; the command without Azure."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aksnetpol.cli.adopt import _written
from aksnetpol.errors import UserError

from .conftest import Run

TEXT = "# adopted\nconfig:\n  aksnetpol:cluster:\n    name: aks\n"


def fail() -> None:
    raise UserError("Azure is tired")


def test_it_stays_when_all_went_well(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.aks.yaml"
    with _written(file, TEXT):
        assert file.read_text() == TEXT
    assert file.read_text() == TEXT


def test_it_goes_again_when_the_import_fails(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.aks.yaml"
    with pytest.raises(UserError, match="tired"), _written(file, TEXT):
        fail()
    assert not file.exists()


def test_that_of_a_killed_run_is_gone_on_from(tmp_path: Path) -> None:
    """The engine has added its salt; what the file says is the same."""
    file = tmp_path / "Pulumi.aks.yaml"
    file.write_text(f"{TEXT}encryptionsalt: v1:x\n")
    with pytest.raises(UserError, match="tired"), _written(file, TEXT):
        fail()
    assert file.read_text() == f"{TEXT}encryptionsalt: v1:x\n"


@pytest.mark.parametrize("text", ["config: {}\n", "", "config: [", "- a\n", f"{TEXT}    location: x\n"])
def test_another_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "Pulumi.aks.yaml"
    file.write_text(text)
    with (
        pytest.raises(UserError, match=r"Pulumi.aks.yaml exists and says something else"),
        _written(file, TEXT),
    ):
        fail()
    assert file.read_text() == text


def test_half_a_file_never_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    file = tmp_path / "Pulumi.aks.yaml"
    with pytest.raises(UserError, match=f"{file.name} cannot be written: No space"), _written(file, TEXT):
        pytest.fail("there is no file")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def interrupted(path: Path, target: Path) -> None:
        replace(path, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt), _written(tmp_path / "Pulumi.aks.yaml", TEXT):
        pytest.fail("there is no file")
    assert list(tmp_path.iterdir()) == []


def not_utf8(file: Path) -> None:
    file.write_bytes(b"config: \xff\n")


@pytest.mark.parametrize(
    ("put", "said"),
    [
        pytest.param(Path.mkdir, "cannot be read: Is a directory", id="a-folder"),
        pytest.param(not_utf8, "cannot be read: it is not text in UTF-8", id="not-utf8"),
    ],
)
def test_one_that_cannot_be_read_is_left_alone(
    tmp_path: Path, put: Callable[[Path], None], said: str
) -> None:
    file = tmp_path / "Pulumi.aks.yaml"
    put(file)
    with pytest.raises(UserError, match=said), _written(file, TEXT):
        pytest.fail("there is another file")
    assert file.exists()


def test_a_folder_that_takes_no_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    file = tmp_path / "file" / "Pulumi.aks.yaml"
    with pytest.raises(UserError, match=r"cannot be (read|written): "), _written(file, TEXT):
        pytest.fail("there is no file")


def test_a_folder_of_stack_files_is_made(tmp_path: Path) -> None:
    file = tmp_path / "stacks" / "Pulumi.aks.yaml"
    with _written(file, TEXT):
        assert file.read_text() == TEXT


def test_both_names_are_needed(run: Run) -> None:
    code, printed = run("adopt", "--name", "aks")
    assert code == 2
    assert "--resource-group" in printed


def test_help_has_an_example(run: Run) -> None:
    assert "Example: aksnetpol adopt -g shop -n aks" in " ".join(run("adopt", "--help")[1].split())
