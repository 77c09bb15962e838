"""Access tokens: RS256 JSON Web Tokens signed with a key that the home remembers."""

import base64
import json
import secrets
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from aksnetpol.local.arm.clock import Clock, timestamp
from aksnetpol.local.arm.login import errors
from aksnetpol.local.arm.settings import Identity, Settings, write_private
from aksnetpol.local.arm.store import Json

_KEY_FILE = "token.key"
_KEY_ID = "aksnetpol-local"


class Tokens:
    """Issues and checks tokens.

    Args:
        home: where the signing key lives, so that tokens outlive a restart.
        identity: the only client.
        settings: how long tokens last.
        clock: tells whether one has expired.
    """

    def __init__(self, home: Path, identity: Identity, settings: Settings, clock: Clock) -> None:
        self._identity = identity
        self._settings = settings
        self.clock = clock
        self._key = _signing_key(home / _KEY_FILE)

    def issue(self, tenant: str, form: Mapping[str, str], base: str) -> Json:
        """Answer a client-credentials request (RFC 6749, section 4.4).

        Raises:
            TokenRefusalError: tenant, client, secret or grant is wrong.
        """
        client = form.get("client_id", "")
        if tenant.lower() != self._identity.tenant_id:
            raise errors.unknown_tenant(tenant)
        if form.get("grant_type") != "client_credentials":
            raise errors.unsupported_grant(form.get("grant_type", ""))
        if client.lower() != self._identity.client_id:
            raise errors.unknown_client(client, tenant)
        if not secrets.compare_digest(
            form.get("client_secret", "").encode(), self._identity.client_secret.encode()
        ):
            raise errors.wrong_secret(client)
        audience = form.get("scope", form.get("resource", base)).removesuffix("/.default")
        lifetime = self._settings.token_lifetime
        return {
            "token_type": "Bearer",
            "expires_in": lifetime,
            "ext_expires_in": lifetime,
            "access_token": self._sign(self._claims(audience, base, lifetime)),
        }

    def check(self, authorization: str | None, base: str) -> None:
        """Accept the Authorization header.

        Raises:
            ArmFaultError: 401, with the challenge, where it is absent, forged or expired.
        """
        tenant = self._identity.tenant_id
        if not authorization:
            message = "Authentication failed. The 'Authorization' header is missing."
            raise errors.unauthenticated("AuthenticationFailed", message, base, tenant)
        claims = self._verified(authorization)
        if claims is None:
            message = "The access token is invalid."
            raise errors.unauthenticated("InvalidAuthenticationToken", message, base, tenant)
        now = self.clock.now()
        if claims["exp"] <= now.timestamp():
            message = f"The access token expiry UTC time is earlier than current UTC time '{timestamp(now)}'."
            raise errors.unauthenticated("ExpiredAuthenticationToken", message, base, tenant)

    def keys(self) -> Json:
        """Return the public key as a JSON Web Key Set (RFC 7517)."""
        numbers = self._key.public_key().public_numbers()
        return {
            "keys": [
                {
                    "kty": "RSA",
                    "use": "sig",
                    "alg": "RS256",
                    "kid": _KEY_ID,
                    "n": _encode(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
                    "e": _encode(numbers.e.to_bytes(3, "big")),
                }
            ]
        }

    def _claims(self, audience: str, base: str, lifetime: int) -> Json:
        issued = int(self.clock.now().timestamp())
        return {
            "aud": audience,
            "iss": f"{base}/{self._identity.tenant_id}/v2.0",
            "iat": issued,
            "nbf": issued,
            "exp": issued + lifetime,
            "appid": self._identity.client_id,
            "idtyp": "app",
            "oid": self._identity.object_id,
            "sub": self._identity.object_id,
            "tid": self._identity.tenant_id,
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
        }

    def _sign(self, claims: Json) -> str:
        header = {"typ": "JWT", "alg": "RS256", "kid": _KEY_ID}
        signed = f"{_encode(json.dumps(header).encode())}.{_encode(json.dumps(claims).encode())}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encode(signature)}"

    def _verified(self, authorization: str) -> dict[str, Any] | None:
        scheme, _, token = authorization.partition(" ")
        signed, _, signature = token.rpartition(".")
        if scheme.lower() != "bearer" or signed.count(".") != 1:
            return None
        try:
            self._key.public_key().verify(
                _decode(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
            return json.loads(_decode(signed.split(".")[1]))
        except (InvalidSignature, ValueError):
            return None


def _signing_key(path: Path) -> rsa.RSAPrivateKey:
    if not path.exists():
        fresh = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        write_private(path, fresh.private_bytes(encoding, form, serialization.NoEncryption()))
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key")
    return key


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
