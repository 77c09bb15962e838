"""From a kubeconfig to the official client, within a limit."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from kubernetes import config as kubernetes_config

from aksnetpol import subprocesses
from aksnetpol.kube import errors
from aksnetpol.waiting import Wait, watched

_SECONDS = 300.0


def signed_in(kubeconfig: Path | Mapping[str, Any] | None, context: str | None) -> Any:
    """Return the official client; only what sends requests is used, the rest takes a second to load.

    Args:
        kubeconfig, context: as Cluster's.

    Raises:
        ApiError: there is no such file or context, or it cannot be used.
        WaitingError: the program that it signs in with does not answer.
    """
    before = subprocesses.children()
    wait = Wait(
        "the kubeconfig, or the program that it signs in with",
        _SECONDS,
        remedy="Sign in beforehand, such as by az login and kubelogin.",
    )
    try:
        with watched(wait, lambda: subprocesses.kill_new(before)):
            client = _client(kubeconfig, context)
            if not client.configuration.host:
                raise kubernetes_config.ConfigException("it names no server")
            return client
    # The client looks into whatever the file holds.
    except (
        kubernetes_config.ConfigException,
        OSError,
        yaml.YAMLError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        name = named(kubeconfig, context)
        raise errors.unusable(name[0].upper() + name[1:], _why(error)) from error
    except KeyboardInterrupt:
        subprocesses.kill_new(before)
        raise
    raise AssertionError  # watched raises where the call returns nothing


def named(kubeconfig: Path | Mapping[str, Any] | None, context: str | None) -> str:
    """Say by what a cluster is reached."""
    if isinstance(kubeconfig, Mapping):
        file = "the kubeconfig that was given"
    else:
        file = f"the kubeconfig {kubeconfig or os.environ.get('KUBECONFIG') or '~/.kube/config'}"
    return f"context {context} of {file}" if context else file


def _client(kubeconfig: Path | Mapping[str, Any] | None, context: str | None) -> Any:
    config: Any = kubernetes_config  # has no types
    if isinstance(kubeconfig, Mapping):
        return config.new_client_from_config_dict(dict(kubeconfig), context, persist_config=False)
    file = str(kubeconfig) if kubeconfig else None
    return config.new_client_from_config(file, context, persist_config=False)


def _why(error: Exception) -> str:
    if isinstance(error, kubernetes_config.ConfigException | OSError | yaml.YAMLError):
        return " ".join(str(error).split())
    return "it is no kubeconfig"  # what Python says of it helps nobody, and may hold a secret
