"""Text of a stack as Markdown that is nothing but text: no markup, HTML, mention, reference or link."""

import re

# Control characters, those that turn the direction of text, and those without a width (Unicode TR 36, 2.3).
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_GAP = "\u200b"  # zero width: a mention is found in the rendered text, so that an entity does not hide it
# What GitHub, GitLab and Azure DevOps turn into links and notifications: @name, #1, !1, $1, %1, ~label,
# &1, GH-1, addresses (GitHub docs, autolinked references; GitLab docs, GitLab-specific references).
_REFERENCE = re.compile(r"[@#!$%~&](?=\w)|:(?=//)|www(?=\.)|GH(?=-\d)")
# Lines of a log that a runner obeys (GitHub docs, workflow commands; Azure DevOps docs, logging commands).
_COMMAND = re.compile(r"#(?=#(?:vso)?\[)|^\s*(?=::)", re.IGNORECASE | re.MULTILINE)
_BLOCK = re.compile(r"[-+=]|\d+[.)]")  # begins a list or a heading where it begins a line
_MARKS = {ord(mark): f"\\{mark}" for mark in "`*_[]~#"} | {
    ord(mark): f"&#{ord(mark)};" for mark in "\\|"
} | {ord("<"): "&lt;", ord(">"): "&gt;", ord("&"): "&amp;"}  # fmt: skip


def prose(text: str) -> str:
    """Return a sentence, for a table's cell too."""
    flat = _REFERENCE.sub(lambda found: found[0] + _GAP, _flat(text))
    return (_GAP if _BLOCK.match(flat) else "") + flat.translate(_MARKS)


def code(text: str) -> str:
    """Return a name or a value as inline code that also stands in a table."""
    flat = _inert(_flat(text))
    if "<!--" in flat or ("\\" in flat and "|" in flat):
        # A backslash before an escaped pipe ends the cell, and a mark of ours must stay one of ours.
        return f"<code>{''.join(one if one.isalnum() else f'&#{ord(one)};' for one in flat)}</code>"
    ticks = "`" * (_ticks(flat) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{pad}{flat.replace('|', chr(92) + '|')}{pad}{ticks}" if flat else ""


def fence(text: str) -> str:
    """Return lines as a block of code."""
    lines = "\n".join(UNSEEN.sub("", line) for line in text.splitlines())
    lines = _inert(lines).replace("<!--", f"<!{_GAP}--")
    ticks = "`" * max(3, _ticks(lines) + 1)
    return f"{ticks}text\n{lines}\n{ticks}"


def _flat(text: str) -> str:
    # Line ends become spaces first; then a space may have been on the far side of what is not seen.
    return " ".join(UNSEEN.sub("", " ".join(text.split())).split())


def _inert(text: str) -> str:
    return _COMMAND.sub(lambda found: found[0] + _GAP, text)


def _ticks(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max((len(run) for run in re.findall("`+", text)), default=0)
