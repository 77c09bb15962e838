"""aksnetpol/cli/adopt.py: the stack's file is written whole or not at all; the command without Azure."""

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


def test_both_names_are_needed(run: Run) -> None:
    code, printed = run("adopt", "--name", "aks")
    assert code == 2
    assert "--resource-group" in printed


def test_help_has_an_example(run: Run) -> None:
    assert "Example: aksnetpol adopt -g shop -n aks" in " ".join(run("adopt", "--help")[1].split())
