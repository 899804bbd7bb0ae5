"""The text of the demonstration's statement, as a reader sees it, against the text kept here.

A change of the text must be seen and wanted: P8_UPDATE_GOLDEN=1 writes the new one.
"""

import os
import re
from html import unescape
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "data" / "golden" / "statement.txt"
# The id changes with every change of a table's contract; test_demo looks at it.
SNAPSHOT_ID = re.compile(r"\b[0-9a-f]{64}\b")


def text_of(page: str) -> str:
    """One line per block: sentences, table rows, titles; drawings and numbers of notes left out."""
    page = re.sub(r"<svg.*?</svg>|<script.*?</script>|<head>.*?</head>", "", page, flags=re.S)
    page = re.sub(r'<a class="fignum".*?</a>', "", page)
    page = re.sub(r"</t[dh]>", " | ", page)
    page = re.sub(r"</(p|h\d|li|tr|figcaption|dt|dd|summary)>", "\n", page)
    text = unescape(re.sub(r"<[^>]+>", "", page))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return SNAPSHOT_ID.sub("SNAPSHOT", "\n".join(line for line in lines if line)) + "\n"


def test_the_statement_reads_as_it_did(demo_folder):
    page = (demo_folder / "statement" / "index.html").read_text(encoding="utf-8")
    text = text_of(page)
    if os.environ.get("P8_UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
