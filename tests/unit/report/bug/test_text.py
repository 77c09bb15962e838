import json

import pytest

from aksnetpol.report.bug import BugReport, Log, as_data, as_text, capped

_REPORT = BugReport(
    versions={"aksnetpol": "0.1.0", "Python": "CPython 3.11.7"},
    checks=(
        {"name": "Go", "status": "note", "found": "not on PATH", "remedy": "got from PyPI when needed"},
        {"name": "Python", "status": "ok", "found": "3.11.7", "remedy": ""},
    ),
    programs={"git": "git version 2.39.5", "az": "no answer\nwithin 15 s"},
    limits={"cores": "2 usable of 2"},
    environment=("HOME", "PATH"),
    session={"runs": "no"},
    logs=(Log("~/logs/session.log", "one\n```\ntwo"),),
)

_TEXT = """\
# aksnetpol bug report

Secrets, names and ids are masked where they are recognised: read this before you paste it.

## Versions

```text
aksnetpol  0.1.0
Python     CPython 3.11.7
```

## Tools

```text
note     Go: not on PATH (got from PyPI when needed)
ok       Python: 3.11.7

git  git version 2.39.5
az   no answer within 15 s
```

## Limits

```text
cores  2 usable of 2
```

## Environment (names only)

```text
HOME
PATH
```

## Local session

```text
runs  no
```

## Last logs

### `~/logs/session.log`

````text
one
```
two
````
"""


def test_text() -> None:
    assert as_text(_REPORT) == _TEXT


def test_no_logs() -> None:
    report = BugReport({}, (), {}, {}, (), {}, ())
    assert as_text(report).endswith("## Last logs\n\nNone.\n")


def test_data_holds_the_same() -> None:
    data = json.loads(json.dumps(as_data(_REPORT)))
    assert data["versions"] == _REPORT.versions
    assert data["checks"][0]["remedy"] == "got from PyPI when needed"
    assert data["environment"] == ["HOME", "PATH"]
    assert data["logs"] == [{"file": "~/logs/session.log", "text": "one\n```\ntwo"}]


def test_a_change_reaches_every_text() -> None:
    changed = as_data(_REPORT.mapped(lambda _text: "x"))

    def leaves(value: object) -> set[object]:
        if isinstance(value, dict):
            return {leaf for one in value.values() for leaf in leaves(one)}
        if isinstance(value, list | tuple):
            return {leaf for one in value for leaf in leaves(one)}
        return {value}

    assert leaves(changed) == {"x"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("a\n\nb", "a\n\nb", id="short"),
        pytest.param("x" * 301, "x" * 300 + "…", id="long-line"),
        pytest.param("first\n" + "\n".join(["y" * 199] * 20), "\n".join(["y" * 199] * 20), id="many-lines"),
    ],
)
def test_capped(text: str, kept: str) -> None:
    assert capped(text) == kept
