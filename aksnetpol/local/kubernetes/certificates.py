"""Keys and certificates of one control plane, all signed by its own authority."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = timedelta(days=820)
_ADMINS = "system:masters"
AUTHORITY = "ca"


@dataclass(frozen=True)
class Identity:
    """Who a certificate is for.

    Args:
        file: name of its files, without an ending.
        name, group: Kubernetes user and group.
        hosts: names and addresses that it serves; none for clients.
    """

    file: str
    name: str
    group: str = ""
    hosts: tuple[str, ...] = ()


def identities(service_address: str) -> tuple[Identity, ...]:
    """Everyone who needs a certificate.

    Args:
        service_address: the first address of the service range: the `kubernetes` service.
    """
    local = ("localhost", "127.0.0.1")
    names = (
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    )
    return (
        Identity("etcd", "etcd", hosts=local),
        Identity("kube-apiserver", "kube-apiserver", hosts=(*local, *names, service_address)),
        Identity("kube-controller-manager", "system:kube-controller-manager"),
        Identity("kube-scheduler", "system:kube-scheduler"),
        # Without Entra ID, AKS's clusterUser has the same rights as clusterAdmin.
        Identity("clusterAdmin", "masterclient", _ADMINS),
        Identity("clusterUser", "clusterUser", _ADMINS),
    )


def write_all(folder: Path, wanted: Sequence[Identity]) -> None:
    """Make the authority, every identity's certificate and the service account key, once."""
    if (folder / "complete").exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _sign(Identity(AUTHORITY, "aksnetpol local cluster CA"), key, None, key)
    _write(folder, AUTHORITY, authority, key)
    for identity in wanted:
        own = ec.generate_private_key(ec.SECP256R1())
        _write(folder, identity.file, _sign(identity, own, authority, key), own)
    # The API server signs service account tokens with RSA unless told otherwise.
    _private(folder / "service-account.key", rsa.generate_private_key(65537, 2048))
    (folder / "complete").touch()


def _sign(
    identity: Identity,
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate | None,
    signer: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, identity.name)]
    if identity.group:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, identity.group))
    subject, now = x509.Name(parts), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
    )
    if authority is not None:
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(issuer, critical=False)
    else:
        usage = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(usage, critical=False)
    if identity.hosts:
        names = x509.SubjectAlternativeName([_host(host) for host in identity.hosts])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256())


def _host(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)


def _write(folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _private(folder / f"{name}.key", key)


def _private(file: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    file.touch(mode=0o600)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
