"""The emulator's own certificate authority and the server's certificate."""

import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from aksnetpol.local.arm.settings import write_private

_AUTHORITY_LIFETIME = timedelta(days=3650)
# Python 3.13 and Apple's trust store refuse server certificates of more than 825 days.
_SERVER_LIFETIME = timedelta(days=820)


@dataclass(frozen=True)
class Certificates:
    """Files that the server and its clients read, all in the home.

    Args:
        server: certificate of the server, followed by its authority.
        server_key: its key, mode 0600.
        bundle: the system's authorities and ours, for clients.
    """

    server: Path
    server_key: Path
    bundle: Path


def ensure(home: Path) -> Certificates:
    """Return the home's certificates; make what is missing or about to end."""
    files = Certificates(home / "server.pem", home / "server.key", home / "ca-bundle.pem")
    authority_file, authority_key_file = home / "ca.pem", home / "ca.key"
    if not (authority_file.exists() and authority_key_file.exists()):
        key = ec.generate_private_key(ec.SECP256R1())
        write_private(authority_key_file, _key_pem(key))
        write_private(authority_file, _pem(_authority(key)))
        files.server.unlink(missing_ok=True)
    authority = x509.load_pem_x509_certificate(authority_file.read_bytes())
    if not _usable(files):
        key = ec.generate_private_key(ec.SECP256R1())
        signer = serialization.load_pem_private_key(authority_key_file.read_bytes(), None)
        if not isinstance(signer, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{authority_key_file} holds no elliptic-curve key")
        write_private(files.server_key, _key_pem(key))
        write_private(files.server, _pem(_server(key, authority, signer)) + _pem(authority))
    files.bundle.write_bytes(_system_bundle(home).rstrip() + b"\n" + _pem(authority))
    return files


def _usable(files: Certificates) -> bool:
    if not (files.server.exists() and files.server_key.exists()):
        return False
    certificate = x509.load_pem_x509_certificate(files.server.read_bytes())
    return certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=30)


def _system_bundle(home: Path) -> bytes:
    """Return the authorities that clients trust already, so that real services still work."""
    candidates = (
        os.environ.get("SSL_CERT_FILE"),
        os.environ.get("REQUESTS_CA_BUNDLE"),
        ssl.get_default_verify_paths().cafile,
        certifi.where(),
    )
    for candidate in candidates:
        # A shell that already has our bundle must not make it grow at every start.
        if candidate and Path(candidate).is_file() and not Path(candidate).is_relative_to(home):
            return Path(candidate).read_bytes()
    return b""


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "aksnetpol local CA")])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        _builder(name, name, key, _AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey, authority: x509.Certificate, signer: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        _builder(name, authority.subject, key, _SERVER_LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, lifetime: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + lifetime)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
