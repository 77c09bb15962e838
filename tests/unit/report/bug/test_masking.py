"""Every kind of secret is masked wherever it stands, and nothing makes that slow."""

import base64
import json
import string
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aksnetpol.report.bug import MASK, Known, Masker, is_secret_name, secrets_of
from aksnetpol.report.bug.clean import clean

_SHAPES = Masker(Known())
_BASE64 = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2"
_KEY_LINES = (_BASE64, _BASE64[::-1], _BASE64.swapcase(), "c2hvcnQ=")


def _pem(kind: str = "RSA PRIVATE KEY", join: str = "\n") -> str:
    return join.join((f"-----BEGIN {kind}-----", *_KEY_LINES, f"-----END {kind}-----"))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        pytest.param("got eyJhbGciOi.eyJzdWIiOi.c2lnbmF0 back", "eyJzdWIiOi", id="jwt"),
        pytest.param("x%20eyJhbGciOi.eyJzdWIiOi.c2lnbmF0", "c2lnbmF0", id="jwt-behind-an-escape"),
        pytest.param("Authorization: Bearer opaque-value-1", "opaque-value-1", id="bearer-header"),
        pytest.param('{"h":"bearer opaque-value-1"}', "opaque-value-1", id="bearer"),
        pytest.param("used Basic dXNlcjpwdw== there", "dXNlcjpwdw", id="basic"),
        pytest.param("Cookie: session=abc; id=q1w2e3", "q1w2e3", id="cookie"),
        pytest.param("to https://ann:hunter2@state.example", "hunter2", id="url-login"),
        pytest.param("to http://0a1b2c3d4e@state.example", "0a1b2c3d4e", id="url-token"),
        pytest.param("    client-key-data: TFMwdExTMUNS", "TFMwdExTMUNS", id="kubeconfig-key"),
        pytest.param("    token: abc.def", "abc.def", id="kubeconfig-token"),
        pytest.param("  - password: two words", "words", id="kubeconfig-password"),
        pytest.param('{"clientSecret":"a b c"}', "a b c", id="json"),
        pytest.param(r'{"said":"{\"password\":\"a b c\"}"}', "a b c", id="json-in-json"),
        pytest.param(r'password="a\"bcdef"', "bcdef", id="escaped-quote"),
        pytest.param("login --client-secret hunter2 -t x", "hunter2", id="command-line"),
        pytest.param("ARM_CLIENT_SECRET=hunter2 pulumi up", "hunter2", id="assignment"),
        pytest.param("AccountName=a;AccountKey=Zm9vYmFy==;Suffix=x", "Zm9vYmFy", id="storage-key"),
        pytest.param("https://a.example/b?se=1&sig=Zm9v%2Bx%3D&sp=r", "Zm9v", id="sas"),
        pytest.param(f"ghp_{'a1' * 18}", "a1a1", id="github"),
        pytest.param(f"github_pat_{'a1_' * 12}", "a1_a1", id="github-fine-grained"),
        pytest.param(f"glpat-{'a1-' * 7}", "a1-a1", id="gitlab"),
        pytest.param(f"pypi-{'AgEI' * 20}", "AgEI", id="pypi"),
        pytest.param(f"pul-{'0f' * 20}", "0f0f", id="pulumi"),
        pytest.param(f"<{_BASE64 * 4}>", _BASE64, id="blob"),
    ],
)
def test_shape(text: str, secret: str) -> None:
    shown = _SHAPES(text)
    assert secret not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"before\n{_pem()}\nafter", id="whole"),
        pytest.param(f"before\n{_pem('OPENSSH PRIVATE KEY')}\nafter", id="openssh"),
        pytest.param(json.dumps({"key": _pem()}), id="escaped"),
        pytest.param("I " + _pem(join="\nI "), id="behind-a-prefix"),
        pytest.param("\n".join(_pem().split("\n")[:-1]), id="without-its-end"),
        pytest.param("\n".join(_pem().split("\n")[1:]) + "\nafter", id="without-its-beginning"),
        pytest.param("\n".join(_KEY_LINES), id="only-its-middle"),
        pytest.param(_pem().replace("\n", "\r\n"), id="other-line-ends"),
    ],
)
def test_private_key(text: str) -> None:
    shown = _SHAPES(text)
    assert not any(line in shown for line in _KEY_LINES)
    assert shown.count("\n") == clean(text).count("\n")


def test_what_is_around_a_key_stays() -> None:
    assert _SHAPES(f"before\n{_pem()}\nafter").split("\n")[:: len(_KEY_LINES) + 3] == ["before", "after"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("kube-apiserver: quota added for leases.coordination.k8s.io", id="log"),
        pytest.param("ssh://git@example.org/repo.git at 10.0.0.0/16", id="login-without-password"),
        pytest.param("go-1.26.6 sha256 2440ec27b056a19e9ce7c7e4c323f93a", id="digest"),
        pytest.param("secretName: tls, tokenReview, designated=no", id="names-alike"),
        pytest.param("/usr/lib/python3/dist-packages/kubernetes/client/api_client.py", id="path"),
        pytest.param("", id="nothing"),
    ],
)
def test_the_rest_stays(text: str) -> None:
    assert _SHAPES(text) == text


_PERSON = Masker(Known(homes=("/home/ann", "/data/ann"), users=("ann", "Ann Lee"), hosts=("box", "box.lan")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("/home/ann/.cache", "~/.cache", id="home"),
        pytest.param("/data/ann", "~", id="home-behind-a-link"),
        pytest.param("file:///home/ann/x", "file://~/x", id="home-in-a-url"),
        pytest.param("/home/ann2/x /home/anna", "/home/ann2/x /home/anna", id="another-home"),
        pytest.param("Ann said annual; ANN_DIR", "<user> said annual; <user>_DIR", id="user"),
        pytest.param("by Ann Lee", "by <user>", id="full-name"),
        pytest.param("BOX.lan, box: boxes", "<host>, <host>: boxes", id="host"),
    ],
)
def test_person_and_machine(text: str, shown: str) -> None:
    assert _PERSON(text) == shown


def test_equal_ids_stay_recognisable_in_all_texts() -> None:
    masker = Masker(Known())
    one, two = "0a1b2c3d-0000-4000-8000-00000000000a", "0a1b2c3d-0000-4000-8000-00000000000b"
    assert masker(f"{one} {two}") == "<guid-1> <guid-2>"
    assert masker(f"/subscriptions/{two.upper()}") == "/subscriptions/<guid-2>"


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *((name, True) for name in ("ARM_CLIENT_SECRET", "API_KEY", "ghToken", "DB_PWD", "MY_PASS")),
        *((name, True) for name in ("X_AUTH", "MY_CONNECTION_STRING", "AWS_CREDENTIALS", "URL_SIG")),
        *((name, False) for name in ("PWD", "OLDPWD", "PATH", "HOME", "DESIGN", "LANG")),
    ],
    ids=str,
)
def test_names_that_look_secret(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret


def test_a_short_value_is_no_secret() -> None:
    assert secrets_of({"X_TOKEN": "12345", "LANG": "C.UTF-8"}) == frozenset()


def test_a_login_in_a_url_is_secret_wherever_it_stands() -> None:
    masker = Masker(Known(secrets_of({"HTTPS_PROXY": "http://ann:hunter2@proxy.example:3128"})))
    assert masker("refused hunter2") == f"refused {MASK}"


def test_secrets_that_overlap_are_both_masked() -> None:
    masker = Masker(Known(secrets_of({"A_KEY": "abcdef", "B_KEY": "defghi", "C_TOKEN": "eyJhbG"})))
    assert masker("abcdefghi eyJhbGciOi.eyJzdWIiOi.c2lnbmF0") == f"{MASK} {MASK}"


def test_a_known_secret_is_not_shown_by_its_repr() -> None:
    assert "hunter2" not in repr(Known(secrets_of({"A_KEY": "hunter2"})))


_SEEN = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters=MASK)
_PLANTED = st.text(_SEEN, min_size=6, max_size=40)
_PIECES = [*string.printable, "ü", "\x1b[1m", "eyJ", "://", "token: ", "-----BEGIN PRIVATE KEY-----"]
_AROUND = st.lists(st.sampled_from(_PIECES)).map("".join)


@given(secret=_PLANTED, before=_AROUND, after=_AROUND)
def test_a_planted_secret_never_appears(secret: str, before: str, after: str) -> None:
    masker = Masker(Known(secrets_of({"X_TOKEN": secret})))
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    for spelt in (
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        encoded,
        "\u200b".join(secret),
        "\x1b[31m".join(secret),
    ):
        shown = masker(f"{before}{spelt}{after}")
        assert secret not in shown
        assert clean(spelt) not in shown


@given(_AROUND)
def test_lines_stay_lines(text: str) -> None:
    assert _SHAPES(text).count("\n") == clean(text).count("\n")


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "eyJ", "eyJ.", "-", "--", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "://", "://a:"),
        *("token", 'token="', "token=\\", 'password: "\\', " ", "\t", "a\n", "-\n", "@", "="),
        *("ghp_", "glpat-", "sig=", "0a1b2c3d-", "\x1b[", "authorization:", "/home/ann", "\\\\", "--a-"),
        *(f"{_BASE64}\n", f"{'-' * 80}\n", f"{'a' * 120}\n", "Bearer ", 'token="\\"', "x@"),
    ],
    ids=repr,
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    before = time.process_time()
    _PERSON(piece * (200_000 // len(piece)))
    # Far below what the square of the length takes, far above what a busy machine needs.
    assert time.process_time() - before < 10
