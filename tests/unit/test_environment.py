from collections.abc import Mapping

import pytest

from aksnetpol import environment

_HERE = "localhost,127.0.0.1,::1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, {}, id="no-proxy"),
        pytest.param({"no_proxy": "a"}, {}, id="exceptions-alone"),
        pytest.param({"HTTPS_PROXY": ""}, {}, id="empty"),
        pytest.param({"HTTPS_PROXY": "p"}, dict.fromkeys(("no_proxy", "NO_PROXY"), _HERE), id="https"),
        pytest.param({"all_proxy": "p"}, dict.fromkeys(("no_proxy", "NO_PROXY"), _HERE), id="all"),
        pytest.param(
            {"http_proxy": "p", "NO_PROXY": "a, .b", "no_proxy": "c"},
            dict.fromkeys(("no_proxy", "NO_PROXY"), f"c,a,.b,{_HERE}"),
            id="both-spellings-are-kept",
        ),
        pytest.param(
            {"http_proxy": "p", "NO_PROXY": "127.0.0.1"},
            dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost,::1"),
            id="there-already",
        ),
        pytest.param(
            {"http_proxy": "p", "no_proxy": "*"}, dict.fromkeys(("no_proxy", "NO_PROXY"), "*"), id="all-of-it"
        ),
        pytest.param(
            {"NO_PROXY": "[::1],a"}, dict.fromkeys(("no_proxy", "NO_PROXY"), "::1,a"), id="brackets-alone"
        ),
        pytest.param(
            {"http_proxy": "p", "NO_PROXY": "[fe80::1]"},
            dict.fromkeys(("no_proxy", "NO_PROXY"), f"fe80::1,{_HERE}"),
            id="brackets",
        ),
        pytest.param(
            {"http_proxy": "p", "no_grpc_proxy": "*"},
            dict.fromkeys(("no_proxy", "NO_PROXY"), _HERE),
            id="grpcs-own-is-all-of-it",
        ),
        pytest.param(
            {"grpc_proxy": "p", "no_grpc_proxy": "a"},
            {**dict.fromkeys(("no_proxy", "NO_PROXY"), _HERE), "no_grpc_proxy": f"a,{_HERE}"},
            id="grpcs-own",
        ),
    ],
)
def test_proxy_bypass(given: Mapping[str, str], expected: Mapping[str, str]) -> None:
    assert environment.proxy_bypass(given) == expected
    again = {**given, **expected}
    assert {**again, **environment.proxy_bypass(again)} == again, "doing it twice changes nothing"


def test_without_proxies() -> None:
    given = {"HTTPS_PROXY": "p", "http_proxy": "p", "No_Proxy": "a", "PATH": "/bin"}
    assert environment.without_proxies(given) == {"PATH": "/bin"}


def test_without_choices() -> None:
    given = {"PULUMI_HOME": "h", "ARM_CLIENT_ID": "i", "AZURE_CONFIG_DIR": "d", "ARMOR": "a", "PATH": "/bin"}
    assert environment.without_choices(given) == {"ARMOR": "a", "PATH": "/bin"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"USER": "me", "HOME": "/home/me"}, {}, id="known"),
        pytest.param({"LOGNAME": "me", "HOME": "/home/me"}, {"USER": "me"}, id="by-another-name"),
    ],
)
def test_identified(given: Mapping[str, str], expected: Mapping[str, str]) -> None:
    assert environment.identified(given) == expected


def test_identified_where_the_system_knows_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 54321)
    assert environment.identified({}) == {"USER": "user-54321", "HOME": "/"}
