"""p8 serve --lan: HTTPS from an authority of our own, and the page that phones are told by."""

import ssl
import urllib.request
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from journey.live import Live, free_port

SEED = """
from server.world import make_world
result = make_world().token
"""


def test_a_phone_trusts_the_authority_and_then_speaks_https(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    trust = free_port()
    server = Live(home, ("--lan", "--trust-port", str(trust)), P8_PUBLIC_URL="https://p8.local")
    token = server.run(SEED)
    server.scheme = "https"
    server.start()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{trust}/") as answer:
            page = answer.read().decode()
        assert "https://p8.local" in page
        with urllib.request.urlopen(f"http://127.0.0.1:{trust}/paragraph8-ca.crt") as answer:
            authority = x509.load_der_x509_certificate(answer.read())
        context = ssl.create_default_context(cadata=authority.public_bytes(Encoding.PEM).decode())
        request = urllib.request.Request(
            f"https://localhost:{server.port}/o/{token}/submission", method="HEAD"
        )
        with urllib.request.urlopen(request, context=context) as answer:
            assert answer.status == 204
            assert answer.headers["Strict-Transport-Security"]
        with urllib.request.urlopen(
            f"https://localhost:{server.port}/o/{token}/formList", context=context
        ) as answer:
            assert b"https://p8.local/o/" in answer.read()
    finally:
        server.stop()
