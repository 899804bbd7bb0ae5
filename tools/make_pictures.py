"""The pictures of the README, made by the software from its demonstrations.

    python tools/make_pictures.py [--to docs/images]

Builds them in a temporary folder, draws the first page of the PDF and a chart of the first, and a
chart of the rehearsal, as PNG.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import pymupdf

from paragraph8.cli.demo import REHEARSAL
from paragraph8.statement.charts.render import render_png

CHART, OBSERVED = "direction", "assessments"
PAGE_DPI = 80


def main() -> None:
    """Build, draw, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=Path("docs/images"))
    target = parser.parse_args().to
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "demo"
        command = "from paragraph8.cli import main; main()"
        arguments = ["demo", "--no-serve", "--folder", str(folder)]
        subprocess.run([sys.executable, "-c", command, *arguments], check=True)
        publication = folder / "statement"
        page = pymupdf.open(publication / "statement.pdf")[0]
        page.get_pixmap(dpi=PAGE_DPI).save(target / "statement-page-1.png")
        svg = (publication / "charts" / f"{CHART}.svg").read_text(encoding="utf-8")
        pymupdf.Pixmap(render_png(svg)).save(target / f"chart-{CHART}.png")
        rehearsal = folder / REHEARSAL / "statement" / "charts" / f"{OBSERVED}.svg"
        drawn = render_png(rehearsal.read_text(encoding="utf-8"))
        pymupdf.Pixmap(drawn).save(target / f"chart-{OBSERVED}.png")


if __name__ == "__main__":
    main()
