"""Draw the pictures of the method pages on voter lists, from invented lists with a fixed seed.

PYTHONPATH=src python tools/make_method_plots.py            write docs/method/voterlist-*.svg
PYTHONPATH=src python tools/make_method_plots.py --check    write nothing; exit code 1 if one is
                                                            out of date
PYTHONPATH=src python tools/make_method_plots.py --png DIR  also as PNG, to be looked at
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from textwrap import wrap

import altair as alt
import numpy as np
import polars as pl

from paragraph8.analysis.voterlist.reconciliation_stations import by_station
from paragraph8.statement.charts.list_plots import MEN, WOMEN, age_pyramid, waterfall
from paragraph8.statement.charts.lists import station_funnel
from paragraph8.statement.charts.render import INK, render_png, render_svg
from paragraph8.voterlist.compare.explain import Explained, Part, explain_entries
from paragraph8.voterlist.engine import open_duck
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.generate import (
    NO_BLEMISHES,
    Blemishes,
    Settings,
    TwoLists,
    one_list,
    two_lists,
)
from paragraph8.voterlist.link.aggregates import comparison_rows
from paragraph8.voterlist.link.reconcile import LINK, SURE, reconcile
from paragraph8.voterlist.records import make_records

FOLDER = Path(__file__).resolve().parent.parent / "docs/method"
SEED = 2004
PAPER_GROUND = '<rect width="100%" height="100%" fill="#ffffff"/>'
TITLE_CHARACTERS = 88
# Of the funnel: stations of unequal size, and some whose electronic list lacks names.
STATIONS, ALTERED, ALTERED_KEEP, LACKING = 60, ("7", "23", "41"), 0.6, 0.08
# Of the pyramid: what is planted beside the people who are there.
PLANTED = Blemishes(under_age=0.006, over_105=0.008)
OLDEST = 103
# Bands of five years from the voting age, so that bars compare.
FIRST_AGES = tuple(range(13, OLDEST + 1, 5))

FIRST = {
    "surname": "Омарова", "given": "Гүлнәр", "patronymic": "Ахметқызы",
    "birth_date": "03.11.1962", "sex": "ж", "street": "Достық", "house": "12", "flat": "34",
}  # fmt: skip
ALSO_FIRST = {
    **FIRST, "given": "Гульнар", "patronymic": "Ахметовна", "birth_date": "13.11.1962", "flat": "",
}  # fmt: skip
SISTER = {**FIRST, "given": "Күләш", "birth_date": "21.06.1964"}
FIELDS = {
    "surname": "surname", "given": "given name", "patronymic": "patronymic",
    "birth": "birth date", "sex": "sex", "street": "street", "house": "house", "flat": "flat",
}  # fmt: skip
LEVELS = {
    "exact": "same", "same": "same", "root": "same root", "near": "one slip", "far": "two slips",
    "part": "a part", "swapped": "exchanged", "digit": "one digit", "parts": "two parts of three",
    "year": "same year", "locality": "same neighbourhood", "elsewhere": "same number elsewhere",
    "other": "differs",
}  # fmt: skip


def main() -> int:
    """Draw and write, or compare; the number that the process exits with."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--png", type=Path)
    options = parser.parse_args()
    stale = 0
    for name, chart in pictures():
        svg, file = _on_paper(render_svg(chart, name)), FOLDER / f"voterlist-{name}.svg"
        if options.png:
            (options.png / f"{name}.png").write_bytes(render_png(svg))
        if not file.exists() or file.read_text("utf-8") != svg:
            stale += 1
            sys.stdout.write(f"{file.name} {'is out of date' if options.check else 'written'}\n")
            if not options.check:
                file.write_text(svg, "utf-8")
    return 1 if options.check and stale else 0


def pictures() -> Iterator[tuple[str, alt.TopLevelMixin]]:
    """Name -> chart with its title and its base."""
    stations = funnel_rows()
    marked = stations.filter("singled_out").height
    yield "funnel", _titled(
        station_funnel(stations.select(
            "persons", "gross", "expected_low", "expected_high", "singled_out"
        )),
        f"{_number(marked)} of {stations.height} stations differ more than chance explains",
        "Share of persons on either list of the station who stand on one list only. Band: where "
        "99.8 % of stations lie if all differ alike. Diamonds: singled out. Invented lists.",
    )  # fmt: skip
    made = two_lists(Settings(people=20_000, seed=SEED))
    for name, second, title in (
        ("one-person", ALSO_FIRST, "Two spellings of one person"),
        ("sisters", SISTER, "Two sisters: only the household as an alternative keeps them apart"),
    ):
        found = explain_entries(open_duck(None), FIRST, second, made.paper, made.electronic)
        yield (
            f"waterfall-{name}",
            _titled(
                waterfall(waterfall_rows(found), "bits"),
                title,
                "Evidence for one person, in bits, against each alternative. The score is the "
                f"lower total, {_bits(found.score)}: {found.verdict(LINK, SURE)}. Invented people, "
                f"beside {made.paper.height:,} and {made.electronic.height:,} invented entries.",
            ),
        )
    rows = pyramid_rows()
    yield (
        "pyramid",
        _titled(
            age_pyramid(rows, "entries"),
            "More people of 103 and over, and under 18, than live there",
            f"Entries of a list by age on election day; base: {rows['count'].sum():,} entries with "
            "date and sex. Black: what the population lets expect, give or take 5 %. Invented.",
        ),
    )


def funnel_rows() -> pl.DataFrame:
    """Stations of a reconciliation, as the analysis counts them."""
    made = two_lists(Settings(people=60_000, seed=SEED, stations=STATIONS))
    paper, electronic = _thinned(made)
    engine = open_duck(None)
    for name, frame in ((PAPER, paper), (ELECTRONIC, electronic)):
        numbered = frame.with_row_index("row", offset=1).cast({"row": pl.Int64})
        engine.put(f"{name}_raw", numbered)
    records = make_records(engine, {PAPER: "dmy", ELECTRONIC: "dmy"})
    reconcile(engine, records)
    return by_station(comparison_rows(engine, records, "zz-2004-09-19", "invented"))


def _thinned(made: TwoLists) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both lists without some of their people, more at one station than at another."""
    rng = np.random.default_rng(SEED)
    keeps = {str(n + 1): share for n, share in enumerate(rng.uniform(0.1, 1.0, STATIONS))}
    keeps |= dict.fromkeys(ALTERED, ALTERED_KEEP)
    people = int(made.truth["person"].max()) + 1  # type: ignore[arg-type]
    lot = pl.Series("lot", rng.random(people))
    frames = []
    for name, frame in ((PAPER, made.paper), (ELECTRONIC, made.electronic)):
        person = made.truth.filter(list=name).sort("row")["person"]
        kept = lot.gather(person) < frame["station"].replace_strict(keeps, return_dtype=pl.Float64)
        frame = frame.filter(kept)
        if name == ELECTRONIC:
            fate = pl.Series(rng.random(frame.height))
            frame = frame.filter(~frame["station"].is_in(ALTERED) | (fate >= LACKING))
        frames.append(frame)
    return frames[0], frames[1]


def waterfall_rows(found: Explained) -> pl.DataFrame:
    """Both alternatives, step by step."""
    rows: list[Mapping[str, object]] = []
    for panel, before, total, of_part in (
        ("one person, not two strangers", found.strangers_before, found.strangers, "strangers"),
        ("one person, not two relatives", found.relatives_before, found.relatives, "relatives"),
    ):
        steps = [("before comparing", before, False)]
        steps += [(_label(p), getattr(p, of_part), False) for p in found.parts if p.field in FIELDS]
        steps.append(("total", total, True))
        rows += [
            {"panel": panel, "label": label, "adds": bits / 100, "total": is_total}
            for label, bits, is_total in steps
        ]
    return pl.DataFrame(rows)


def _bits(score: int) -> str:
    return f"{score / 100:.1f}".replace("-", "–")


def _label(part: Part) -> str:
    return f"{FIELDS[part.field]}: {LEVELS.get(part.level, part.level)}"


def pyramid_rows() -> pl.DataFrame:
    """A list with planted ages beside the same people without."""
    settings = Settings(people=20_000, seed=SEED)
    found = _by_age(one_list(settings, blemishes=PLANTED).entries, settings.election_day)
    people = _by_age(one_list(settings, 0.0, NO_BLEMISHES).entries, settings.election_day)
    both = found.join(people, on=["age", "sex"], how="left", suffix="_there")
    there = pl.col("count_there")
    return both.with_columns(expected_low=0.95 * there, expected_high=1.05 * there).drop("age")


def _by_age(entries: pl.DataFrame, day: date) -> pl.DataFrame:
    """age, band, sex, count: every band of both sexes."""
    sexes = entries["sex"].unique().drop_nulls().sort().to_list()
    names = {sex: WOMEN if sex in ("ж", "ә", "F") else MEN for sex in sexes}
    born = pl.col("birth_date").str.to_date("%d.%m.%Y", strict=False)
    not_yet = (born.dt.month() * 100 + born.dt.day()) > day.month * 100 + day.day
    aged = entries.select(
        "sex", years=day.year - born.dt.year() - not_yet.cast(pl.Int32)
    ).drop_nulls()
    starts = pl.Series(FIRST_AGES)
    index = starts.search_sorted(aged["years"], side="right").cast(pl.Int64) - 1
    counted = aged.with_columns(
        age=starts.gather(index), sex=aged["sex"].replace_strict(names)
    ).group_by("age", "sex").agg(count=pl.len())  # fmt: skip
    every = pl.DataFrame({"age": FIRST_AGES, "band": _bands()}).join(
        pl.DataFrame({"sex": [MEN, WOMEN]}), how="cross"
    )
    return every.join(counted, on=["age", "sex"], how="left").with_columns(
        pl.col("count").fill_null(0).cast(pl.Int64)
    )


def _bands() -> list[str]:
    lasts = [age - 1 for age in FIRST_AGES[1:]]
    return [
        *(f"{first}–{last}" for first, last in zip(FIRST_AGES[:-1], lasts, strict=True)),
        f"{OLDEST} and more",
    ]


def _titled(chart: alt.TopLevelMixin, title: str, base: str) -> alt.TopLevelMixin:
    return chart.properties(
        title=alt.TitleParams(
            wrap(title, TITLE_CHARACTERS), subtitle=wrap(base, TITLE_CHARACTERS + 12),
            fontSize=14, subtitleFontSize=11, color=INK, subtitleColor=INK,
            anchor="start", frame="bounds", offset=12,
        )
    )  # fmt: skip


def _number(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return words[count] if count < len(words) else str(count)


def _on_paper(svg: str) -> str:
    """White behind it: a page may be shown dark."""
    end = svg.index(">", svg.index("<svg")) + 1
    return svg[:end] + PAPER_GROUND + svg[end:]


if __name__ == "__main__":
    sys.exit(main())
