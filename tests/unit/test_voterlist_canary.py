"""The search for planted names: whatever a name hides in, it is found; what is closed is said."""

import base64
import bz2
import gzip
import io
import json
import lzma
import quopri
import tarfile
import urllib.parse
import zipfile
from hashlib import md5, sha1, sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import polars as pl
import pymupdf
import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.normalise import keys
from paragraph8.voterlist.privacy.canary import find_canaries, scan
from paragraph8.voterlist.privacy.canary_forms import folded

NAME = "Хрусталёв-Пескоструев"
LATIN = "Çelebizâde-Østergård"
OTHER = "Никакой-Непосаженный"
TEXT = f"строка до; {NAME}; 1980-01-01"


def archive(*members: tuple[str, bytes], comment: bytes = b"") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members:
            out.writestr(name, content)
        out.comment = comment
    return held.getvalue()


def tar(content: bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as out:
        member = tarfile.TarInfo("rows")
        member.size = len(content)
        out.addfile(member, io.BytesIO(content))
    return held.getvalue()


def parquet(*columns: object) -> bytes:
    held = io.BytesIO()
    pl.DataFrame({str(at): [column] for at, column in enumerate(columns)}).write_parquet(held)
    return held.getvalue()


def workbook(text: str) -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    book.active.append([text])
    book.save(held)
    return held.getvalue()


def pdf(text: str, **metadata: str) -> bytes:
    with pymupdf.open() as document:
        # A font that holds Cyrillic letters is embedded, and its text is numbers of glyphs.
        document.new_page().insert_htmlbox((20, 20, 500, 200), f"<p>{text}</p>")
        document.set_metadata(metadata)
        return document.tobytes(deflate=True)


BASE64 = base64.b64encode(TEXT.encode()).decode()
WRAPPED = base64.encodebytes(("ё" * 30 + TEXT).encode())
SPELLINGS = {
    "as it is": NAME,
    "small letters": NAME.lower(),
    "capitals": NAME.upper(),
    "another hyphen and no ё": "Хрусталев — Пескоструев",
    "spaced": " ".join(NAME),
    "one word": NAME.replace("-", ""),
    "letters and marks apart": "Хрустале\u0308в-Пескоструев",
    "as passports write": "KHRUSTALEV-PESKOSTRUEV",
    "with yo": "Khrustalyov Peskostruyev",
    "as scholars write": "Chrustalëv-Peskostruev".replace("Ch", "H"),
    "as the audit's key": keys("surname", [NAME])["key"][0],
    "as the audit's root": keys("surname", [NAME])["root"][0],
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1251", "koi8-r", "cp866")
WRITTEN = {
    "base64": BASE64.encode(),
    "base64 after other text": b"xy" + BASE64.encode(),
    "base64 for addresses": base64.urlsafe_b64encode(TEXT.encode()),
    "base64 in lines": WRAPPED,
    "base64 of UTF-16": base64.b64encode(TEXT.encode("utf-16-le")),
    "base64 of Windows-1251": base64.b64encode(TEXT.encode("cp1251")),
    "base64 of base64": base64.b64encode(BASE64.encode()),
    "hexadecimal": TEXT.encode().hex().encode(),
    "hexadecimal capitals": b"0" + TEXT.encode().hex().upper().encode(),
    "hexadecimal with blanks": TEXT.encode("cp1251").hex(" ").encode(),
    "percent-encoding": urllib.parse.quote(TEXT).encode(),
    "percent-encoding of Windows-1251": urllib.parse.quote(TEXT, encoding="cp1251").encode(),
    "percent-encoding twice": urllib.parse.quote(urllib.parse.quote(TEXT)).encode(),
    "quoted-printable": quopri.encodestring(TEXT.encode()),
    "JSON": json.dumps(TEXT).encode(),
    "JSON in JSON": json.dumps(json.dumps(TEXT)).encode(),
    "escapes of Python": repr(TEXT.encode()).encode(),
    "HTML decimal": TEXT.encode("ascii", "xmlcharrefreplace"),
    "HTML hexadecimal": "".join(f"&#x{ord(sign):X};" for sign in TEXT).encode(),
    "between tags": "<b>Хрусталёв</b>-<i class='x'>Песко</i>струев".encode(),
    "MD5": md5(NAME.encode()).hexdigest().encode(),
    "SHA-1": sha1(NAME.lower().encode()).digest(),
    "SHA-256": f"a {sha256(NAME.encode()).hexdigest()} b".encode(),
}
PACKED = {
    "ZIP": archive(("rows.csv", TEXT.encode())),
    "ZIP in ZIP": archive(("inner.zip", archive(("rows.csv", TEXT.encode("cp1251"))))),
    "name of a member": archive((f"{NAME}.txt", b"")),
    "comment of a ZIP": archive(comment=NAME.encode("cp1251")),
    "gzip": gzip.compress(TEXT.encode()),
    "bzip2": bz2.compress(TEXT.encode()),
    "xz": lzma.compress(TEXT.encode()),
    "tar.gz": gzip.compress(tar(TEXT.encode("utf-16"))),
    "gzip in tar": tar(gzip.compress(TEXT.encode())),
    "XLSX": workbook(TEXT),
    "Parquet": parquet(1, TEXT),
    "Parquet, two columns": parquet("Хрусталёв", "Пескоструев"),
    "Parquet, nested": parquet({"of": [TEXT]}),
    "Parquet, bytes": parquet(TEXT.encode("cp1251")),
    "PDF": pdf(TEXT),
    "PDF, metadata": pdf("nothing", author=NAME),
    "binary": bytes(range(256)) + TEXT.encode("utf-16-le") + bytes(range(255)),
}


def found_in(folder: Path, content: bytes, *names: str) -> tuple[str, ...]:
    (folder / "out").mkdir()
    (folder / "out" / "file").write_bytes(content)
    assert scan(folder, names or (NAME,)).unread == ()
    return tuple(found.file for found in find_canaries(folder, names or (NAME,)))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_found(tmp_path, spelling):
    assert "out/file" in found_in(tmp_path, f"до {SPELLINGS[spelling]} после".encode())


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_is_found(tmp_path, encoding):
    assert "out/file" in found_in(tmp_path, TEXT.encode(encoding))
    (tmp_path / "out" / "file").write_bytes(b"x" + TEXT.encode(encoding))
    assert find_canaries(tmp_path, [NAME])


@pytest.mark.parametrize("form", [*WRITTEN, *PACKED])
def test_every_form_is_found(tmp_path, form):
    assert "out/file" in found_in(tmp_path, {**WRITTEN, **PACKED}[form])


@pytest.mark.parametrize("form", [*WRITTEN, *PACKED])
def test_a_name_that_was_not_planted_is_not_found(tmp_path, form):
    assert found_in(tmp_path, {**WRITTEN, **PACKED}[form], OTHER) == ()


def test_names_with_marks_and_numbers_are_found_too(tmp_path):
    for text in (LATIN.encode("utf-16"), b"Celebizade Ostergard", b"800101 300123"):
        (tmp_path / "file").write_bytes(text)
        assert len({hit.name for hit in find_canaries(tmp_path, [LATIN, "800101300123"])}) == 1


def test_it_says_where_and_never_repeats_the_name(tmp_path):
    (tmp_path / f"{NAME}.csv").write_bytes(b"")
    (tmp_path / "a.zip").write_bytes(archive(("b.json", json.dumps(TEXT).encode())))
    found = find_canaries(tmp_path, [OTHER, NAME])
    assert [(hit.where, hit.name) for hit in found] == [
        ("b.json > escapes of Unicode", 2),
        ("name of the file", 2),
    ]
    with pytest.raises(Problem) as raised:
        find_canaries(tmp_path, ["Хрустал"])
    assert raised.value.code == "analysis.bad_parameter"
    assert "Хрустал" not in str(raised.value)


def sealed(content: bytes) -> bytes:
    return pyrage.encrypt(content, [pyrage.x25519.Identity.generate().to_public()])


def with_password() -> bytes:
    """A ZIP whose member says of itself that it is encrypted."""
    content = bytearray(archive(("rows", TEXT.encode())))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def nested(content: bytes, deep: int) -> bytes:
    return nested(gzip.compress(content), deep - 1) if deep else content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (sealed(TEXT.encode()), "encrypted with age"),
        (with_password(), "a ZIP with a password"),
        (gzip.compress(TEXT.encode())[:-12], "damaged, or not what it begins as"),
        (b"PAR1" + TEXT.encode("utf-16"), "a Parquet file that cannot be read"),
        (b"%PDF-1.7 cut off", "a PDF that cannot be read"),
        (nested(TEXT.encode(), 6), "archives in archives, too deep"),
        (b"\x28\xb5\x2f\xfd...", "compressed with Zstandard"),
    ],
    ids=["sealed", "password", "cut", "parquet", "pdf", "deep", "zstandard"],
)
def test_what_cannot_be_read_is_said(tmp_path, content, why):
    (tmp_path / "file").write_bytes(content)
    assert why in [reason for _, reason in scan(tmp_path, [NAME]).unread]


def test_a_working_store_is_said_to_be_unread(tmp_path):
    engine = open_duck(tmp_path)
    engine.put("paper_raw", pl.DataFrame({"surname": [NAME]}))
    engine.connection.close()
    assert ("store.duckdb", "a DuckDB database") in scan(tmp_path, [NAME]).unread


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Жанболатұлы", "Janbolatuly"),
        ("ЖАНБОЛАТУЛЫ", "Dzhanbolatuly"),
        ("Щербакова Юлия", "Shcherbakova Iuliia"),
        ("Цыпляева", "Tsyplyaeva"),
    ],
)
def test_romanisations_of_one_name_fold_together(one, other):
    assert folded(one)[1] == folded(other)[1]


def test_words_that_meet_do_not_hide_a_name(tmp_path):
    # k and h of two words are no kh, whether or not the blank between them is there.
    for text in ("Rozanybek Hasanova", "RozanybekHasanova"):
        (tmp_path / "file").write_text(text)
        assert find_canaries(tmp_path, ["Rozanybek"])
        assert find_canaries(tmp_path, ["Rozanybek Hasanova"])


@given(st.binary(max_size=40), st.binary(max_size=40), st.sampled_from(ENCODINGS), st.data())
def test_a_name_is_found_in_the_midst_of_any_bytes(before, after, encoding, data):
    content = before + NAME.encode(encoding) + after
    written = data.draw(
        st.sampled_from(
            [bytes, base64.b64encode, bytes.hex, urllib.parse.quote_from_bytes, gzip.compress]
        )
    )(content)
    with TemporaryDirectory() as folder:
        Path(folder, "file").write_bytes(
            written if isinstance(written, bytes) else written.encode()
        )
        assert find_canaries(Path(folder), [NAME])


def test_a_link_is_not_followed_and_said_to_be_unread(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "names").write_text(TEXT)
    (tmp_path / "out" / "link").symlink_to(tmp_path / "names")
    assert scan(tmp_path / "out", [NAME]).unread == (("link", "a link"),)
    assert find_canaries(tmp_path / "out", [NAME]) == ()
