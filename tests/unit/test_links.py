"""Pages lead where they say: links, and what the pages for contributors name."""

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOR_CONTRIBUTORS = ("CONTRIBUTING.md", "tests/README.md", "docs/architecture.md")
_LINK = re.compile(r"!?\[(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_MODULE = re.compile(r"python -m ([\w.]+)")
# Made on a machine, so not in a checkout.
_MADE = frozenset({".venv"})


def _pages() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return sorted(name for name in set(listed.stdout.splitlines()) if (ROOT / name).exists()) or [
        "README.md",
        *FOR_CONTRIBUTORS,
    ]


def _prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    """What GitHub calls the headings of a page: a repeated one gets a number."""
    seen: dict[str, int] = {}
    anchors: set[str] = set()
    for heading in re.findall(r"^#+ +(.*)$", _prose(page), re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        anchors.add(f"{anchor}-{seen[anchor]}" if anchor in seen else anchor)
        seen[anchor] = seen.get(anchor, 0) + 1
    return anchors


def _is_path(text: str) -> bool:
    """Whether it looks like a path from the repository's root, and is of no pattern."""
    first, slash, _ = text.partition("/")
    if not re.fullmatch(r"[\w./-]+", text) or first in _MADE:
        return False
    return bool(re.fullmatch(r"[\w-]+\.(?:toml|txt|md|lock)", text) or (slash and (ROOT / first).exists()))


@pytest.mark.parametrize("name", _pages())
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in _LINK.findall(_prose(page)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), f"{name}: {link}"
        assert ROOT in target.resolve().parents, f"{name}: {link} leaves the repository"
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), f"{name}: {link}"


@pytest.mark.parametrize("name", FOR_CONTRIBUTORS)
def test_paths_are_there(name: str) -> None:
    named = [text for text in _CODE.findall(_prose(ROOT / name)) if _is_path(text)]
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", FOR_CONTRIBUTORS[:1])
def test_modules_are_there(name: str) -> None:
    named = _MODULE.findall((ROOT / name).read_text(encoding="utf-8"))
    assert named
    assert [module for module in named if find_spec(module) is None] == []


def test_the_architecture_names_every_part() -> None:
    parts = [f"aksnetpol/{file.parent.name}" for file in (ROOT / "aksnetpol").glob("*/__init__.py")]
    parts += [f"aksnetpol/{file.name}" for file in (ROOT / "aksnetpol").glob("*.py") if file.name[0] != "_"]
    table = "\n".join(re.findall(r"^\| (`.*?) \|", _prose(ROOT / "docs" / "architecture.md"), re.MULTILINE))
    assert [part for part in parts if f"`{part}`" not in table and f"`{part}/" not in table] == []
