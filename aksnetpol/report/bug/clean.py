"""Text without what is not seen: it would split a secret, and whoever reads the text sees it whole."""

import re

from aksnetpol.report.escape import UNSEEN

# Colours and movements of a terminal (ECMA-48, 5.4).
_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def clean(text: str) -> str:
    """Return a text with one kind of line end and without escape sequences and unseen characters."""
    return "\n".join(UNSEEN.sub("", _ESCAPE.sub("", line)) for line in text.splitlines())
