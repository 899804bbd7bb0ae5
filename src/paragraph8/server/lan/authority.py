"""A local certificate authority, so that phones talk TLS to a server that has no internet.

Two files in one folder (0700), each 0600 and replaced as a whole: `authority.pem` (certificate
and key) and `server.pem` (the server's certificate, the authority's, and the server's key).

The authority's key is not encrypted. The server renews its certificate by itself, after a power
cut in the night too; a passphrase would have to lie beside the key, where whoever takes the disk
takes both. What bounds the damage instead: the authority can certify nothing but private
addresses, .local, .lan, localhost and the names given (so a stolen key opens no bank and no mail),
no further authority, and two years; and the disk itself is to be encrypted. A phone that ignores
name constraints in an authority which its owner installed has only the two years: have the
certificate removed from the phones after the mission.

The authority is never replaced silently, since every phone would have to trust the new one.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from paragraph8.kernel.problem import Problem
from paragraph8.server.lan import certificates
from paragraph8.server.lan.certificates import Address, Pair, host_name

AUTHORITY, SERVER, LOCK = "authority.pem", "server.pem", ".lock"
RENEW_BEFORE = timedelta(days=30)
# Stands in the phone's list of certificates: it must not tell who its owner works for.
LABEL = "Local server authority"
LONGEST_LABEL = 64
ALWAYS_NAMES = ("localhost",)
ALWAYS_ADDRESSES = (ip_address("127.0.0.1"), ip_address("::1"))


@dataclass(frozen=True)
class Certificates:
    """What the server and the page of trust need; keys stay in the files."""

    server_file: Path  # certificate chain and key: the server's TLS certificate and key file
    authority_der: bytes
    fingerprint: str
    label: str
    names: tuple[str, ...]
    addresses: tuple[Address, ...]
    authority_ends: datetime
    server_ends: datetime
    renewed: bool  # the server must read its file again


def keep_certificates(
    folder: Path,
    *,
    now: datetime,
    names: Sequence[str] = (),
    addresses: Sequence[Address] = (),
    label: str = LABEL,
) -> Certificates:
    """Make what is missing and renew what is due: call it when the server starts.

    `names` and `addresses` are where phones find the server; `now` has a zone. The server's
    certificate is renewed when these differ from what it holds or less than 30 days are left.
    `label` names a new authority in the phones' lists.

    Raises lan.bad_label, lan.bad_name, lan.not_covered (the authority was made for other names),
    lan.authority_damaged, lan.authority_not_in_force, and file.not_usable.
    """
    if not 1 <= len(label) <= LONGEST_LABEL:
        raise Problem("lan.bad_label", label=label)
    wanted = dict.fromkeys((*ALWAYS_NAMES, *map(host_name, names)))
    reached = dict.fromkeys((*ALWAYS_ADDRESSES, *addresses))
    try:
        with _locked(folder):
            authority = _authority(folder / AUTHORITY, label, tuple(wanted), now)
            _check(folder, authority.certificate, wanted, reached, now)
            server, renewed = _server(folder / SERVER, authority, (*wanted,), (*reached,), now)
    except OSError as error:
        raise Problem("file.not_usable", file=folder, reason=error.strerror) from error
    return Certificates(
        server_file=folder / SERVER,
        authority_der=authority.certificate.public_bytes(serialization.Encoding.DER),
        fingerprint=certificates.fingerprint(authority.certificate),
        label=_label(authority.certificate),
        names=tuple(wanted),
        addresses=tuple(reached),
        authority_ends=authority.certificate.not_valid_after_utc,
        server_ends=server.not_valid_after_utc,
        renewed=renewed,
    )


def _authority(file: Path, label: str, names: Sequence[str], now: datetime) -> Pair:
    if not file.exists():
        made = certificates.new_authority(label, names, now)
        _write(file, _pem(made.certificate) + _pem_key(made.key))
        return made
    try:
        held = _read(file)
    except (ValueError, TypeError) as error:
        raise Problem("lan.authority_damaged", file=file, reason=error) from error
    if not certificates.is_authority(held.certificate):
        reason = "its certificate is no authority with name constraints"
        raise Problem("lan.authority_damaged", file=file, reason=reason)
    return held


def _check(
    folder: Path,
    authority: x509.Certificate,
    names: dict[str, None],
    addresses: dict[Address, None],
    now: datetime,
) -> None:
    start, end = authority.not_valid_before_utc, authority.not_valid_after_utc
    if not start <= now < end:
        facts = {"start": start.date(), "end": end.date(), "now": now.date()}
        raise Problem("lan.authority_not_in_force", folder=folder, **facts)
    outside: list[object] = [n for n in names if not certificates.covers(authority, n)]
    outside += [a for a in addresses if not certificates.covers_address(authority, a)]
    if outside:
        raise Problem("lan.not_covered", folder=folder, name=outside[0])


def _server(
    file: Path, authority: Pair, names: Sequence[str], addresses: Sequence[Address], now: datetime
) -> tuple[x509.Certificate, bool]:
    """The server's certificate, and whether it is new."""
    held = _readable(file)
    if held and _still_good(held.certificate, authority.certificate, names, addresses, now):
        return held.certificate, False
    made = certificates.new_server(authority, names, addresses, now)
    _write(file, _pem(made.certificate) + _pem(authority.certificate) + _pem_key(made.key))
    return made.certificate, True


def _still_good(
    held: x509.Certificate,
    authority: x509.Certificate,
    names: Sequence[str],
    addresses: Sequence[Address],
    now: datetime,
) -> bool:
    start, end = held.not_valid_before_utc, held.not_valid_after_utc
    # In the authority's last days a new certificate would not last longer.
    lasts = end - now >= RENEW_BEFORE or end >= certificates.server_end(authority, now)
    same = certificates.certified(held) == (set(names), set(addresses))
    return same and lasts and start <= now < end and certificates.issued_by(held, authority)


def _readable(file: Path) -> Pair | None:
    """None if there is nothing that can be used: it is made again."""
    try:
        return _read(file)
    except (ValueError, TypeError, FileNotFoundError):
        return None


def _read(file: Path) -> Pair:
    content = file.read_bytes()
    certificate = x509.load_pem_x509_certificate(content)
    key = serialization.load_pem_private_key(content, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("its key is not an elliptic curve key")
    if key.public_key() != certificate.public_key():
        raise ValueError("its key does not belong to its certificate")
    return Pair(certificate, key)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _label(authority: x509.Certificate) -> str:
    value = authority.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    return value if isinstance(value, str) else value.decode()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two processes that start at once must not make two authorities."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write(file: Path, content: bytes) -> None:
    """The old file or the new one, never a part, whatever happens meanwhile."""
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    with open(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
