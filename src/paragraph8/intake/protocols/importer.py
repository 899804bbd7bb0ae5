"""Import: a set of files in one declared format, into tables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from paragraph8.intake.limits import Limits
from paragraph8.intake.protocols.base import FileReport, Frames, missing_columns, rows_to_frames
from paragraph8.intake.protocols.declaration import Declaration, ResultsFile, election_id
from paragraph8.intake.protocols.totals import official_totals
from paragraph8.intake.readers import read_rows
from paragraph8.kernel.problem import Problem
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.tables import Tables, shape_all

COMPRESSED = r"(\.gz)?"


@dataclass(frozen=True, slots=True)
class Import:
    """Tables made from files, and what became of each file."""

    tables: Tables
    reports: tuple[FileReport, ...]


def import_protocols(
    declaration: Declaration, files: Mapping[str, bytes], limits: Limits = Limits()
) -> Import:
    """Tables of all `files` (base name -> content), which must be those the declaration knows.

    Rows in = rows accounted for: `reports` gives for every file rows, protocols and faults.
    Raises Problem intake.unknown_file, intake.no_results_file, and those of `rows_to_frames`.
    """
    all_frames: Frames = {}
    reports = []
    known = {file: _recognise(declaration, file) for file in files}
    side_files = [file for file, (results, _) in known.items() if results is None]
    days: dict[str, date] = {}
    for file, results, election in _in_declared_order(declaration, known):
        days[election] = _day(declaration, results.name, file)
        earlier = all_frames.get("protocol", [])
        frames, report = rows_to_frames(file, files[file], results, election, limits, earlier)
        reports.append(report)
        for name, parts in frames.items():
            all_frames.setdefault(name, []).extend(parts)
    if not reports:
        expected = " or ".join(r.name.pattern for r in declaration.results if r.name)
        found = ", ".join(files)
        raise Problem(
            "intake.no_results_file", format=declaration.file, expected=expected, found=found
        )
    named = dict(_names(declaration, files, side_files, limits))
    joined = {n: pl.concat(parts, how="diagonal") for n, parts in all_frames.items() if parts}
    joined["election"] = _elections(declaration, days)
    joined["contestant"] = _contestants(declaration, joined, named)
    totals = {file: files[file] for file in side_files}
    joined["official_figure"], unread = official_totals(
        declaration, totals, joined["contestant"], set(days), limits
    )
    joined["fault"] = pl.concat([joined["fault"], unread], how="diagonal_relaxed")
    for name in {"station", "area", "contest"} & set(joined):
        keys = BY_NAME[name].key
        joined[name] = joined[name].unique(keys, keep="first", maintain_order=True)
    tables = Tables(shape_all(joined), declaration.as_of, (declaration.source,))
    return Import(tables, tuple(reports))


def _in_declared_order(
    declaration: Declaration, known: Mapping[str, tuple[ResultsFile | None, str]]
) -> list[tuple[str, ResultsFile, str]]:
    """Files of results, so that the order in which they were named changes nothing: the file that
    is declared first says where a station lies."""
    return [
        (file, results, election)
        for results in declaration.results
        for file, (its_results, election) in sorted(known.items())
        if its_results is results
    ]


def _recognise(declaration: Declaration, file: str) -> tuple[ResultsFile | None, str]:
    """Which results file this is and of which election; (None, "") for a side file."""
    for side in (declaration.names_file, declaration.totals_file):
        if side and _matches(side.name, file):
            return None, ""
    for results in declaration.results:
        if results.name is None or _matches(results.name, file):
            day = _day(declaration, results.name, file)
            return results, election_id(declaration, day)
    patterns = [results.name for results in declaration.results]
    patterns += [s.name for s in (declaration.names_file, declaration.totals_file) if s]
    expected = ", ".join(pattern.pattern for pattern in patterns if pattern)
    raise Problem("intake.unknown_file", file=file, format=declaration.file, expected=expected)


def _matches(pattern: re.Pattern[str], file: str) -> re.Match[str] | None:
    return re.fullmatch(f"(?:{pattern.pattern}){COMPRESSED}", file)


def _election_key(pattern: re.Pattern[str] | None, file: str) -> str:
    match = _matches(pattern, file) if pattern else None
    return match["election"] if match and "election" in match.re.groupindex else ""


def _day(declaration: Declaration, name: re.Pattern[str] | None, file: str) -> date:
    key = _election_key(name, file)
    if key not in declaration.days:
        entry = f"days.{key} in [election]"
        raise Problem("mapping.missing_entry", file=declaration.file, entry=entry)
    return declaration.days[key]


def _elections(declaration: Declaration, days: Mapping[str, date]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "election": election,
                "country": declaration.country,
                "title": declaration.title,
                "election_day": day,
                "round": declaration.round,
                "simulated": declaration.simulated,
            }
            for election, day in days.items()
        ]
    )


def _names(
    declaration: Declaration, files: Mapping[str, bytes], side_files: list[str], limits: Limits
) -> Iterator[tuple[tuple[str, str], str]]:
    """(election, contestant) -> name, from the declaration and from files of names."""
    for key, day in declaration.days.items():
        election = election_id(declaration, day)
        for code, name in declaration.names.get(key or "all", {}).items():
            yield (election, code), name
    side = declaration.names_file
    for file in side_files:
        if side is None or not _matches(side.name, file):
            continue
        raw = read_rows(file, files[file], side.options, limits)
        missing_columns(raw, [side.code, side.label])
        day = _day(declaration, side.name, file)
        election = election_id(declaration, day)
        labels = raw.rows.group_by(side.code, maintain_order=True).agg(
            pl.col(side.label).str.join(" / ")
        )
        for code, label in labels.rows():
            yield (election, code), label


def _contestants(
    declaration: Declaration,
    frames: Mapping[str, pl.DataFrame],
    names: Mapping[tuple[str, str], str],
) -> pl.DataFrame:
    """Every contestant with votes; ballot order is the code if it is a number, else the file's."""
    contests = frames["protocol"].select("protocol", "election", "contest")
    ballot = frames["ballot"].unique(["election", "contestant"], keep="first", maintain_order=True)
    # One contest is the rule: then no vote row has to be looked at to know who stood.
    seen = (
        ballot.join(contests.select("election", "contest").unique(), on="election")
        if contests.select("election", "contest").n_unique() == contests["election"].n_unique()
        else frames["protocol_vote"]
        .join(contests, on="protocol")
        .select("election", "contest", "contestant")
        .unique()
        .join(ballot, on=["election", "contestant"])
    )
    kind = pl.when(pl.col("contestant").is_in(declaration.none_codes)).then(pl.lit("none"))
    pairs = seen.select("election", "contestant").rows()
    number = pl.col("contestant").cast(pl.Int64, strict=False)
    return seen.with_columns(
        pl.Series("name", [names.get(pair, pair[1]) for pair in pairs], dtype=pl.String),
        ballot_order=pl.coalesce(number, "ballot_order"),
        kind=kind.otherwise(pl.lit(declaration.contestant_kind)),
    )
