"""Mapping files: each thing that can be wrong in one is refused by name, place and remedy."""

import datetime as dt

import pytest

from helpers import HEAD, mapped
from paragraph8.intake.protocols.declaration import read_declaration
from paragraph8.intake.protocols.formats import FORMATS, built_in_declaration
from paragraph8.kernel.problem import Problem
from paragraph8.kernel.problem_catalogue import CATALOGUE

MAPPING = (
    HEAD
    + r"""
[[results]]
name = 'r\.csv'
[results.station]
code = ["code"]
[[results.protocols]]
source = "published"
[results.protocols.fields]
"voted" = "voted"
[[results.protocols.votes]]
channel = "paper"
columns = 'v(\d)'
"""
)
CODE = 'code = ["code"]'
SOURCE = 'source = "published"'
DAY = "day = 2024-05-12"
VOTED = '"voted" = "voted"'
# what stands in the mapping, what stands there instead, the problem, and what its sentence names
WRONG = [
    ('title = "Invented"', 'title = "Invented', "mapping.not_toml", "line"),
    ("[election]", "[elections]", "mapping.missing_entry", "election in the file"),
    ('country = "ZZ"\n', "", "mapping.missing_entry", "country in [election]"),
    (DAY + "\n", "", "mapping.missing_entry", "day in [election]"),
    (CODE, "", "mapping.missing_entry", "code in [[results]] 1 [station]"),
    (SOURCE, "", "mapping.missing_entry", "source in [[results]] 1 [[protocols]] 1"),
    (CODE, f"{CODE}\nregion = 'r'", "mapping.unknown_entry", "'region'"),
    (DAY, f"{DAY}\nlanguage = 'bg'", "mapping.unknown_entry", "'language'"),
    ('channel = "paper"', 'chanel = "paper"', "mapping.unknown_entry", "'chanel'"),
    (VOTED, '"votid" = "voted"', "mapping.unknown_field", "'votid'"),
    (VOTED, '"voted:papr" = "voted"', "mapping.unknown_channel", "'papr'"),
    ('channel = "paper"', 'channel = "papr"', "mapping.unknown_channel", "'papr'"),
    (SOURCE, 'source = "ana"', "mapping.unknown_source", "'ana'"),
    (r"'v(\d)'", "'v(\\d'", "mapping.bad_pattern", "unterminated"),
    (r"'r\.csv'", "'r(.csv'", "mapping.bad_pattern", "unterminated"),
    (CODE, "code = [{ column = 'code', pattern = '\\d+' }]", "mapping.bad_pattern", "a group"),
    (CODE, "code = [{ column = 'code', pattern = '(?=N)(.)' }]", "mapping.bad_pattern", "ahead"),
    (DAY, 'day = "2024-05-12"', "mapping.bad_value", "without quotation marks"),
    (DAY, "day = 2024-05-12T10:00:00", "mapping.bad_value", "a date like"),
    (DAY, f"{DAY}\nround = 0", "mapping.bad_value", "round in [election]"),
    (DAY, f"{DAY}\nround = true", "mapping.bad_value", "round in [election]"),
    ("simulated = true", 'simulated = "yes"', "mapping.bad_value", "true or false"),
    (CODE, "code = []", "mapping.bad_value", "a list of column names"),
    (CODE, 'code = "code"', "mapping.bad_value", "a list"),
    (CODE, "code = [{ column = 'x', optional = true }]", "mapping.bad_value", "not optional"),
    (CODE, f"{CODE}\ndefault_channels = 'post'", "mapping.bad_value", "one of paper"),
    (VOTED, '"voted" = []', "mapping.bad_value", "a text or a list of texts"),
    (VOTED, '"voted" = 3', "mapping.bad_value", "a text or a list of texts"),
    ("[contestants]", "[contestants]\nnone = [99]", "mapping.bad_value", "none in [contestants]"),
    ("[contestants]", "[contestants]\nkind = 'party'", "mapping.bad_value", "one of list"),
    ("[contestants]", "[file]\nencoding = 'klingon'", "mapping.bad_value", "text encoding"),
    ("[contestants]", "[file]\ndelimiter = ';;'", "mapping.bad_value", "one character"),
    ("[contestants]", "[file]\nheader_row = 0", "mapping.bad_value", "at least one"),
]


@pytest.mark.parametrize(("was", "now", "code", "names"), WRONG, ids=[w[1] for w in WRONG])
def test_refused(was, now, code, names):
    assert MAPPING.count(was) == 1
    with pytest.raises(Problem) as caught:
        read_declaration("ana.toml", MAPPING.replace(was, now))
    assert caught.value.code == code, str(caught.value)
    assert names in str(caught.value)
    assert str(caught.value).startswith("ana.toml")


def test_every_code_of_a_mapping_is_provoked_above():
    provoked = {code for _, _, code, _ in WRONG}
    of_the_command = {"mapping.missing_file"}
    assert provoked == {c for c in CATALOGUE if c.startswith("mapping.")} - of_the_command


def refused(more: str) -> Problem:
    with pytest.raises(Problem) as caught:
        read_declaration("ana.toml", MAPPING + more)
    return caught.value


def test_a_source_stands_once_in_a_file():
    again = '[[results.protocols]]\nsource = "published"\n'
    assert refused(again).code == "mapping.bad_value"
    other = '[[results.protocols]]\nsource = "station"\n'
    assert read_declaration("ana.toml", MAPPING + other).results[0].protocols[1].source == "station"


def test_a_condition_needs_values():
    kinds = CODE + '\nkinds = [{ word = "mobile", column = "kind" }]'
    with pytest.raises(Problem) as caught:
        read_declaration("ana.toml", MAPPING.replace(CODE, kinds))
    assert caught.value.code == "mapping.missing_entry"
    assert "equals" in str(caught.value)


@pytest.mark.parametrize(
    ("signed_on", "entry"),
    [('{ colum = "d" }', "year"), ('{ year = "y" }', "month"), ('{ month = "m" }', "year")],
)
def test_a_date_needs_its_column_or_all_three_parts(signed_on, entry):
    with pytest.raises(Problem) as caught:
        read_declaration("a", MAPPING.replace(SOURCE, f"{SOURCE}\nsigned_on = {signed_on}"))
    assert caught.value.code == "mapping.missing_entry"
    assert entry in str(caught.value)


def test_totals_need_the_groups_election_and_channel():
    totals = "[totals]\nname = 't.csv'\nlabel = 'list'\ncolumns = 'votes_(?P<election>.*)'\n"
    found = refused(totals)
    assert found.code == "mapping.bad_pattern"
    assert "(?P<channel> )" in str(found)


RESULTS = """\
code,region,area,kind,voted,v1,v2
N-01,North,Lake,m,10,4,6
C-01,Coast,Port,o,20,9,11
"""


def test_a_word_may_look_at_a_column_of_numbers():
    """Paper only where the box of the machine holds zero: a natural thing to write."""
    channels = CODE + "\nchannels = [{ word = 'paper', column = 'voted', equals = ['10'] }]"
    tables = mapped(MAPPING.replace(CODE, channels), {"r.csv": RESULTS}).tables
    assert tables["station"].select("station", "channels").rows() == [
        ("C-01", "unknown"),
        ("N-01", "paper"),
    ]


def test_columns_of_the_file_may_have_the_names_of_our_own():
    areas = CODE + (
        "\nareas = [{ level = 'region', column = 'region' },"
        "{ level = 'district', column = 'area' }]"
        "\nkinds = [{ word = 'mobile', column = 'kind', equals = ['m'] }]"
    )
    tables = mapped(MAPPING.replace(CODE, areas), {"r.csv": RESULTS}).tables
    assert tables["area"].select("area", "parent", "name").rows() == [
        ("Coast", None, "Coast"),
        ("Coast/Port", "Coast", "Port"),
        ("North", None, "North"),
        ("North/Lake", "North", "Lake"),
    ]
    assert tables["station"].select("station", "area", "kind").rows() == [
        ("C-01", "Coast/Port", "ordinary"),
        ("N-01", "North/Lake", "mobile"),
    ]


def test_a_country_without_areas():
    tables = mapped(MAPPING, {"r.csv": RESULTS}).tables
    assert tables["area"].is_empty()
    assert tables["station"]["area"].to_list() == [None, None]


def test_codes_joined_cut_and_numbered():
    code = (
        "code = ['region', { column = 'code', pattern = '(\\d+)$', number = true }, "
        "{ column = 'kind', optional = true }, { column = 'absent', optional = true }]"
    )
    tables = mapped(MAPPING.replace(CODE, code), {"r.csv": RESULTS}).tables
    assert tables["station"]["station"].to_list() == ["Coast.1.o", "North.1.m"]


def test_a_field_may_be_the_sum_of_columns_and_is_absent_if_one_is():
    text = "code,station,home,v1,v2\nN-01,10,2,4,6\nN-02,10,,4,6\n"
    mapping = MAPPING.replace(VOTED, '"voted" = ["station", "home"]')
    figures = mapped(mapping, {"r.csv": text}).tables["protocol_figure"]
    assert figures.select("protocol", "value").rows() == [
        ("zz-2024-05-12/list/N-01/published/1", 12)
    ]


def test_a_date_by_column_and_by_parts():
    text = "code,voted,v1,v2,d,y,m,t\nN-01,1,1,0,12.05.2024,2024.0,5,12\n"
    for signed_on in (
        '{ column = "d", format = "%d.%m.%Y" }',
        '{ year = "y", month = "m", day = "t" }',
    ):
        mapping = MAPPING.replace(SOURCE, f"{SOURCE}\nsigned_on = {signed_on}")
        protocol = mapped(mapping, {"r.csv": text}).tables["protocol"]
        assert protocol["signed_on"].to_list() == [dt.date(2024, 5, 12)]


def test_names_kinds_and_order_of_contestants():
    contestants = """[contestants]
none = ["2"]
kind = "candidate"
[contestants.names.all]
1 = "River List"
"""
    tables = mapped(MAPPING.replace("[contestants]", contestants), {"r.csv": RESULTS}).tables
    columns = ("contestant", "ballot_order", "name", "kind")
    assert tables["contestant"].select(columns).rows() == [
        ("1", 1, "River List", "candidate"),
        ("2", 2, "2", "none"),
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_built_in_formats_are_mappings_like_any_other(name):
    declaration = built_in_declaration(name)
    assert declaration.source.licence
    assert declaration.source.attribution
    assert not declaration.simulated
