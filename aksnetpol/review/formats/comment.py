"""The comment on a pull request: a row and a section per stack, read back from the marks that it carries."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote, unquote

from aksnetpol.report.escape import code

MARKER = "<!-- aksnetpol-review -->"
ICONS: Mapping[str, str] = {"none": "⚪", "low": "🟢", "medium": "🟡", "high": "🔴"}
RISKS = tuple(ICONS)
_HEAD = ("| Stack | Verdict | Why |", "| --- | --- | --- |")
_FOLDERS = "manifests "  # a section's name begins so where it is of no stack; see review.model.Folders
_START = re.compile(
    r"<!-- aksnetpol-review:stack=(\S+) risk=(none|low|medium|high) digest=([0-9a-f]{12}) -->"
)
_PART = re.compile(r"<!-- aksnetpol-review:part=(\d) ([a-z' ]+) -->")
_TITLE = re.compile(r"## \S+ (.*): [a-z ]+")


def utf16_units(text: str) -> int:
    """Return the length as browsers and .NET count it; never less than the number of characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8_bytes(text: str) -> int:
    """Return the length as it is stored."""
    return len(text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class Limit:
    """How long a text may be.

    Args:
        size: the most, in what `measure` counts.
        said: so for people.
    """

    size: int
    measure: Callable[[str], int]
    said: str

    def holds(self, text: str) -> bool:
        """Tell whether a text is short enough."""
        return self.measure(text) <= self.size


# GitHub REST API, issue comments, to a longer one: "body is too long (maximum is 65536 characters)".
GITHUB_COMMENT = Limit(65_536, utf16_units, "a comment on GitHub holds 65,536 characters")
# GitHub docs, workflow commands, job summary: 1 MiB for all that a step writes.
JOB_SUMMARY = Limit(1_000_000, utf8_bytes, "a job's summary holds a megabyte")


@dataclass(frozen=True)
class Part:
    """What is shown whole or not at all.

    Args:
        rank: how soon it is left out; 0 never.
        title: what the reader misses then.
        text: empty where it was left out.
    """

    rank: int
    title: str
    text: str


@dataclass(frozen=True)
class Section:
    """What the comment says of one stack.

    Args:
        risk: one of RISKS.
        row: of the table at the top.
        digest: of the section before anything was left out: tells whether a comment holds this very one.
    """

    stack: str
    risk: str
    row: str
    parts: tuple[Part, ...]
    digest: str = field(default="")

    def __post_init__(self) -> None:
        if not self.digest:
            whole = "\0".join((self.risk, self.row, *(part.text for part in self.parts)))
            object.__setattr__(self, "digest", sha256(whole.encode("utf-8", "replace")).hexdigest()[:12])


@dataclass(frozen=True)
class Comment:
    """A comment.

    Args:
        subject: such as "Review of `topic` against `main`".
    """

    subject: str
    sections: tuple[Section, ...]

    @property
    def risk(self) -> str:
        """The worst one."""
        return max((one.risk for one in self.sections), key=RISKS.index, default="none")

    def holds(self, other: "Comment") -> bool:
        """Tell whether every section of another comment is in this one."""
        mine = {(one.stack, one.digest) for one in self.sections}
        return all((one.stack, one.digest) in mine for one in other.sections)

    def text(self, limit: Limit) -> str:
        """Return the Markdown; the least important parts are left out until it fits.

        Rows, headings and what else has rank 0 always stay: where these alone do not fit, the text is longer.
        """
        order = sorted(
            ((part.rank, limit.measure(part.text), number, index)
             for number, section in enumerate(self.sections)
             for index, part in enumerate(section.parts) if part.rank),
        )  # fmt: skip

        def kept(most: int) -> str:
            return self._text({(number, index) for _, _, number, index in order[most:]}, limit)

        if limit.holds(whole := kept(len(order))):
            return whole
        best, few, many = kept(0), 0, len(order)
        while many - few > 1:
            middle = (few + many) // 2
            if limit.holds(found := kept(middle)):
                best, few = found, middle
            else:
                many = middle
        return best

    def _text(self, left_out: set[tuple[int, int]], limit: Limit) -> str:
        word = f"{self.risk} risk" if self.risk != "none" else "no change"
        first = _HEAD[0]
        if any(one.stack.startswith(_FOLDERS) for one in self.sections):
            first = first.replace("Stack", "Stack or manifests")
        lines = [MARKER, f"## {ICONS[self.risk]} {self.subject}: {word}", "", first, _HEAD[1]]
        lines += [one.row for one in self.sections]
        missing: list[str] = []
        for number, section in enumerate(self.sections):
            lines += ["", _start(section)]
            for index, part in enumerate(section.parts):
                lines.append(f"<!-- aksnetpol-review:part={part.rank} {part.title} -->")
                if part.text and (number, index) not in left_out:
                    lines.append(part.text)
                else:
                    missing.append(f"{part.title} of {code(section.stack)}")
            lines.append(stack_end(section.stack))
        if missing:
            lines += ["", f"_Left out, for {limit.said}: {', '.join(missing)}._"]
        return "\n".join(lines) + "\n"


def merged(comments: Iterable[Comment], mine: Comment) -> Comment:
    """Return my sections and those of other stacks; of several for one stack the last."""
    found = {section.stack: section for comment in (*comments, mine) for section in comment.sections}
    return Comment(mine.subject, tuple(found[stack] for stack in sorted(found)))


def parse(body: str) -> Comment:
    """Read a comment back; what is damaged is left out."""
    lines = body.replace("\r\n", "\n").split("\n")
    title = next((found[1] for line in lines[:3] if (found := _TITLE.fullmatch(line))), "")
    sections = list(_sections(lines))
    rows = list(_rows(lines))
    if len(rows) != len(sections):
        return Comment(title, ())
    return Comment(
        title,
        tuple(
            Section(stack, risk, row, parts, digest)
            for row, (stack, risk, digest, parts) in zip(rows, sections, strict=True)
        ),
    )


def _rows(lines: list[str]) -> Iterator[str]:
    if _HEAD[1] not in lines:
        return
    for line in lines[lines.index(_HEAD[1]) + 1 :]:
        if not line.startswith("| "):
            return
        yield line


def _sections(lines: list[str]) -> Iterator[tuple[str, str, str, tuple[Part, ...]]]:
    start: re.Match[str] | None = None
    parts: list[tuple[int, str, list[str]]] = []
    for line in lines:
        if found := _START.fullmatch(line):
            start, parts = found, []
        elif start and line == stack_end(unquote(start[1])):
            made = tuple(Part(rank, title, "\n".join(text)) for rank, title, text in parts)
            yield unquote(start[1]), start[2], start[3], made
            start, parts = None, []
        elif start and (found := _PART.fullmatch(line)):
            parts.append((int(found[1]), found[2], []))
        elif parts:
            parts[-1][2].append(line)


def _start(section: Section) -> str:
    name = quote(section.stack)
    return f"<!-- aksnetpol-review:stack={name} risk={section.risk} digest={section.digest} -->"


def stack_end(stack: str) -> str:
    """Return the mark at the end of a stack's section; an encoded name can end no mark."""
    return f"<!-- /aksnetpol-review:stack={quote(stack)} -->"
