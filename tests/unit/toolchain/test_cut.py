from pathlib import Path

import pytest

from aksnetpol.toolchain.cut import copy_without
from aksnetpol.toolchain.tools import TOOLS, Cut, Recipe, recipes_of


def _files(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A module, read-only as in Go's cache."""
    folder = tmp_path / "module"
    for name in ("go.mod", "a/one.go", "a/testing.go", "b/two.go", "b/sub/three.go"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
        (folder / name).chmod(0o444)
    (folder / "b").chmod(0o555)
    return folder


def test_what_is_cut_is_gone_from_the_copy_alone(module: Path, tmp_path: Path) -> None:
    before = _files(module)
    copy_without(module, Cut("x", "v1.0.0", ("a/testing.go", "b/*.go")), tmp_path / "copy")
    assert _files(tmp_path / "copy").keys() == {"go.mod", "a/one.go", "b/sub/three.go"}
    assert _files(module) == before


def test_other_files_are_laid_over_it(module: Path, tmp_path: Path) -> None:
    instead = tmp_path / "instead"
    (instead / "b").mkdir(parents=True)
    (instead / "b" / "new.go").write_text("new")
    copy_without(module, Cut("x", "v1.0.0", ("b/*.go",), instead), tmp_path / "copy")
    assert _files(tmp_path / "copy")["b/new.go"] == "new"
    assert not (module / "b" / "new.go").exists()


@pytest.mark.parametrize("recipe", recipes_of(TOOLS), ids=lambda recipe: recipe.name)
def test_what_is_laid_over_has_a_place_that_was_cut(recipe: Recipe) -> None:
    for cut in recipe.cuts:
        files = cut.instead.rglob("*.go") if cut.instead else ()
        places = {str(file.relative_to(cut.instead or Path()).parent) for file in files}
        assert places <= {str(Path(pattern).parent) for pattern in cut.without}
