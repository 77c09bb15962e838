"""What a folder of a repository holds beside manifests: kustomizations, charts, files of other programs."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from aksnetpol.documents import is_mapping
from aksnetpol.findings import Finding, Location, Severity, Topic
from aksnetpol.policy.load import kustomization, parse
from aksnetpol.policy.load.files import Folder
from aksnetpol.policy.load.kustomization import Kustomization
from aksnetpol.policy.load.manifests import Foreign, Found, Manifest, Note

CHART = "Chart.yaml"
MOST_NAMES = 3
# Runs a command that renders; None where its program is not there.
Render = Callable[[Sequence[str]], str | None]
_OUTSIDE = "files outside of what was given"
_MEANT = re.compile(r"""(?:^|[\s{,])["']?(apiVersion|kind|metadata|spec)["']?\s*:""")


class Tree:
    """Reads the texts of one folder, and keeps count of those that hold no objects by themselves.

    Args:
        named: returns what locations call a file.
        render: builds kustomizations and charts; without it their commands are told.
    """

    def __init__(self, folder: Folder, named: Callable[[str], str], render: Render | None = None) -> None:
        self._render = render
        self._built: dict[str, str] | None = None  # what kustomizations made, by their folder
        self._parts: set[str] = set()  # files that these were made of
        self._folder = folder
        self._named = named
        self._kustomizations: dict[str, Kustomization] = {}  # by the folder that each stands in
        self._patches: set[str] = set()
        self._templates: dict[str, int] = {}  # by their chart's folder
        self._loose: list[str] = []  # templates of no chart
        self._others: dict[str, int] = {}  # documents of other programs, by their file
        self._is_chart: dict[str, bool] = {}
        self._seen: set[str] = set()

    def read(self, file: str, text: str) -> Iterator[Manifest | Finding]:
        """Yield the objects of a file, or what is wrong with it; kustomizations are to come first."""
        place = kustomization.inside("", file)
        self._seen.add(place)
        if kustomization.is_named_so(file):
            yield from self._kustomization(file, text)
        elif place in self._made_of():
            pass  # it is in what kustomize makes
        elif place in self._patches:
            pass  # kustomize tells where it patches nothing
        elif chart := self._chart_of_template(place):
            self._templates[chart] = self._templates.get(chart, 0) + 1
        else:
            yield from self._objects(file, text)

    def left_out(self) -> Iterator[Manifest | Finding | Note]:
        """Yield what was not read as it stands, once all is read."""
        self._made_of()
        for folder, text in (self._built or {}).items():
            yield from self._rendered(f"{self._named(folder)} (kustomize build)", text)
        yield from self._of_kustomizations()
        for chart, count in sorted(self._templates.items()):
            yield from self._of_chart(chart, count)
        if self._loose:
            what = f"not read, as they are templates: {_some(map(self._named, self._loose))}"
            remedy = "Render them by the program that they are for, and give what it makes."
            place = Location(self._named(self._loose[0]))
            yield Finding("template", Topic.INPUT, Severity.WARNING, what, remedy, "the input", place)
        if self._others:
            count = sum(self._others.values())
            what = "document that is no object" if count == 1 else "documents that are no objects"
            yield Note(f"skipped {count} {what} of Kubernetes: {_some(map(self._named, self._others))}")

    def _of_chart(self, chart: str, count: int) -> Iterator[Manifest | Finding]:
        what = "template of this chart is" if count == 1 else "templates of this chart are"
        path = self._path(chart)
        command = ("helm", "template", posixpath.basename(path).strip(".") or "release", path)
        text = self._render(command) if self._render else None
        if text is not None:
            yield from self._rendered(f"{self._named(chart)} (helm template)", text)
            return
        place = self._named(f"{chart}/{CHART}")
        yield _not_rendered("helm-chart", f"{count} {what} not read", _quoted(*command), place)

    def _made_of(self) -> set[str]:
        """Return the files of the kustomizations that are built, which is done when all of these are read."""
        if self._render is not None and self._built is None:
            self._built = {}
            for folder in self._roots():
                text = self._render(("kustomize", "build", self._path(folder)))
                if text is not None:
                    self._built[folder] = text
                    self._parts |= self._files_of(folder, set())
        return self._parts

    def _roots(self) -> list[str]:
        """Return the folders of kustomizations that no other takes in, and that kustomize builds alone."""
        of_others = {
            kustomization.inside(folder, path)
            for folder, one in self._kustomizations.items()
            for path in one.files
        }
        found = self._kustomizations.items()
        return sorted(
            folder
            for folder, one in found
            if not (one.component or self._has_charts(folder, set())) and folder not in of_others
        )

    def _has_charts(self, folder: str, seen: set[str]) -> bool:
        one = self._kustomizations.get(folder)
        if one is None or folder in seen:
            return False
        seen.add(folder)
        return one.charts or any(
            self._has_charts(kustomization.inside(folder, path), seen) for path in one.files
        )

    def _files_of(self, folder: str, seen: set[str]) -> set[str]:
        """Return the files that a kustomization and those that it takes in are made of."""
        one = self._kustomizations.get(folder)
        if one is None or folder in seen:
            return set()
        seen.add(folder)
        parts = {kustomization.inside(folder, path) for path in one.files}
        return parts.union(*(self._files_of(part, seen) for part in parts))

    def _rendered(self, name: str, text: str) -> Iterator[Manifest | Finding]:
        for one in parse.read(name, text):
            yield one.finding if isinstance(one, Foreign) else one

    def _objects(self, file: str, text: str) -> Iterator[Manifest | Finding]:
        found = list(parse.read(self._named(file), text))
        if any(isinstance(one, Finding) for one in found):
            if any(mark in text for mark in parse.TEMPLATE_MARKS):
                self._loose.append(file)
                return
            if not _MEANT.search(text.replace("\0", "")):  # UTF-16 without its mark
                self._others[file] = 1
                return
        for one in found:
            if not isinstance(one, Foreign):
                yield one
            elif _looks_like_an_object(one.value):
                yield one.finding
            else:
                self._others[file] = self._others.get(file, 0) + 1

    def _kustomization(self, file: str, text: str) -> Iterator[Finding]:
        for one in parse.read(self._named(file), text):
            if isinstance(one, Finding):
                yield one
                continue
            read = kustomization.read(_value(one))
            folder = posixpath.dirname(kustomization.inside("", file))
            self._kustomizations[folder] = read
            self._patches |= {kustomization.inside(folder, path) for path in read.patches}

    def _of_kustomizations(self) -> Iterator[Finding]:
        """Yield what is to be built, where it is not what the files hold."""
        parts = {
            kustomization.inside(folder, path)
            for folder, one in self._kustomizations.items()
            for path in one.files
        }
        for folder, one in sorted(self._kustomizations.items()):
            otherwise = self._otherwise(folder, set())
            if not otherwise or one.component or folder in parts or folder in (self._built or {}):
                continue
            helm = " --enable-helm" if one.charts else ""
            yield _not_rendered(
                "kustomization",
                f"its files are read as they are, without what it changes ({_some(sorted(otherwise))})",
                f"kustomize build{helm} {_quoted(self._path(folder))}",
                self._named(f"{folder}/kustomization.yaml" if folder else "kustomization.yaml"),
            )

    def _otherwise(self, folder: str, seen: set[str]) -> set[str]:
        """Return the fields by which a kustomization and its parts make other objects than they hold."""
        one = self._kustomizations.get(folder)
        if one is None or folder in seen:
            return set()
        seen.add(folder)
        parts = {kustomization.inside(folder, path) for path in one.files} - self._patches
        outside = {_OUTSIDE} if parts - self._seen - self._kustomizations.keys() else set[str]()
        return set(one.otherwise).union(outside, *(self._otherwise(part, seen) for part in parts))

    def _path(self, folder: str) -> str:
        """Return a folder as a command takes it."""
        return folder.removeprefix(self._folder.revision) or "."

    def _chart_of_template(self, place: str) -> str | None:
        """Return the outermost chart that renders a file; None of what is no template of a chart."""
        above = _above(posixpath.dirname(place))
        for folder in reversed(above):
            rest = place.removeprefix(folder).lstrip("/").split("/")
            while len(rest) > 2 and rest[0] == "charts":
                rest = rest[2:]
            if rest[0] == "templates" and self._has_chart(folder):
                return folder
        return None

    def _has_chart(self, folder: str) -> bool:
        if folder not in self._is_chart:
            self._is_chart[folder] = self._folder.has(f"{folder}/{CHART}")
        return self._is_chart[folder]


def _above(folder: str) -> list[str]:
    """Return a folder and those above it, the nearest first."""
    found = [folder]
    while found[-1] not in ("", "/", ".") and (parent := posixpath.dirname(found[-1])) != found[-1]:
        found.append(parent)
    return found


def _value(found: Found) -> Any:
    return found.field.value if isinstance(found, Manifest) else getattr(found, "value", None)


def _looks_like_an_object(value: Any) -> bool:
    """Tell whether a document is meant for Kubernetes: other programs have no spec beside metadata."""
    if not is_mapping(value):
        return False
    return is_mapping(value.get("spec")) and (is_mapping(value.get("metadata")) or "apiVersion" in value)


def _not_rendered(id_: str, message: str, command: str, file: str) -> Finding:
    told = f"{message}; give what `{command}` prints"
    remedy = f"Read what it makes: {command} | aksnetpol lint -"
    return Finding(id_, Topic.INPUT, Severity.WARNING, told, remedy, "the input", Location(file))


def _quoted(*words: str) -> str:
    return " ".join(map(shlex.quote, words))


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - MOST_NAMES} more" if len(every) > MOST_NAMES else ""
    return ", ".join(every[:MOST_NAMES]) + more
