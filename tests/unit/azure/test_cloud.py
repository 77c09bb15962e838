from pathlib import Path

import httpx
import pytest
from azure.identity import ClientSecretCredential, DefaultAzureCredential

from aksnetpol.azure.cloud import PUBLIC, Cloud, credential, discover, trust
from aksnetpol.azure.errors import CloudError

METADATA = {
    "resourceManager": "https://localhost:8443/",
    "authentication": {"loginEndpoint": "https://localhost:8443/login/", "audiences": ["https://aud/", "x"]},
}
LOCAL = Cloud("https://localhost:8443", "https://aud", "https://localhost:8443/login", is_public=False)
PRINCIPAL = {"ARM_TENANT_ID": "t", "ARM_CLIENT_ID": "c", "ARM_CLIENT_SECRET": "s"}


def http(answer: httpx.Response | Exception) -> httpx.Client:
    def handle(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "https://localhost:8443/metadata/endpoints?api-version=2022-09-01"
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.Client(transport=httpx.MockTransport(handle))


def test_public_azure_is_not_asked() -> None:
    assert discover({}, http(AssertionError())) == PUBLIC


def test_metadata_host_describes_the_cloud() -> None:
    environ = {"ARM_METADATA_HOSTNAME": "localhost:8443"}
    assert discover(environ, http(httpx.Response(200, json=METADATA))) == LOCAL


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.ConnectError("refused"), id="nobody there"),
        pytest.param(httpx.Response(500), id="500"),
        pytest.param(httpx.Response(200, text="<html>"), id="no JSON"),
        pytest.param(httpx.Response(200, json={}), id="no endpoints"),
        pytest.param(httpx.Response(200, json=[]), id="a list"),
    ],
)
def test_bad_metadata(answer: httpx.Response | Exception) -> None:
    with pytest.raises(CloudError, match=r"No Azure metadata at localhost:8443 \(ARM_METADATA_HOSTNAME\)"):
        discover({"ARM_METADATA_HOSTNAME": "localhost:8443"}, http(answer))


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        pytest.param(PRINCIPAL, ClientSecretCredential, id="service principal"),
        pytest.param(PRINCIPAL | {"ARM_CLIENT_SECRET": ""}, DefaultAzureCredential, id="no secret"),
        pytest.param({}, DefaultAzureCredential, id="nothing"),
    ],
)
def test_credential(environ: dict[str, str], kind: type) -> None:
    assert isinstance(credential(environ, LOCAL), kind)


def test_trust_takes_the_named_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        trust({"SSL_CERT_FILE": str(tmp_path / "none.pem")})
    assert trust({}).cert_store_stats()["x509_ca"] > 0
