"""Engines by the names that people use, and only in versions that they have."""

import pytest

from aksnetpol.policy import UnknownProfileError, profile


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("azure", "npm"),
        ("Azure", "npm"),
        ("NPM", "npm"),
        ("Cilium", "cilium"),
        ("CALICO@3.30", "calico@3.30"),
        ("calico@v3.31.2", "calico@v3.31.2"),
        ("cilium@1.17.4", "cilium@1.17.4"),
        ("azure@2026-09", "npm@2026-09"),
        ("npm-lite", "npm-lite"),
        ("none", "none"),
    ],
)
def test_a_name_that_people_use(written: str, found: str) -> None:
    assert str(profile(written)) == found


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("weave", "No engine profile is called 'weave'"),
        ("", "No engine profile"),
        ("cilium@x", "write it as 1.17"),
        ("cilium@99", "write it as 1.17"),
        ("cilium@3.30", "write it as 1.17"),
        ("calico@1.17", "write it as 3.30"),
        ("npm@1.5", "write it as 2026-09"),
        ("npm@2026-13", "write it as 2026-09"),
        ("cilium@1.\u0661", "write it as 1.17"),
        ("kubernetes@1.36", "has no versions"),
        ("none@1", "has no versions"),
    ],
)
def test_what_is_no_engine_or_no_version_of_it(written: str, said: str) -> None:
    with pytest.raises(UnknownProfileError, match=said):
        profile(written)
