"""Pictures of strangers: copies carry nothing, bombs kill nobody, originals are never shown."""

import hashlib
import io
import struct
import subprocess
import sys
import zlib

import pytest
from django.db import connection
from PIL import Image

from paragraph8.server.openrosa.models import Submission, SubmissionFile
from paragraph8.server.record.files import file_store
from paragraph8.server.record.models import JournalEntry
from paragraph8.server.review import pictures
from server.test_review import post, reviewer
from server.world import World, count_xml

GPS, ORIENTATION, MAKE, MAKER_NOTE = 0x8825, 0x0112, 0x010F, 0x927C
SCRIPT = b"<script>document.title='ran'</script>"


def camera_jpeg(size: tuple[int, int] = (2400, 1200)) -> bytes:
    """A photo as a phone makes it: turned, with place, camera, maker note, comment, thumbnail."""
    picture = Image.new("RGB", size, (30, 120, 200))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKE] = "SecretCamera"
    exif.get_ifd(GPS).update({1: "N", 2: (43.0, 14.0, 17.0), 3: "E", 4: (76.0, 53.0, 42.0)})
    exif.get_ifd(0x8769)[MAKER_NOTE] = b"SECRETNOTE" * 3
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"SECRETCOMMENT")
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A small PNG that says it is very large, its rows really there (zeros pack well)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(b"\0" * (width // 8 + 1)) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = chunk(b"IDAT", packed + rows.flush())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def keep(content: bytes) -> str:
    return file_store().keep([content]).sha256


def test_a_copy_holds_the_picture_and_nothing_else(world):
    original = camera_jpeg()
    assert b"SecretCamera" in original
    copy = pictures.copy_of(keep(original))
    assert copy is not None
    made = Image.open(io.BytesIO(copy))
    assert made.format == "JPEG"
    assert made.size == (800, 1600), "turned upright, longest side 1600"
    assert dict(made.getexif()) == {}
    assert set(made.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for secret in (b"Secret", b"SECRET", b"Exif", b"GPS"):
        assert secret not in copy
    red, _, blue = made.convert("RGB").getpixel((400, 800))
    assert blue > 150 > red, "it is the same picture"


def test_the_original_stays_byte_for_byte_and_the_copy_is_made_once(world, settings, monkeypatch):
    original = camera_jpeg((300, 200))
    sha256 = keep(original)
    first = pictures.copy_of(sha256)
    assert b"".join(file_store().read(sha256)) == original
    place = settings.P8_HOME / "copies" / sha256[:2] / f"{sha256}.jpg"
    assert place.read_bytes() == first
    assert place.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("made again"))
    assert pictures.copy_of(sha256) == first


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "CMYK"])
def test_other_kinds_of_colours_can_be_copied(world, mode):
    out = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "WEBP" if mode == "RGBA" else "PNG"
    Image.new(mode, (40, 30)).save(out, kind)
    copy = pictures.copy_of(keep(out.getvalue()))
    assert copy is not None
    assert Image.open(io.BytesIO(copy)).size == (40, 30)


def test_a_flood_of_pixels_is_refused_quickly(world, settings):
    bomb = png_claiming(30_000, 30_000)
    assert len(bomb) < 200_000
    sha256 = keep(bomb)
    assert pictures.copy_of(sha256) is None
    assert pictures.was_no_picture(sha256), "it is not tried again"


def test_the_process_is_limited_by_itself():
    """Whatever a decoder asks for, memory and time end with this process."""
    program = (
        "import runpy, sys; runpy.run_path(sys.argv[1])['limit'](); b = bytearray(2_000_000_000)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(pictures.PROGRAM)],
        capture_output=True,
        check=False,
    )
    assert b"MemoryError" in done.stderr


HOSTILE = {
    "cut off": camera_jpeg((300, 200))[:900],
    "script in a picture": b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "page": b"<!doctype html>" + SCRIPT,
    "picture that is a page too": b"\xff\xd8\xff\xfe\x00\x40" + SCRIPT,
    "pdf": b"%PDF-1.7 " + SCRIPT,
    "gif": b"GIF89a" + SCRIPT,
    "encapsulated postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "nothing": b"",
    "beginning only": b"\x89PNG\r\n\x1a\n",
    "sound": b"RIFF\x24\x00\x00\x00WAVEfmt ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_sound_picture_has_no_copy(world, name):
    assert pictures.copy_of(keep(HOSTILE[name])) is None


def test_a_picture_with_a_page_behind_it_gives_a_copy_without_the_page(world):
    copy = pictures.copy_of(keep(camera_jpeg((300, 200)) + SCRIPT))
    assert copy is not None
    assert b"script" not in copy


def with_file(world: World, name: str, content: bytes) -> SubmissionFile:
    """A report whose photo came under a hostile name, past the check at the door."""
    post(world, count_xml(photos=("1.jpg",)), ("1.jpg", content))
    SubmissionFile.objects.update(name=name)
    return SubmissionFile.objects.get()


NAMES = [
    "../../etc/passwd",
    "a\0b.jpg",
    "photo\u202egpj.exe",
    "x" * 250 + ".html",
    'a"; filename="b.html',
    "page.svg\r\nSet-Cookie: a=b",
    "<img src=x onerror=alert(1)>.jpg",
    "CON.jpg",
]


@pytest.mark.parametrize("name", NAMES)
def test_an_original_is_a_download_of_our_own_name(world, name):
    if connection.vendor == "postgresql":
        # It stores no NUL, and intake takes them out of every name.
        name = name.replace("\0", "")
    content = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
    file = with_file(world, name, content)
    browser = reviewer(world)
    base = f"/m/lumria-2024/reports/{file.submission_id}"
    answer = browser.get(f"{base}/files/{file.pk}/original")
    assert answer.status_code == 200
    assert b"".join(answer) == content
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    said = answer["Content-Disposition"]
    assert said.startswith(f'attachment; filename="report-{file.submission_id}-file-{file.pk}.')
    assert said.rpartition(".")[2] in ('jpg"', 'bin"')
    page = browser.get(base).content.decode()
    assert "\u202e" not in page
    assert "<img src=x" not in page
    assert JournalEntry.objects.filter(verb="file.downloaded", by__isnull=False).count() == 1


def test_a_page_gets_a_copy_and_nothing_but_a_copy(world):
    original = camera_jpeg((300, 200))
    file = with_file(world, "1.jpg", original)
    base = f"/m/lumria-2024/reports/{file.submission_id}/files/{file.pk}"
    answer = reviewer(world, "statistics", "election_analyst").get(f"{base}/copy")
    assert answer["Content-Type"] == "image/jpeg"
    assert b"Secret" not in answer.content
    assert "sandbox" in answer["Content-Security-Policy"]
    assert reviewer(world, "other", "election_analyst").get(f"{base}/original").status_code == 403
    Submission.objects.update(team=None)
    assert answer.status_code == 200


def test_a_file_belongs_to_its_report(world):
    file = with_file(world, "1.jpg", camera_jpeg((30, 20)))
    post(world, count_xml("uuid:2"))
    other = Submission.objects.get(instance_id="uuid:2")
    browser = reviewer(world)
    for kind in ("copy", "original"):
        address = f"/m/lumria-2024/reports/{other.pk}/files/{file.pk}/{kind}"
        assert browser.get(address).status_code == 404


def test_a_lost_original_is_not_found_and_said(world, settings):
    file = with_file(world, "1.jpg", camera_jpeg((30, 20)))
    (settings.P8_HOME / "attachments" / file.sha256[:2] / file.sha256).unlink()
    browser = reviewer(world)
    base = f"/m/lumria-2024/reports/{file.submission_id}"
    assert browser.get(f"{base}/files/{file.pk}/copy").status_code == 404
    assert browser.get(f"{base}/files/{file.pk}/original").status_code == 404
    assert "not in the store" in browser.get(base).content.decode()
