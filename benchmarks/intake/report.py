"""Reports as a phone sends them: the form of 250 questions, its XML, photos, the request."""

import hashlib
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

FORM = "opening_long"
QUESTIONS = 250
PHOTO_BYTES = 300_000
BOUNDARY = "a-boundary-that-stands-in-no-photo"
PHOTOS = ("photo1", "photo2")


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its id, its bytes, and the files that its XML names."""

    instance: str
    xml: bytes
    files: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.xml).hexdigest()


def question_names() -> list[str]:
    """Names as long as those of real forms."""
    return [f"B{number:03}_procedure_followed" for number in range(1, QUESTIONS + 1)]


def form_markdown() -> str:
    """The form as an XLSForm in Markdown: 250 choices, two photos, a comment."""
    questions = [("select_one yes_no", name) for name in question_names()]
    questions += [("image", name) for name in PHOTOS] + [("text", "comment")]
    rows = "\n".join(f"| | {kind} | {name} | {name} |" for kind, name in questions)
    return (
        f"| survey |\n| | type | name | label |\n{rows}\n"
        "| choices |\n| | list_name | name | label |\n"
        "| | yes_no | yes | Yes |\n| | yes_no | no | No |\n"
        "| settings |\n| | form_id | version | form_title |\n"
        f"| | {FORM} | 1 | Opening, long |\n"
    )


def make_report(photos: int = 0, photo_bytes: int = PHOTO_BYTES) -> Report:
    """A new report with an id of its own and `photos` (0 to 2) photos like no other's."""
    instance = f"uuid:{uuid.uuid4()}"
    names = PHOTOS[:photos]
    files = {f"{name}.jpg": _photo(f"{instance} {name}", photo_bytes) for name in names}
    before, after = _halves(names)
    return Report(instance, before + instance.encode() + after, files)


def request_of(path: str, report: Report, names: tuple[str, ...] | None = None) -> bytes:
    """The whole request that brings the XML and the files `names` (default: all)."""
    chosen = report.files if names is None else {name: report.files[name] for name in names}
    parts = [_part("xml_submission_file", "submission.xml", "text/xml", report.xml)]
    parts += [_part(name, name, "image/jpeg", content) for name, content in chosen.items()]
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: load\r\n"
        "X-OpenRosa-Version: 1.0\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _part(name: str, file: str, kind: str, content: bytes) -> bytes:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n"


@cache
def _halves(photos: tuple[str, ...]) -> tuple[bytes, bytes]:
    """What stands before and after the instance id."""
    answers = "".join(f"<{name}>yes</{name}>" for name in question_names())
    named = "".join(f"<{name}>{name}.jpg</{name}>" for name in photos)
    before = (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{FORM}" version="1">{answers}{named}'
        "<comment>The queue reached the street.</comment><orx:meta><orx:instanceID>"
    )
    return before.encode(), b"</orx:instanceID></orx:meta></data>"


@cache
def _noise(size: int) -> bytes:
    return random.Random(8).randbytes(size)


def _photo(text: str, size: int) -> bytes:
    """Bytes that no other photo has: noise, which does not compress either, after a name."""
    head = b"\xff\xd8\xff\xe0" + text.encode()
    return head + _noise(size)[len(head) :]
