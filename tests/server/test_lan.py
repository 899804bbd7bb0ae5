"""A server without the internet: real handshakes, real refusals, and the page of trust."""

import http.client
import plistlib
import re
import shutil
import socket
import ssl
import stat
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from paragraph8.kernel.problem import Problem
from paragraph8.server.lan.addresses import (
    _asked,
    ipv4_of,
    ipv6_of,
    is_private,
    private_addresses,
)
from paragraph8.server.lan.authority import Certificates, keep_certificates
from paragraph8.server.lan.certificates import Pair, fingerprint, new_server
from paragraph8.server.lan.trust_page import groups, profile, trust_page
from paragraph8.server.lan.trust_server import MOST_AT_ONCE, TrustServer, preferred
from paragraph8.server.lan.trust_words import LANGUAGES

NOW = datetime.now(UTC).replace(microsecond=0)
NAMES = ("observers.local", "p8.example.org")
ADDRESSES = (ip_address("192.168.1.20"), ip_address("fd12::20"))
SITES = ("https://192.168.1.20/", "https://observers.local/")
OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(not OPENSSL, reason="NOT RUN: needs openssl")


def kept(folder: Path, **changes: object) -> Certificates:
    options = {"now": NOW, "names": NAMES, "addresses": ADDRESSES}
    return keep_certificates(folder, **(options | changes))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with certificates. READ ONLY."""
    path = tmp_path_factory.mktemp("lan") / "certificates"
    kept(path)
    return path


@pytest.fixture(scope="module")
def certificates(folder: Path) -> Certificates:
    return kept(folder)


def authority(folder: Path) -> Pair:
    content = (folder / "authority.pem").read_bytes()
    key = serialization.load_pem_private_key(content, None)
    return Pair(x509.load_pem_x509_certificate(content), key)


def server_certificate(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "server.pem").read_bytes())


# Handshakes


@contextmanager
def tls_server(pem: Path) -> Iterator[int]:
    """A TLS server on loopback; yields its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(plain, server_side=True) as secure:
                        secure.sendall(b"hello")
                except OSError:
                    pass

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def said(port: int, name: str, trusted: Certificates) -> bytes:
    """What the server says to a client that trusts this authority only and wants `name`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_verify_locations(cadata=trusted.authority_der)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        return secure.recv(5)


NAMED = (*NAMES, "localhost", "127.0.0.1", "::1", "192.168.1.20", "fd12::20")


@pytest.mark.parametrize("name", NAMED)
def test_a_client_that_trusts_the_authority_talks_to_every_name(certificates, name):
    with tls_server(certificates.server_file) as port:
        assert said(port, name, certificates) == b"hello"


@pytest.mark.parametrize("name", ["other.local", "192.168.1.21", "example.org"])
def test_another_host_is_refused(certificates, name):
    with (
        tls_server(certificates.server_file) as port,
        pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid for"),
    ):
        said(port, name, certificates)


def test_who_trusts_another_authority_refuses(certificates, tmp_path):
    other = kept(tmp_path / "other")
    with (
        tls_server(certificates.server_file) as port,
        pytest.raises(ssl.SSLCertVerificationError, match="verify failed"),
    ):
        said(port, "localhost", other)


def stolen_key(folder: Path, tmp_path: Path, names: list[str], addresses: list[str]) -> Path:
    """A server certificate that a thief makes with the authority's key."""
    made = new_server(authority(folder), names, [ip_address(a) for a in addresses], NOW)
    file = tmp_path / "made.pem"
    key = made.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(made.certificate.public_bytes(serialization.Encoding.PEM) + key)
    return file


@needs_openssl
@pytest.mark.parametrize(
    ("names", "addresses", "good"),
    [
        (["a.observers.local", "new.lan"], ["10.1.2.3", "172.31.0.1", "fe80::1"], True),
        (["localhost"], ["8.8.8.8"], False),
        (["localhost"], ["172.32.0.1"], False),
        (["localhost"], ["2001:db8::1"], False),
        (["bank.example"], ["10.1.2.3"], False),
        (["example.org"], [], False),
        (["notlocal"], [], False),
    ],
)
def test_outside_its_constraints_the_authority_is_worth_nothing(
    folder, certificates, tmp_path, names, addresses, good
):
    file = stolen_key(folder, tmp_path, names, addresses)
    command = [OPENSSL, "verify", "-x509_strict", "-CAfile", folder / "authority.pem", file]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode == 0) is good, run.stderr
    assert good or "permitted subtree violation" in run.stderr
    name = [*names, *addresses][-1]
    with tls_server(file) as port:
        if good:
            assert said(port, name, certificates) == b"hello"
        else:
            with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
                said(port, name, certificates)


def test_the_authority_makes_no_further_authority_and_lasts_two_years(folder):
    certificate = authority(folder).certificate
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert (basic.value.ca, basic.value.path_length) == (True, 0)
    assert certificate.extensions.get_extension_for_class(x509.NameConstraints).critical
    assert certificate.not_valid_after_utc == NOW + timedelta(days=730)


def test_the_server_certificate_is_short_enough_for_every_browser(folder):
    certificate = server_certificate(folder)
    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert timedelta(days=396) < lasts < timedelta(days=397)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [x509.ExtendedKeyUsageOID.SERVER_AUTH]


# Keeping and renewing


def test_files_are_the_owners_only(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert files == {"authority.pem": 0o600, "server.pem": 0o600, ".lock": 0o600}


def test_nothing_is_renewed_without_need(folder, certificates):
    before = (folder / "server.pem").read_bytes()
    again = kept(folder, addresses=ADDRESSES[::-1], now=NOW + timedelta(days=365))
    assert not again.renewed
    assert (folder / "server.pem").read_bytes() == before
    assert again.fingerprint == certificates.fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"addresses": [*ADDRESSES, ip_address("10.0.0.7")]},
        {"addresses": ADDRESSES[:1]},
        {"names": [*NAMES, "second.lan"]},
        {"now": NOW + timedelta(days=367)},
    ],
    ids=["address more", "address less", "name more", "29 days left"],
)
def test_the_server_certificate_is_renewed_and_the_authority_stays(tmp_path, changes):
    first = kept(tmp_path / "c")
    second = kept(tmp_path / "c", **changes)
    assert first.renewed
    assert second.renewed
    assert second.fingerprint == first.fingerprint
    assert second.server_ends >= first.server_ends
    held = server_certificate(tmp_path / "c").extensions
    names = held.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.IPAddress)) == set(second.addresses)
    assert names.get_values_for_type(x509.DNSName) == list(second.names)
    assert not kept(tmp_path / "c", **changes).renewed


def test_a_server_certificate_never_outlives_the_authority_nor_is_renewed_in_vain(tmp_path):
    kept(tmp_path / "c")
    late = NOW + timedelta(days=720)
    first, second = (kept(tmp_path / "c", now=late) for _ in range(2))
    assert first.server_ends == first.authority_ends
    assert (first.renewed, second.renewed) == (True, False)


@pytest.mark.parametrize("content", ["", "-----BEGIN CERTIFICATE-----\nAA", "authority"])
def test_a_damaged_server_file_is_made_again(tmp_path, content):
    file = kept(tmp_path / "c").server_file
    # The authority's own certificate is a good one and names no server.
    own = (tmp_path / "c" / "authority.pem").read_text()
    file.write_text(own if content == "authority" else content)
    assert kept(tmp_path / "c").renewed
    assert not kept(tmp_path / "c").renewed


def test_a_certificate_of_another_authority_is_replaced(tmp_path):
    kept(tmp_path / "a")
    shutil.copy(kept(tmp_path / "b").server_file, tmp_path / "a" / "server.pem")
    assert kept(tmp_path / "a").renewed


def test_a_cut_off_run_harms_nothing(tmp_path):
    kept(tmp_path / "c")
    (tmp_path / "c" / "server.pem.partial").write_bytes(b"half")
    assert kept(tmp_path / "c", addresses=[]).renewed
    assert not list((tmp_path / "c").glob("*.partial"))


def test_processes_that_start_at_once_agree(tmp_path):
    found: list[Certificates] = []
    threads = [
        threading.Thread(target=lambda: found.append(kept(tmp_path / "c"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({one.fingerprint for one in found}) == 1
    assert sum(one.renewed for one in found) == 1


# Problems


def refused(code: str, folder: Path, **changes: object) -> None:
    files = {p: p.read_bytes() for p in folder.glob("*.pem")}
    with pytest.raises(Problem) as caught:
        kept(folder, **changes)
    assert caught.value.code == code
    assert {p: p.read_bytes() for p in folder.glob("*.pem")} == files


@pytest.mark.parametrize("name", ["", "a b", "http://a", "*.local", "a..b", "сервер", "-a", "a/b"])
def test_what_is_no_host_name_is_refused(folder, name):
    refused("lan.bad_name", folder, names=[name])


def test_names_and_addresses_outside_the_authority_are_refused(folder):
    refused("lan.not_covered", folder, names=["new.example.org"])
    refused("lan.not_covered", folder, addresses=[ip_address("8.8.8.8")])


def test_a_clock_outside_the_authoritys_time_is_told_and_nothing_is_replaced(folder):
    refused("lan.authority_not_in_force", folder, now=NOW + timedelta(days=731))
    refused("lan.authority_not_in_force", folder, now=NOW - timedelta(days=4000))


def test_a_damaged_authority_is_told_and_not_replaced(tmp_path):
    kept(tmp_path / "c")
    file = tmp_path / "c" / "authority.pem"
    whole = file.read_bytes()
    end = b"-----END CERTIFICATE-----\n"
    for content in (
        b"half",
        whole.partition(end)[0] + end,
        file.with_name("server.pem").read_bytes(),
    ):
        file.write_bytes(content)
        refused("lan.authority_damaged", tmp_path / "c")


def test_a_label_that_no_certificate_can_hold_is_refused(tmp_path):
    refused("lan.bad_label", tmp_path / "c", label="x" * 65)
    refused("lan.bad_label", tmp_path / "c", label="")
    assert kept(tmp_path / "c", label="Штаб, сервер").label == "Штаб, сервер"


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem) as caught:
        kept(tmp_path / "file")
    assert caught.value.code == "file.not_usable"


# Addresses

FIB_TRIE = """Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
        |-- 192.168.1.0
           /24 link UNICAST
        |-- 192.168.1.20
           /32 host LOCAL
        |-- 192.168.1.255
           /32 link BROADCAST
"""
IF_INET6 = """fe8000000000000000fc00fffe000001 04 40 20 80     eth0
fd120000000000000000000000000020 04 40 00 82     eth0
fd120000000000000000000000000021 04 40 00 01     eth0
00000000000000000000000000000001 01 80 10 80       lo
"""


def test_addresses_are_read_from_the_systems_tables():
    assert ipv4_of(FIB_TRIE) == (ip_address("192.168.1.20"),)
    lasting = [a for a in ipv6_of(IF_INET6) if is_private(a)]
    assert lasting == [ip_address("fd12::20")]


@pytest.mark.parametrize(
    ("text", "private"),
    [
        *((text, True) for text in ("10.0.0.1", "172.31.1.1", "192.168.0.1", "fd00::1")),
        *((text, False) for text in ("172.32.0.1", "8.8.8.8", "127.0.0.1", "fe80::1")),
    ],
)
def test_private_addresses(text, private):
    assert is_private(ip_address(text)) is private


def test_this_machines_addresses_are_its_own():
    own = private_addresses()
    assert list(own) == sorted(set(own), key=lambda a: (a.version, int(a)))
    for address in own:
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as one:
            one.bind((str(address), 0))
    assert {a for a in _asked() if is_private(a)} <= set(own)


# The page and its server


class Outline(HTMLParser):
    """Tags with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_whole_in_itself(language, certificates):
    text = trust_page(language, "A <b>", certificates.fingerprint, SITES)
    tags = Outline(text).tags
    assert ("html", {"lang": language, "dir": "ltr"}) in tags
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in tags}
    assert "A &lt;b&gt;" in text
    links = [attributes["href"] for tag, attributes in tags if tag == "a"]
    assert set(SITES) < set(links)
    assert links.count("/paragraph8-ca.crt") == 2
    assert links.count("/paragraph8-ca.mobileconfig") == 1
    assert {f"/?lang={other}" for other in LANGUAGES if other != language} < set(links)
    assert "".join(re.findall(r"<td>([0-9A-F]{4})</td>", text)) == certificates.fingerprint
    assert "{" not in text.partition("</style>")[2]


def test_the_fingerprint_stands_in_groups_of_four(certificates):
    assert fingerprint(x509.load_der_x509_certificate(certificates.authority_der)) == (
        certificates.fingerprint
    )
    assert [len(row) for row in groups(certificates.fingerprint)] == [4, 4, 4, 4]


def test_the_profile_holds_the_authority_and_stays_the_same(certificates):
    arguments = (certificates.label, certificates.fingerprint, certificates.authority_der)
    document = plistlib.loads(profile(*arguments))
    (root,) = document["PayloadContent"]
    assert root["PayloadType"] == "com.apple.security.root"
    assert root["PayloadContent"] == certificates.authority_der
    assert profile(*arguments) == profile(*arguments)


@pytest.fixture(scope="module")
def trust(certificates: Certificates) -> Iterator[TrustServer]:
    with TrustServer(certificates, SITES) as server:
        yield server


def asked(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


def test_the_certificate_that_is_downloaded_is_the_one_to_trust(trust, certificates):
    status, headers, content = asked(trust.port, "/paragraph8-ca.crt")
    assert (status, headers["Content-Type"]) == (200, "application/x-x509-ca-cert")
    assert content == certificates.authority_der
    status, headers, content = asked(trust.port, "/paragraph8-ca.mobileconfig")
    assert (status, headers["Content-Type"]) == (200, "application/x-apple-aspen-config")
    assert plistlib.loads(content)["PayloadType"] == "Configuration"


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/", "", "en"),
        ("/", "kk-KZ,kk;q=0.9,ru;q=0.8,en;q=0.7", "kk"),
        ("/", "de,en;q=0.5,ru;q=0.9", "ru"),
        ("/", "ru;q=x, kk;q=0.1", "kk"),
        ("/?lang=ru", "kk", "ru"),
        ("/?lang=../x", "kk", "kk"),
    ],
)
def test_the_page_comes_in_the_language_asked_for(trust, path, accepted, language):
    status, headers, content = asked(trust.port, path, **{"Accept-Language": accepted})
    assert status == 200
    assert f'<html lang="{language}"' in content.decode()
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Server"] == "server"


@pytest.mark.parametrize("path", ["/x", "/authority.pem", "/../authority.pem", "/index.html"])
def test_everything_else_is_not_found(trust, path):
    assert asked(trust.port, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_nothing_but_get_is_answered(trust, method):
    assert asked(trust.port, "/", method)[0] == 501


def test_nothing_is_written_down(trust, capfd):
    asked(trust.port, "/")
    asked(trust.port, "/nothing")
    with socket.create_connection(("127.0.0.1", trust.port)) as broken:
        broken.sendall(b"\x16\x03\x01 no http\r\n\r\n")
        broken.recv(100)
    assert capfd.readouterr() == ("", "")


def test_who_holds_connections_open_is_turned_away_and_others_then_served(certificates):
    with TrustServer(certificates, SITES, "127.0.0.1") as server:
        held = [
            socket.create_connection(("127.0.0.1", server.port)) for _ in range(MOST_AT_ONCE + 1)
        ]
        held[-1].settimeout(5)
        assert held[-1].recv(1) == b""
        for one in held:
            one.close()
        for _ in range(50):
            try:
                assert asked(server.port, "/")[0] == 200
                break
            except (ConnectionError, http.client.HTTPException):
                threading.Event().wait(0.05)
        else:
            pytest.fail("the server did not recover")


def test_a_stopped_server_frees_its_port_and_a_taken_one_is_told(certificates):
    server = TrustServer(certificates, SITES)
    server.start()
    with pytest.raises(Problem) as caught:
        TrustServer(certificates, SITES, port=server.port)
    assert caught.value.code == "lan.port_taken"
    server.stop()
    TrustServer(certificates, SITES, port=server.port).stop()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=5)


def test_preferred_is_english_without_a_known_language():
    assert preferred("de-DE, fr;q=0.5") == "en"
