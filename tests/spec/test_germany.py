"""Germany, European election of 9 June 2024: the clean control.

Data: © Die Bundeswahlleiterin, Wiesbaden 2024, dl-de/by-2-0 (tests/data/germany/NOTICE.md).
"""

from functools import cache

import polars as pl

from helpers import DATA, accounted_rows, built_in_import
from paragraph8.analysis.catalogue import find, run
from paragraph8.intake.protocols.importer import Import
from paragraph8.kernel.result import Result
from paragraph8.tables.check import check_frames

FILE = DATA / "germany" / "de_ew2024.csv.gz"
# Rules whose numbers this publisher gives.
CHECKABLE = {"protocol.A5", "protocol.A6.paper", "protocol.A9.paper", "protocol.A9.cells"}


def germany() -> Import:
    return built_in_import("germany", FILE)


@cache
def arithmetic() -> Result:
    return run(find("protocols.arithmetic"), germany().tables, {})


def test_six_rows_that_repeat_a_station_are_kept_as_further_copies_and_flagged():
    """Four stations stand twice in the file, one three times."""
    tables = germany().tables
    second = tables["protocol"].filter(pl.col("copy") > 1)
    assert sorted(second["copy"]) == [2, 2, 2, 2, 2, 3]
    faults = tables["fault"]
    assert set(faults["code"]) == {"fault.duplicate_station"}
    assert sorted(faults["protocol"]) == sorted(second["protocol"])
    # each says which station it repeats, and the first copy is there too
    first = tables["protocol"].filter(pl.col("copy") == 1)
    assert set(faults["raw"]) <= set(first["station"])


def test_further_copies_enter_no_figure():
    grid = arithmetic().evidence["protocol_figures"]
    assert grid.height == 91_753 - 6


def test_every_rule_passes_where_it_can_be_checked():
    whole = [t for t in arithmetic().checks if not t.area and t.checked]
    assert {t.rule for t in whole} == CHECKABLE
    assert [t.failed for t in whole] == [0] * len(CHECKABLE)
    # 189 districts where every number is zero pass nothing: they were merged with others
    by_rule = {t.rule: (t.passed, t.not_checkable) for t in whole}
    assert by_rule["protocol.A5"] == (91_558, 189)
    assert by_rule["protocol.A9.cells"] == (91_747, 0)


def test_rows_are_accounted_for_and_contracts_kept():
    (report,) = germany().reports
    assert (report.rows, report.protocols, report.faults) == (91_753, 91_753, 6)
    assert accounted_rows(germany(), report.file) == set(range(2, 91_755))
    assert check_frames(germany().tables.frames) == []


def test_totals_are_those_of_the_official_final_result():
    """Electorate 61,963,020 less the six repeated rows' none; 39,807,403 valid votes with them left
    out once: the same sums over distinct districts, by Polars alone."""
    rows = pl.read_csv(FILE, infer_schema=False)
    key = ["land", "rb", "kreis", "gemeinde", "wbz", "art", "brief_id"]
    once = rows.unique(key, keep="first", maintain_order=True)
    assert rows.height - once.height == 6
    for column, figure in (
        ("reg_no_postal_flag", "channel=all, election=de-2024-06-09, field=registered"),
        ("reg_postal_flag", "channel=all, election=de-2024-06-09, field=registered_postal"),
        ("voters", "channel=paper, election=de-2024-06-09, field=ballots_in_box"),
        ("valid", "channel=paper, election=de-2024-06-09, field=valid"),
        ("invalid", "channel=paper, election=de-2024-06-09, field=invalid"),
    ):
        found = arithmetic().figure(f"protocols.arithmetic.total[{figure}, source=published]")
        assert found.value == once[column].cast(pl.Int64).sum(), column


def test_postal_districts_have_no_turnout():
    result = run(find("turnout.participation"), germany().tables, {})
    kinds = {f.dimensions.get("stations") for f in result.figures if f.name.endswith(".turnout")}
    assert "postal" not in kinds
    assert germany().tables["station"].filter(pl.col("kind") == "postal").height > 25_000
