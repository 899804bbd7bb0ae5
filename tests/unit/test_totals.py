"""Totals that a publisher gives beside its protocols."""

import pytest

from paragraph8.intake.protocols.declaration import read_declaration
from paragraph8.intake.protocols.importer import import_protocols
from paragraph8.kernel.problem import Problem

MAPPING = """
[election]
country = "ZZ"
title = "Assembly"
[election.days]
2024 = 2024-05-12
2020 = 2020-05-10
[source]
title = "t"
licence = "CC0-1.0"
attribution = "a"
as_of = "2024-05-14"
[contestants.names.2024]
river = "River List"
hill = "Hill List"
[totals]
name = 'totals\\.csv'
label = "list"
columns = '(?P<election>\\d{4})_(?P<channel>\\w+)'
[[results]]
name = 'p_(?P<election>\\d{4})\\.csv'
[results.station]
code = ["station"]
[[results.protocols]]
source = "published"
[[results.protocols.votes]]
columns = '(river|hill)'
"""
PROTOCOLS = b"station,river,hill\nN-01,10,5\nN-02,7,3\n"


def imported(totals: str):
    declaration = read_declaration("lumria", MAPPING)
    files = {"p_2024.csv": PROTOCOLS, "totals.csv": totals.encode()}
    return import_protocols(declaration, files).tables


def test_totals_are_matched_by_name_and_keep_their_channel():
    tables = imported("list,2024_total,2024_paper\nRiver List,17,12\nHill List,8,8\n")
    columns = ["contestant", "channel", "value", "source_row"]
    assert tables["official_figure"].select(columns).rows() == [
        ("hill", "all", 8, 3),
        ("hill", "paper", 8, 3),
        ("river", "all", 17, 2),
        ("river", "paper", 12, 2),
    ]
    assert tables["fault"].is_empty()


def test_elections_that_were_not_imported_are_not_looked_at():
    tables = imported("list,2020_total\nOld List,99\n")
    assert tables["official_figure"].is_empty()
    assert tables["fault"].is_empty()


def test_what_cannot_be_used_is_a_fault_with_its_text():
    tables = imported("list,2024_total\nRiver List,l7\nHil List,8\n")
    assert tables["official_figure"].is_empty()
    faults = tables["fault"].select("source_row", "column", "code", "raw").rows()
    assert sorted(faults) == [
        (2, "2024_total", "fault.not_a_number", "l7"),
        (3, "list", "fault.unknown_contestant", "Hil List"),
    ]


def test_a_channel_that_is_none_is_refused():
    with pytest.raises(Problem) as raised:
        imported("list,2024_pigeon\nRiver List,17\n")
    assert raised.value.code == "mapping.unknown_channel"
