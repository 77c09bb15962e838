"""Copies of modules without what no tool uses, or only tests, or only for one constant."""

import os
import shutil
from pathlib import Path

from aksnetpol.toolchain.clients import leave_out
from aksnetpol.toolchain.tools import Cut


def copy_without(module: Path, cut: Cut, target: Path) -> None:
    """Copy a module's folder, but for what is cut; files are linked where the file system can.

    Args:
        module: its folder in Go's cache, which may be read-only.
        target: must not exist.
    """
    for place, _, names in os.walk(module):
        folder = target / Path(place).relative_to(module)
        folder.mkdir(parents=True)
        for name in names:
            _link(Path(place) / name, folder / name)
    for pattern in cut.without:
        for file in sorted(target.glob(pattern)):
            file.unlink()
    leave_out(target, cut.clients)
    if cut.instead:
        shutil.copytree(cut.instead, target, dirs_exist_ok=True)


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
