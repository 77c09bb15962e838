"""Where a text holds what looks like a secret. Every pattern takes time in proportion to the text.

That needs care: an unbounded repetition that may begin at every character, and fail, takes the square of it.
Repetitions are therefore bounded, begin at a rare mark, or cannot begin inside what they have just tried.
"""

import re
from collections.abc import Iterator

from aksnetpol.report.url_credentials import URL_CREDENTIALS

Span = tuple[int, int]

_NAMES = (
    r"(?:password|passwd|passphrase|pwd|secret|token|credentials?|client-key-data|client[_-]assertion"
    r"|(?:api|access|account|private|secret|shared|encryption)[_-]?key|connection[_-]?string)"
)
# Quoted, quoted inside a quotation, or up to the next space.
_VALUE = r"""(?P<secret>"(?:[^"\\\n]|\\.)*|'(?:[^'\\\n]|\\.)*|\\{1,3}["'][^"'\n]*|\S+)"""
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        # Azure storage and Service Bus; before the wider names, since here other settings follow.
        r"""(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig)(?:=|%3D)(?P<secret>[^\s;&"'<>]+)""",
        # name=value, name: value, "name":"value", in YAML up to the end of the line.
        rf"""{_NAMES}\\{{0,3}}["']?[ \t]{{0,3}}[:=][ \t]{{0,3}}{_VALUE}""",
        rf"""^[ \t]{{0,40}}(?:- )?["']?[\w.-]{{0,40}}{_NAMES}["']?:[ \t]+(?P<secret>[^\n]+)""",
        rf"""--[\w-]{{0,40}}{_NAMES}[ \t]{{1,3}}{_VALUE}""",
        r"""(?:authorization|cookie|x-[a-z-]{0,20}key)["']?[ \t]{0,3}[:=][ \t]{0,3}(?P<secret>[^\n]+)""",
        r"""(?:bearer|basic)(?:[ \t]{1,3}|%20|\+)(?P<secret>[^\s"',;]{4,})""",
    )
) + tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        # GitHub, GitLab, PyPI, Pulumi, AWS, Slack, npm.
        r"(?P<secret>gh[oprsu]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|pypi-[\w-]{16,}"
        r"|gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[\w-]{16,})",
        r"(?P<secret>pul-[A-Za-z0-9]{16,}|A[KS]IA[0-9A-Z]{16}|xox[abeprs]-[\w-]{10,}|npm_[A-Za-z0-9]{16,})",
        r"(?P<secret>(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{200,}={0,2})",
        # The same in lines, as in the middle of a key whose first and last line are cut off.
        r"(?P<secret>^[ \t]{0,20}[A-Za-z0-9+/]{40,100}={0,2}"
        r"(?:\n[ \t]{0,20}[A-Za-z0-9+/]{40,100}={0,2}){2,}(?:\n[ \t]{0,20}[A-Za-z0-9+/]{1,99}={0,2})?$)",
    )
)
_KEY_MARK = re.compile(r"-----(?P<mark>BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----")
_WORD = re.compile(r"[\w.-]{20,}")


def secrets(text: str) -> Iterator[Span]:
    """Yield where secrets stand in a text; places may overlap."""
    for pattern in _PATTERNS:
        yield from (found.span("secret") for found in pattern.finditer(text))
    yield from (found.span() for found in URL_CREDENTIALS.finditer(text))
    yield from _web_tokens(text)
    yield from _private_keys(text)


def _web_tokens(text: str) -> Iterator[Span]:
    """JSON Web Tokens, also behind an escape such as \\n or %20 that runs into them."""
    for word in _WORD.finditer(text):
        at = word[0].find("eyJ")
        if at >= 0 and "." in word[0][at:]:
            yield word.start() + at, word.end()


def _private_keys(text: str) -> Iterator[Span]:
    """PEM blocks. One without its end reaches to the text's end, one without its beginning to the start."""
    begin, opened = 0, False
    for mark in _KEY_MARK.finditer(text):
        if mark["mark"] == "BEGIN":
            begin, opened = begin if opened else mark.start(), True
        else:
            yield begin, mark.end()
            begin, opened = mark.end(), False
    if opened:
        yield begin, len(text)
