#!/usr/bin/env python3
"""Subset the Noto faces that Paragraph 8 carries, and write their fonts.css.

    python tools/subset_fonts.py SOURCE TARGET

SOURCE is a folder with the full Noto TTF files (Debian: package fonts-noto-core,
/usr/share/fonts/truetype/noto). TARGET gets ttf/ (Typst, charts), woff2/ (web
pages) and fonts.css. Needs fonttools and brotli. Family names, copyright and
licence entries of the name table stay as they are.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

Range = tuple[int, int]

LATIN: tuple[Range, ...] = (
    (0x0020, 0x007E),
    (0x00A0, 0x024F),
    (0x0259, 0x0259),  # Azerbaijani schwa; its capital is in Latin Extended-B
    (0x02B9, 0x02BC),  # modifier apostrophes (Uzbek, Ukrainian)
    (0x02C6, 0x02DD),
    (0x0300, 0x0337),  # without U+0338: with it, shapers build a broken ≠ from = and /
    (0x0339, 0x036F),
    (0x1E9E, 0x1E9E),
    (0x2000, 0x206F),
    (0x2070, 0x209F),
    (0x20A0, 0x20BF),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0xFFFD, 0xFFFD),
)
GREEK: tuple[Range, ...] = ((0x0370, 0x03FF),)
CYRILLIC: tuple[Range, ...] = ((0x0400, 0x052F),)
GEORGIAN: tuple[Range, ...] = ((0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F))
ARMENIAN: tuple[Range, ...] = ((0x0530, 0x058F), (0xFB13, 0xFB17))
ARABIC: tuple[Range, ...] = (
    (0x0600, 0x06FF),
    (0x0750, 0x077F),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),
)
# Noto Serif and Noto Sans have no minus sign, arrows, operators or shapes.
MATH: tuple[Range, ...] = ((0x0338, 0x0338), (0x2190, 0x2199), (0x2200, 0x22FF))
SHAPES: tuple[Range, ...] = ((0x25A0, 0x25FF),)

# Kept in script files too (where the face has them), but never in their
# unicode-range: a page's digits must not make a phone load an Arabic face.
COMMON: tuple[Range, ...] = (
    (0x0020, 0x0040),
    (0x005B, 0x0060),
    (0x007B, 0x007E),
    (0x00A0, 0x00A0),
    (0x00AB, 0x00AB),
    (0x00BB, 0x00BB),
    (0x2000, 0x206F),
    (0x25CC, 0x25CC),
)
JOINERS: tuple[Range, ...] = ((0x200C, 0x200D),)

# fmt: off
FEATURES = [
    "kern", "liga", "tnum", "lnum", "pnum", "locl", "mark", "mkmk", "ccmp", "init",
    "medi", "fina", "isol", "rlig", "calt", "frac", "numr", "dnom", "sups",
]
# fmt: on


@dataclass(frozen=True)
class Face:
    """One font file: what it keeps, what it claims, and which CSS faces use it."""

    stem: str
    keep: tuple[Range, ...]
    claim: tuple[Range, ...]
    css: tuple[tuple[str, int, str], ...]  # (family, weight, style)


# Browsers choose a weight and style first, and only then look at unicode-range,
# so a face without a bold or italic of its own is also named for those.
_SERIF, _SANS = "P8 Serif", "P8 Sans"
_REG = ((_SERIF, 400, "normal"), (_SERIF, 400, "italic"))
_BOLD = ((_SERIF, 700, "normal"),)
_SANS_BOTH = ((_SANS, 400, "normal"), (_SANS, 700, "normal"))
_LGC = LATIN + GREEK + CYRILLIC

FACES: tuple[Face, ...] = (
    Face("NotoSansMath-Regular", MATH, MATH, _REG + _BOLD + _SANS_BOTH),
    Face("NotoSansSymbols2-Regular", SHAPES, SHAPES, _REG + _BOLD + _SANS_BOTH),
    Face("NotoSerif-Regular", _LGC, _LGC, _REG),
    Face("NotoSerif-Bold", _LGC, _LGC, _BOLD),
    Face("NotoSerif-Italic", LATIN + CYRILLIC, LATIN + CYRILLIC, ((_SERIF, 400, "italic"),)),
    Face("NotoSans-Regular", _LGC, _LGC, _SANS_BOTH[:1]),
    Face("NotoSans-Bold", _LGC, _LGC, _SANS_BOTH[1:]),
    Face("NotoSerifGeorgian-Regular", GEORGIAN + COMMON, GEORGIAN, _REG),
    Face("NotoSerifGeorgian-Bold", GEORGIAN + COMMON, GEORGIAN, _BOLD),
    Face("NotoSansGeorgian-Regular", GEORGIAN + COMMON, GEORGIAN, _SANS_BOTH),
    Face("NotoSerifArmenian-Regular", ARMENIAN + COMMON, ARMENIAN, _REG + _BOLD),
    Face("NotoSansArmenian-Regular", ARMENIAN + COMMON, ARMENIAN, _SANS_BOTH),
    Face("NotoNaskhArabic-Regular", ARABIC + COMMON, ARABIC + JOINERS, _REG + _SANS_BOTH[:1]),
    Face("NotoNaskhArabic-Bold", ARABIC + COMMON, ARABIC + JOINERS, _BOLD + _SANS_BOTH[1:]),
)


def _points(ranges: Iterable[Range]) -> list[int]:
    return [point for first, last in ranges for point in range(first, last + 1)]


def _unicode_range(ranges: Iterable[Range]) -> str:
    return ", ".join(
        f"U+{first:04X}" if first == last else f"U+{first:04X}-{last:04X}" for first, last in ranges
    )


def _options() -> subset.Options:
    options = subset.Options()
    options.hinting = False
    options.layout_features = FEATURES
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables = [*options.drop_tables, "MATH"]
    return options


def subset_face(face: Face, source: Path, target: Path) -> tuple[int, int]:
    """Write both formats of one face; return their sizes in bytes."""
    sizes: list[int] = []
    for kind, flavor in (("ttf", None), ("woff2", "woff2")):
        options = _options()
        options.flavor = flavor
        with TTFont(source / f"{face.stem}.ttf", recalcTimestamp=False, lazy=True) as font:
            subsetter = subset.Subsetter(options)
            subsetter.populate(unicodes=_points(face.keep))
            subsetter.subset(font)
            out = target / kind / f"{face.stem}.{kind}"
            out.parent.mkdir(parents=True, exist_ok=True)
            subset.save_font(font, str(out), options)
        sizes.append(out.stat().st_size)
    return sizes[0], sizes[1]


def font_css() -> str:
    """The @font-face rules. Where ranges overlap, the later rule wins."""
    rules = ["/* Written by tools/subset_fonts.py. Fonts: SIL OFL 1.1, see OFL.txt. */\n"]
    for face in FACES:
        for family, weight, style in face.css:
            rules.append(
                "@font-face {\n"
                f'  font-family: "{family}";\n'
                f"  font-style: {style};\n"
                f"  font-weight: {weight};\n"
                "  font-display: swap;\n"
                f'  src: url("woff2/{face.stem}.woff2") format("woff2");\n'
                f"  unicode-range: {_unicode_range(face.claim)};\n"
                "}\n"
            )
    return "\n".join(rules)


def main() -> None:
    parser = argparse.ArgumentParser(description="Subset the bundled Noto faces.")
    parser.add_argument("source", type=Path, help="folder with the full Noto TTF files")
    parser.add_argument("target", type=Path, help="folder for ttf/, woff2/ and fonts.css")
    args = parser.parse_args()
    total_ttf = total_woff2 = 0
    for face in FACES:
        ttf, woff2 = subset_face(face, args.source, args.target)
        total_ttf += ttf
        total_woff2 += woff2
        sys.stdout.write(f"{face.stem:28} ttf {ttf:8,}  woff2 {woff2:8,}\n")
    (args.target / "fonts.css").write_text(font_css(), encoding="utf-8")
    sys.stdout.write(f"{'total':28} ttf {total_ttf:8,}  woff2 {total_woff2:8,}\n")


if __name__ == "__main__":
    main()
