"""The way to a cluster's API server by the official client, whose own waits have no end."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from kubernetes import client
from kubernetes import config as kubernetes_config
from kubernetes.client.exceptions import ApiException

from aksnetpol import subprocesses
from aksnetpol.errors import UserError
from aksnetpol.waiting import Wait, told, watched

# Seconds to connect, and between two pieces of an answer; the client tries four times.
REQUEST_TIMEOUT = (5.0, 30.0)
_SIGN_IN_SECONDS = 300.0


class KubeconfigError(UserError):
    """A kubeconfig cannot be used."""


@dataclass(frozen=True)
class Refusal:
    """What the API server answered in place of what was asked for."""

    status: int | None
    reason: str | None
    body: str | None


def refusal(error: ApiException) -> Refusal:
    """Return what the client's exception says, whose fields have no types."""
    untyped: Any = error
    return Refusal(untyped.status, untyped.reason, untyped.body)


def connected(
    kubeconfig: Path | Mapping[str, Any] | None = None, context: str | None = None
) -> client.ApiClient:
    """Return a client of a cluster; close it after use.

    Args:
        kubeconfig: a file, or its document; None is KUBECONFIG or the user's own.
        context: None is the current one.

    Raises:
        KubeconfigError: there is no such file or context, or it cannot be used.
        WaitingError: the program that it signs in with does not answer.
    """
    before = subprocesses.children()
    wait = Wait(
        "the kubeconfig, or the program that it signs in with",
        _SIGN_IN_SECONDS,
        remedy="Sign in beforehand, such as by az login and kubelogin.",
    )
    try:
        with watched(wait, lambda: subprocesses.kill_new(before)):
            return _limited(_client(kubeconfig, context))
    except (kubernetes_config.ConfigException, OSError, yaml.YAMLError) as error:
        raise KubeconfigError(f"{_name(kubeconfig)} cannot be used: {error}") from error
    except KeyboardInterrupt:
        subprocesses.kill_new(before)
        raise
    raise AssertionError  # watched raises where the call returns nothing


def _client(kubeconfig: Path | Mapping[str, Any] | None, context: str | None) -> client.ApiClient:
    config: Any = kubernetes_config  # has no types
    if isinstance(kubeconfig, Mapping):
        return config.new_client_from_config_dict(dict(kubeconfig), context, persist_config=False)
    file = str(kubeconfig) if kubeconfig else None
    return config.new_client_from_config(file, context, persist_config=False)


def _limited(api: client.ApiClient) -> client.ApiClient:
    """Give every request of a client that has no limit of its own one, and say where it takes long."""
    untyped: Any = api
    rest = untyped.rest_client
    rest.request = partial(_request, rest.request, untyped.configuration.host)
    return api


def _request(send: Any, host: str, *arguments: Any, **options: Any) -> Any:
    options["_request_timeout"] = options.get("_request_timeout") or REQUEST_TIMEOUT
    with told(f"the Kubernetes API at {host}"):
        return send(*arguments, **options)


def _name(kubeconfig: Path | Mapping[str, Any] | None) -> str:
    return str(kubeconfig) if isinstance(kubeconfig, Path) else "The kubeconfig"
