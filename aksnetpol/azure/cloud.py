"""Which Azure to talk to: the public one, or the one that ARM_METADATA_HOSTNAME describes."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx
from azure.core.credentials import TokenCredential

from aksnetpol.azure.errors import CloudError

_METADATA_API = "2022-09-01"


@dataclass(frozen=True)
class Cloud:
    """Where an Azure cloud's services are.

    Args:
        resource_manager: URL of Azure Resource Manager, no slash at the end.
        audience: whom tokens are for.
        login: URL of the sign-in service.
        is_public: whether it is the public Azure.
    """

    resource_manager: str
    audience: str
    login: str
    is_public: bool = True


PUBLIC = Cloud(
    "https://management.azure.com", "https://management.core.windows.net", "https://login.microsoftonline.com"
)


def trust(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Return what TLS trusts: the file that the environment names, else the system's own."""
    file = environ.get("SSL_CERT_FILE") or environ.get("REQUESTS_CA_BUNDLE")
    return ssl.create_default_context(cafile=file or None)


def discover(environ: Mapping[str, str], http: httpx.Client) -> Cloud:
    """Find the cloud, as azure-native does (provider/pkg/azure/cloud).

    Raises:
        CloudError: the metadata service that the environment names does not answer.
    """
    host = environ.get("ARM_METADATA_HOSTNAME")
    if not host:
        return PUBLIC
    url = f"https://{host}/metadata/endpoints?api-version={_METADATA_API}"
    try:
        found: dict[str, Any] = http.get(url).raise_for_status().json()
        authentication = found["authentication"]
        return Cloud(
            str(found["resourceManager"]).rstrip("/"),
            str(authentication["audiences"][0]).rstrip("/"),
            str(authentication["loginEndpoint"]).rstrip("/"),
            is_public=False,
        )
    except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
        raise CloudError(
            f"No Azure metadata at {host} (ARM_METADATA_HOSTNAME): {error}. "
            "For local mode, run: aksnetpol local start"
        ) from error


# Seconds, and how often; azure-identity's own patience is twenty minutes.
_LIMITS = {"connection_timeout": 10, "read_timeout": 30, "retry_total": 2}


def credential(environ: Mapping[str, str], cloud: Cloud) -> TokenCredential:
    """Return the service principal of the ARM_* variables, else what azure-identity finds."""
    # Slow to import, and a client that asks nothing, as the stand-ins' in a review, never gets here.
    from azure.identity import ClientSecretCredential, DefaultAzureCredential

    wanted = ("ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET")
    given = [environ[name] for name in wanted if environ.get(name)]
    if len(given) < len(wanted):
        return cast("TokenCredential", DefaultAzureCredential(**_LIMITS))
    tenant, client, secret = given
    bundle = environ.get("SSL_CERT_FILE") or environ.get("REQUESTS_CA_BUNDLE")
    options: dict[str, Any] = {"connection_verify": bundle} if bundle else {}
    return cast(
        "TokenCredential",
        ClientSecretCredential(
            tenant,
            client,
            secret,
            authority=cloud.login,
            disable_instance_discovery=not cloud.is_public,
            **_LIMITS,
            **options,
        ),
    )
