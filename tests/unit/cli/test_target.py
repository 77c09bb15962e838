import pytest

from aksnetpol.cli.target import preview_limit
from aksnetpol.deploy.patience import VARIABLE
from aksnetpol.errors import UserError


@pytest.mark.parametrize(
    ("asked", "variable", "expected"),
    [
        pytest.param(None, None, 600, id="default"),
        pytest.param(None, "", 600, id="empty"),
        pytest.param(None, " 90 ", 90, id="environment"),
        pytest.param(30.5, "90", 30.5, id="option"),
        pytest.param(30, "nonsense", 30, id="option-over-nonsense"),
    ],
)
def test_how_long_a_preview_may_take(
    asked: float | None, variable: str | None, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable is None:
        monkeypatch.delenv(VARIABLE, raising=False)
    else:
        monkeypatch.setenv(VARIABLE, variable)
    assert preview_limit(asked) == expected


@pytest.mark.parametrize("variable", ["ten", "0", "-5", "nan", "inf", "1e400"])
def test_what_is_no_limit(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, variable)
    with pytest.raises(UserError, match=VARIABLE):
        preview_limit(None)
