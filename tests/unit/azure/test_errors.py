import pytest

from aksnetpol.azure import ArmError


@pytest.mark.parametrize(
    ("text", "code", "message", "subcode", "target"),
    [
        pytest.param(
            '{"error":{"code":"ResourceNotFound","message":"m"}}',
            "ResourceNotFound",
            "m",
            None,
            None,
            id="front door",
        ),
        pytest.param(
            '{"code":"BadRequest","details":null,"message":"m","subcode":"S",'
            '"target":"networkProfile.networkPolicy"}',
            "BadRequest",
            "m",
            "S",
            "networkProfile.networkPolicy",
            id="AKS service",
        ),
        pytest.param("<html>", "UnknownError", "<html>", None, None, id="no JSON"),
        pytest.param("", "UnknownError", "no explanation was given", None, None, id="empty"),
        pytest.param("[1]", "UnknownError", "[1]", None, None, id="no object"),
    ],
)
def test_both_envelopes(text: str, code: str, message: str, subcode: str | None, target: str | None) -> None:
    error = ArmError.from_body(400, text)
    assert (error.code, error.message, error.subcode, error.target) == (code, message, subcode, target)
    assert error.status == 400
    assert str(error).startswith(f"Azure answered 400 {code}")
