"""What can be set about an emulator, and the identities that its home remembers."""

import json
import secrets
import uuid
from dataclasses import dataclass, field
from pathlib import Path

_IDENTITY_FILE = "identity.json"


@dataclass(frozen=True)
class Identity:
    """Who the emulator's only client is.

    Args:
        tenant_id, subscription_id, client_id, object_id: GUIDs.
        client_secret: the service principal's secret.
    """

    tenant_id: str
    subscription_id: str
    client_id: str
    object_id: str
    client_secret: str = field(repr=False)

    @classmethod
    def remembered(cls, home: Path) -> "Identity":
        """Return the home's identity; the first call makes one and keeps it, readable by its owner only."""
        path = home / _IDENTITY_FILE
        if not path.exists():
            fresh = {
                "tenant_id": str(uuid.uuid4()),
                "subscription_id": str(uuid.uuid4()),
                "client_id": str(uuid.uuid4()),
                "object_id": str(uuid.uuid4()),
                "client_secret": secrets.token_urlsafe(30),
            }
            write_private(path, json.dumps(fresh).encode())
        return cls(**json.loads(path.read_bytes()))


@dataclass(frozen=True)
class Settings:
    """How the emulator behaves.

    Args:
        retry_after: seconds that clients wait between polls; below 1 the answer carries
            `x-ms-retry-after-ms` instead of `Retry-After`, which counts whole seconds.
        page_size: items per page of a list.
        token_lifetime: seconds that an access token is valid.
        closed_features: preview features whose registration stays Pending for ever.
        unregistered_providers: namespaces that a fresh subscription has not registered.
        readable_subscriptions: ids, lower case, of further subscriptions; the client's role there is to read
            managed clusters, and no more.
    """

    retry_after: float = 1.0
    page_size: int = 50
    token_lifetime: int = 3599
    closed_features: frozenset[str] = frozenset()
    unregistered_providers: frozenset[str] = frozenset()
    readable_subscriptions: tuple[str, ...] = ()


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)
