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

from aksnetpol.local.home import write_private

_LIFETIME = timedelta(days=820)
_ADMINS = "system:masters"
AUTHORITY = "ca"
# Requests that the API server forwards to extension servers carry an authority of their own, so that
# no client of the cluster can pose as the API server (Kubernetes docs, "Configure the Aggregation Layer").
FRONT_PROXY = "front-proxy-ca"
# Who the node agent lets in: the API server only.
KUBELET_CLIENT = "kube-apiserver-kubelet-client"
USER = "clusterUser"
ADMIN = "clusterAdmin"


@dataclass(frozen=True)
class Identity:
    """Who a certificate is for.

    Args:
        file: name of its files, without an ending.
        name, group: Kubernetes user and group.
        hosts: names and addresses that it serves; none for clients.
        authority: file name of the authority that signs it.
    """

    file: str
    name: str
    group: str = ""
    hosts: tuple[str, ...] = ()
    authority: str = AUTHORITY


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
        Identity(KUBELET_CLIENT, KUBELET_CLIENT),
        Identity("kubelet", "kubelet", hosts=local),
        Identity("front-proxy-client", "front-proxy-client", authority=FRONT_PROXY),
        Identity(ADMIN, "masterclient", _ADMINS),
        Identity(USER, USER),
    )


def write_all(folder: Path, wanted: Sequence[Identity]) -> None:
    """Make what is missing: the authorities, every identity's certificate, the service account key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    signers = {name: _authority(folder, name) for name in sorted({one.authority for one in wanted})}
    for identity in wanted:
        if not (folder / f"{identity.file}.crt").exists():
            own = ec.generate_private_key(ec.SECP256R1())
            authority, signer = signers[identity.authority]
            _write(folder, identity.file, _sign(identity, own, authority, signer), own)
    accounts = folder / "service-account.key"
    if not accounts.exists():
        # The API server signs service account tokens with RSA unless told otherwise.
        _private(accounts, rsa.generate_private_key(65537, 2048))


def _authority(folder: Path, name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    file = folder / f"{name}.crt"
    if file.exists():
        key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{folder / name}.key holds no elliptic-curve key")
        return x509.load_pem_x509_certificate(file.read_bytes()), key
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _sign(Identity(name, f"aksnetpol local {name}"), key, None, key)
    _write(folder, name, certificate, key)
    return certificate, key


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
    _private(folder / f"{name}.key", key)
    # Last: a certificate that is there has its key.
    write_private(folder / f"{name}.crt", certificate.public_bytes(serialization.Encoding.PEM).decode())


def _private(file: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(file, pem.decode())
