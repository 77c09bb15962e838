"""What a stranger's file may hold in any place: YAML values that readers have failed on, as written."""

from __future__ import annotations

from hypothesis import strategies as st

SCALARS = (
    *(
        '""',
        "~",
        "true",
        "-1",
        "0",
        "1",
        "1.36",
        '"1.36"',
        "0x1F",
        "0o17",
        "1_000",
        "1:30",
        "0b",
        "<<",
        "='a'",
    ),
    *("2026-13-45", "2026-01-01", "!!timestamp 2001-01-01", "1e999", ".inf", "-.inf", ".nan"),
    *("9" * 350, f'"{"9" * 350}"', f'"{"9" * 5000}.1"', f'"1.{"9" * 350}"', f"-{'9' * 350}"),
    *('"\\ud800"', '"\\x00"', '"a\\nb"', '"\\u202e"', '"\\e]0;x\\a"', '"::error::x"', '"${x}"'),
    *("[]", "{}", "[[]]", "{a: 1}", "? [a]\n", "&x [*x]", "*x", "{secure: x}", "[{secure: [x]}]"),
    *("!!binary aGVsbG8=", "!!set {a, b}", "!!omap [a: 1]", "!!pairs [a: 1]", "!!float x", "!!int 1_"),
    *("!!python/object/apply:os.system [x]", "!x y", "|\n  a", "on", "y", "null", "'\t'"),
    *('"١٢٣"', '"٣.٤"', '"²"', '"1.²"', '"v1.36"', '"1"', '"1.36.0.0"', '"-1.3"', '"1.99999999999999999999"'),
    *(
        "255.255.255.255/32",
        '"10.0/8"',
        '"10"',
        '"0.0.0.0/0"',
        '"::/0"',
        '"fe80::1%eth0/64"',
        '"10.0.0.0/8\\n"',
    ),
    *('"10.0.0.0/33"', '"10.0.0.5/8"', '"/32"', '"1.2.3.4"', '"10.0.0.0/255.0.0.0"', '"0.0.0.0/32"'),
    *(
        "none",
        "cilium",
        "Cilium",
        "kubenet",
        "overlay",
        "Windows",
        "Windows2022",
        "System",
        "npwin",
        "1000000",
    ),
)


def scalars() -> st.SearchStrategy[str]:
    """A value as YAML writes it, or fails to."""
    return st.one_of(st.sampled_from(SCALARS), st.text(max_size=12))


def mappings(keys: tuple[str, ...], most: int = 5) -> st.SearchStrategy[dict[str, str]]:
    """A few keys of a file's own, and seldom others, with odd values."""
    key = st.one_of(st.sampled_from(keys), st.sampled_from(keys), st.sampled_from(SCALARS))
    return st.dictionaries(key, scalars(), max_size=most)


def lines(values: dict[str, str], indent: int, first: str = "") -> list[str]:
    """Write a mapping as lines of YAML."""
    pad = " " * indent
    return [
        f"{first if number == 0 else pad}{key}: {value}" for number, (key, value) in enumerate(values.items())
    ]
