"""Pages lead where they say: relative links, and paths in the pages for contributors."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:aksnetpol|components|stacks|tests|docs)/[\w./-]+|[\w-]+\.(?:toml|txt|md))`")


def _pages() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return sorted(set(listed.stdout.split())) or ["README.md", "CONTRIBUTING.md", "tests/README.md"]


def _anchors(page: Path) -> set[str]:
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ +(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", _pages())
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in _LINK.findall(re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), f"{name}: {link}"
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), f"{name}: {link}"


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "tests/README.md"])
def test_paths_are_there(name: str) -> None:
    named = _PATH.findall((ROOT / name).read_text())
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []
