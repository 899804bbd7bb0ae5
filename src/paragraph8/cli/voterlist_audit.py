"""What the commands on voter lists share: the folder of an audit, its lists, its aggregates."""

import json
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from paragraph8.cli.files import read_text
from paragraph8.cli.terminal import err, progress
from paragraph8.kernel.problem import Problem
from paragraph8.tables.contracts import BY_NAME
from paragraph8.tables.snapshot import write_snapshot
from paragraph8.tables.tables import Source as DataSource
from paragraph8.tables.tables import Tables, shape_all
from paragraph8.voterlist.decided import DECISIONS
from paragraph8.voterlist.engine import Duck, Engine, open_duck
from paragraph8.voterlist.fields import ELECTRONIC, PAPER
from paragraph8.voterlist.link.aggregates import refuse_personal
from paragraph8.voterlist.normalise import VERSION
from paragraph8.voterlist.privacy.exposure import exposure_notes
from paragraph8.voterlist.privacy.inputs import RecordedInput, recorded
from paragraph8.voterlist.privacy.pseudonyms import KEY_FILE, write_key
from paragraph8.voterlist.privacy.working import (
    AGGREGATES,
    LOCK,
    MARKER,
    at_work,
    make_working_folder,
)
from paragraph8.voterlist.read.dates import check_dates
from paragraph8.voterlist.read.files import load
from paragraph8.voterlist.read.mapping import ListMapping, read_mapping
from paragraph8.voterlist.read.source import LIST_LIMITS, Source, check_pair
from paragraph8.voterlist.records import Records, make_records

SNAPSHOT, INPUTS = "snapshot", "inputs.json"
KEY_BYTES = 32
# Bytes of all files together up to which tables are kept in memory: some tens of stations.
SMALL = 10_000_000
INTERRUPTED = "Query interrupted"  # as DuckDB calls Ctrl-C
ENGINES = ("duckdb", "spark")
AMOUNT = re.compile(r"0*[1-9]\d*(\.\d+)? *[KMGT]i?B", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Election:
    """Which election the lists are of, and whether they are invented.

    Raises Problem analysis.bad_parameter for an id that does not end with a day.
    """

    id: str
    simulated: bool

    def __post_init__(self) -> None:
        _day_of(self.id)

    @property
    def day(self) -> date:
        """Election day, the end of the id."""
        return _day_of(self.id)

    def row(self) -> pl.DataFrame:
        """The table `election`."""
        title = "Invented voter lists" if self.simulated else "Audit of voter lists"
        row = {
            "election": [self.id],
            "country": [self.id[:2].upper()],
            "title": [title],
            "election_day": [self.day],
            "round": [1],
            "simulated": [self.simulated],
        }
        return pl.DataFrame(row)


def _day_of(election: str) -> date:
    country, _, day = election.partition("-")
    try:
        if len(country) == 2 and country.isalpha():
            return date.fromisoformat(day)
    except ValueError:
        pass
    expected = "a country of two letters and the election day, for instance kz-2004-09-19"
    raise _bad_option("--election", election, expected)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Lists that were read: engine with their tables, what is known of each file, records."""

    engine: Engine
    sources: tuple[Source, ...]
    records: Records


@contextmanager
def working_folder(
    out: Path, memory: str, files: Iterable[Path], engine: str = "duckdb"
) -> Iterator[Engine]:
    """A new private folder for the audit of some files, its key, and an engine that spills into it.

    A command that fails before its counts are written leaves nothing behind: neither names nor a
    folder that the next try would find in its way.

    Raises Problem analysis.bad_parameter, those of `make_working_folder`, and what `_without_cells`
    makes of a database that fails.
    """
    check_engine(engine, memory)
    is_new = not out.exists()
    make_working_folder(out)
    try:
        for note in exposure_notes(out):
            err.print(note, markup=False)
        write_key(out / KEY_FILE, secrets.token_bytes(KEY_BYTES))
        with _without_cells(out, memory), running(out, memory, files, engine) as opened:
            yield opened
    finally:
        if not (out / AGGREGATES).exists():
            _take_back(out, is_new)


@contextmanager
def running(
    folder: Path, memory: str, files: Iterable[Path], engine: str = "duckdb"
) -> Iterator[Engine]:
    """An engine inside an audit's folder; what it spilled is gone when it ends."""
    small = sum(path.stat().st_size for path in files if path.is_file()) <= SMALL
    with at_work(folder) as spill, _engine(engine, spill, memory, small) as opened:
        yield opened


def check_engine(engine: str, memory: str) -> None:
    """Before anything is made. Raises Problem analysis.bad_parameter."""
    if engine not in ENGINES:
        raise _bad_option("--engine", engine, " or ".join(ENGINES))
    if not AMOUNT.fullmatch(memory.strip()):
        raise _bad_option("--memory", memory, "a number and its unit, for instance 500MB or 4GB")


@contextmanager
def _engine(name: str, spill: Path, memory: str, small: bool) -> Iterator[Engine]:
    if name == "duckdb":
        yield open_duck(spill, memory, small=small)
        return
    from paragraph8.voterlist.spark import open_spark

    spark = open_spark(spill, memory)
    try:
        yield spark
    finally:
        spark.close()


@contextmanager
def _without_cells(out: Path, memory: str) -> Iterator[None]:
    """Errors of the database without their texts, which may repeat a cell of the list.

    Too little memory and a full disk are for the user to mend. Anything else is our fault, and ends
    the command with the place in the program and the kind of error.
    """
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError):
        raise _bad_option("--memory", memory, "more, for lists of this length") from None
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except RuntimeError as error:
        if str(error) != INTERRUPTED:
            raise
        raise KeyboardInterrupt from None
    except duckdb.IOException:
        reason = "the database could not write there; is the disk full?"
        raise Problem("file.not_usable", file=out, reason=reason) from None
    except (duckdb.Error, pl.exceptions.PolarsError) as error:
        kind = f"{type(error).__name__}; its text is left out, for it may repeat a cell"
        raise RuntimeError(kind).with_traceback(error.__traceback__) from None


def _take_back(out: Path, is_new: bool) -> None:
    """Remove what a failed command has made of an empty folder."""
    for name in (KEY_FILE, INPUTS, DECISIONS, LOCK, MARKER):
        (out / name).unlink(missing_ok=True)
    if is_new and not any(out.iterdir()):
        out.rmdir()


def _bad_option(name: str, value: str, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=name, value=value, expected=expected)


def read_lists(engine: Engine, files: Mapping[str, Path], mapping: Path) -> Loaded:
    """Read, check and clean the lists that a mapping describes: name of each list -> its file."""
    mappings = read_mapping(mapping.name, read_text(mapping, "mapping.missing_file"))
    sources = []
    orders = {}
    for name, path in files.items():
        if name not in mappings:
            raise Problem("mapping.missing_entry", file=mapping.name, entry=f"[{name}]")
        progress(f"reading {path.name}")
        source = _load(engine, name, path, mappings[name])
        sources.append(source)
        orders[name] = source.dates or "ymd"
        _say_faults(source)
    if set(files) == {PAPER, ELECTRONIC}:
        check_pair(sources[0], sources[1])
    progress("cleaning names, dates and addresses")
    records = make_records(engine, orders)
    for column in ("area", "station"):
        refuse_personal(records, column)
    return Loaded(engine, tuple(sources), records)


def _load(engine: Engine, name: str, path: Path, mapping: ListMapping) -> Source:
    # A reader apart must not spill: it would do so where the command was started.
    reader = (
        engine.connection
        if isinstance(engine, Duck)
        else duckdb.connect(config={"temp_directory": ""})
    )
    source = load(reader, name, path, mapping, LIST_LIMITS)
    if source.dates and "birth_date" in source.columns_used:
        check_dates(reader, name, source.dates)
    if not isinstance(engine, Duck):
        engine.put(f"{name}_raw", reader.sql(f"SELECT * FROM {name}_raw").pl())
    return source


def _say_faults(source: Source) -> None:
    """Rows that do not fit the header: kept, and for a person to look at."""
    if source.empty_rows:
        err.print(f"  {source.file}: {source.empty_rows:,} empty rows left out", markup=False)
    for fault in source.faults:
        rows = ", ".join(f"{row:,}" for row in fault.examples)
        more = " and others" if fault.rows > len(fault.examples) else ""
        err.print(
            f"  {source.file}: {fault.rows:,} with {fault.kind.replace('_', ' ')}, kept as far as "
            f"their cells go: row {rows}{more} below the header. Look at them in the file",
            markup=False,
        )


def remember_inputs(
    out: Path, files: Mapping[str, Path], mapping: Path, sources: Sequence[Source]
) -> None:
    """Where the lists are, for a later review, and what they were; goes with the purge."""
    told = {
        "files": {name: str(path.resolve()) for name, path in files.items()},
        "mapping": str(mapping.resolve()),
        "recorded": [asdict(recorded(source)) for source in sources],
    }
    text = json.dumps(told, indent=1, ensure_ascii=False)
    (out / INPUTS).write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Remembered:
    """The lists of an audit: their files, the mapping, and what they were when it ran."""

    files: Mapping[str, Path]
    mapping: Path
    recorded: tuple[RecordedInput, ...]


def remembered_inputs(folder: Path) -> Remembered:
    """What `remember_inputs` wrote. Raises Problem voterlist.no_inputs."""
    try:
        told = json.loads((folder / INPUTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Problem("voterlist.no_inputs", folder=folder, file=INPUTS) from None
    files = {name: Path(path) for name, path in told["files"].items()}
    recorded_then = tuple(RecordedInput(**entry) for entry in told["recorded"])
    return Remembered(files, Path(told["mapping"]), recorded_then)


def same_lists(loaded: Loaded, inputs: Remembered) -> None:
    """Refuse files that are not those that were audited: row numbers mean nothing in others.

    Raises Problem voterlist.list_changed.
    """
    then = {entry.name: entry.sha256 for entry in inputs.recorded}
    for source in loaded.sources:
        if then.get(source.list) != source.sha256:
            raise Problem("voterlist.list_changed", file=source.file, list=source.list)


def write_aggregates(
    out: Path, election: Election, sources: Sequence[Source], frames: Mapping[str, pl.DataFrame]
) -> Tables:
    """The snapshot of an audit: counts only. Its as-of is the day on which the last list came."""
    tables = {
        "election": election.row(),
        "voter_list": voter_list_rows(election, sources),
        **frames,
    }
    as_of = max((source.received for source in sources), default=election.day).isoformat()
    licence = "all rights reserved"
    about = DataSource("Audit of voter lists", licence, "Counts made by an audit of voter lists")
    made = Tables(shape_all(tables), as_of, (about,))
    return write_snapshot(made, out / AGGREGATES / SNAPSHOT)


def replace_snapshot(folder: Path, tables: Tables) -> Tables:
    """Another snapshot in place of the one that an audit has."""
    target = folder / AGGREGATES / SNAPSHOT
    shutil.rmtree(target)
    return write_snapshot(tables, target)


def voter_list_rows(election: Election, sources: Sequence[Source]) -> pl.DataFrame:
    """Rows for the table `voter_list`: what is known of each list, and its hash."""
    rows = [
        {
            "election": election.id,
            "list": source.list,
            "sha256": source.sha256,
            "entries": source.rows,
            "supplier": source.supplier,
            "legal_basis": source.legal_basis,
            "received": source.received,
            "mapping_sha256": source.mapping_sha256,
            "keys_version": VERSION,
            "simulated": election.simulated,
        }
        for source in sources
    ]
    return pl.DataFrame(rows, schema=BY_NAME["voter_list"].schema)
