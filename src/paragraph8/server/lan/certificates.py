"""X.509: the local authority's certificate and the server's, made and read. No files here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from paragraph8.kernel.problem import Problem

Address = IPv4Address | IPv6Address

AUTHORITY_DAYS = 2 * 365
# Browsers refuse a server certificate of 398 days or more.
SERVER_DAYS = 397
# The clock of a phone may be some hours behind.
BEFORE = timedelta(days=1)
NAMES = ("localhost", "local", "lan")
NETWORKS = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"),
    *("fc00::/7", "fe80::/10", "::1/128"),
)
HOST_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)


@dataclass(frozen=True)
class Pair:
    """A certificate and the key that belongs to it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def host_name(text: str) -> str:
    """The name as certificates hold it: lower case, no dot at the end. Raises lan.bad_name."""
    name = text.strip().rstrip(".").lower()
    if not HOST_NAME.fullmatch(name):
        raise Problem("lan.bad_name", name=text)
    return name


def new_authority(label: str, names: Sequence[str], now: datetime) -> Pair:
    """A new authority for private addresses, .local, .lan, localhost and `names`.

    It can certify servers only, no other authority, and none of a name outside these.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, label)])
    permitted = [x509.DNSName(n) for n in dict.fromkeys((*NAMES, *names))]
    networks = [x509.IPAddress(ip_network(network)) for network in NETWORKS]
    builder = _begun(name, name, key, now, now + timedelta(days=AUTHORITY_DAYS))
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.NameConstraints([*permitted, *networks], None), critical=True)
    )
    return Pair(builder.sign(key, hashes.SHA256()), key)


def new_server(
    authority: Pair, names: Sequence[str], addresses: Sequence[Address], now: datetime
) -> Pair:
    """A server's certificate under the authority, which it never outlives."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Local server")])
    parent = authority.certificate
    alternatives = [*map(x509.DNSName, names), *map(x509.IPAddress, addresses)]
    builder = _begun(name, parent.subject, key, now, server_end(parent, now))
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(identifier, critical=False)
    )
    return Pair(builder.sign(authority.key, hashes.SHA256()), key)


def server_end(authority: x509.Certificate, now: datetime) -> datetime:
    """When a certificate made now would end."""
    # The last second counts: without it the certificate were valid a second more than SERVER_DAYS.
    longest = now - BEFORE + timedelta(days=SERVER_DAYS, seconds=-1)
    return min(longest.replace(microsecond=0), authority.not_valid_after_utc)


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether the certificate is one that new_authority could have made."""
    held = {type(extension.value) for extension in certificate.extensions}
    return {x509.BasicConstraints, x509.NameConstraints} <= held


def covers(authority: x509.Certificate, name: str) -> bool:
    """Whether the authority may certify this host name."""
    permitted = _constraints(authority).permitted_subtrees or ()
    roots = [tree.value for tree in permitted if isinstance(tree, x509.DNSName)]
    return any(name == root or name.endswith(f".{root}") for root in roots)


def covers_address(authority: x509.Certificate, address: Address) -> bool:
    """Whether the authority may certify this address."""
    permitted = _constraints(authority).permitted_subtrees or ()
    networks = [tree.value for tree in permitted if isinstance(tree, x509.IPAddress)]
    return any(
        address in network for network in networks if isinstance(network, IPv4Network | IPv6Network)
    )


def certified(certificate: x509.Certificate) -> tuple[set[str], set[Address]]:
    """The names and the addresses that a server's certificate holds."""
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set(), set()
    addresses = held.get_values_for_type(x509.IPAddress)
    return (
        set(held.get_values_for_type(x509.DNSName)),
        {a for a in addresses if isinstance(a, IPv4Address | IPv6Address)},
    )


def issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the authority's key signed the certificate."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, 64 hexadecimal digits in upper case."""
    return certificate.fingerprint(hashes.SHA256()).hex().upper()


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _constraints(authority: x509.Certificate) -> x509.NameConstraints:
    return authority.extensions.get_extension_for_class(x509.NameConstraints).value
