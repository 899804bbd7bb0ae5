"""Field tests of a voter list: draws, the sealed sheet, the form, visits, and what is refused."""

import csv
import io
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib import resources

import numpy as np
import polars as pl
import pyrage
import pytest

from helpers import table, tables_of
from paragraph8.analysis.stats.dual_system import dual_system
from paragraph8.analysis.stats.survey import (
    Sample,
    intraclass_correlation,
    sample_size,
    share_interval,
    weighted_ratio,
)
from paragraph8.kernel.problem import Problem
from paragraph8.tables.codebook_conditions import read_condition
from paragraph8.tables.contracts_observation import FORM_ITEM
from paragraph8.tables.contracts_voterlist import (
    AGE_BANDS,
    ENTRY_OUTCOMES,
    FIELD_TESTS,
    LIST_VISIT,
    RESIDENT_OUTCOMES,
    SEXES,
)
from paragraph8.tables.tables import Tables
from paragraph8.voterlist.engine import Duck, open_duck
from paragraph8.voterlist.fieldwork.chance import (
    allocate,
    draw_at_rate,
    draw_by_size,
    is_reference,
    keyed_generator,
    references,
    with_check_digit,
)
from paragraph8.voterlist.fieldwork.draw import (
    DESIGN,
    NO_STATION,
    ONE_STRATUM,
    Drawn,
    StationPlan,
    draw_entries,
    list_entries,
)
from paragraph8.voterlist.fieldwork.households import draw_areas, draw_households
from paragraph8.voterlist.fieldwork.sheet import sealed_households, sealed_sheet
from paragraph8.voterlist.fieldwork.visits import (
    EARLIER,
    MISTYPED,
    NO_OUTCOME,
    NO_REFERENCE,
    NOT_DRAWN,
    OTHER_TEST,
    visits,
)

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
ELECTION_DAY = date(2024, 5, 12)
# Names that must appear nowhere but on the sealed sheet.
CANARY = ("Zzyzxova", "Qwertian", "Canary Street")


def code_of(call, *arguments, **named) -> str:
    with pytest.raises(Problem) as caught:
        call(*arguments, **named)
    return caught.value.code


# The list


def small_list() -> Duck:
    """Eight entries of Lumria at two stations and one without, with canaries for names."""
    engine = open_duck(None)
    rows = table("""
        row station_id area_id sex birth
        1   7          3       2   20060513
        2   7          3       1   20060512
        3   7          3       2   19890101
        4   8          3       1   19740512
        5   8          3       -   19590512
        6   8          4       2   -
        7   8          4       1   20070101
        8   -          4       2   19890512
        """)
    station = {7: "N-01 ", 8: " 2", None: None}
    raw = pl.DataFrame(
        {
            "row": rows["row"],
            "surname": [f"{CANARY[0]}{n}" for n in rows["row"]],
            "given": ["=2+3", *[CANARY[1]] * 7],
            "birth_date": ["01.01.1990"] * 8,
            "area": ["North" if a == 3 else "South" for a in rows["area_id"]],
            "station": [station[s] for s in rows["station_id"]],
            "street": [CANARY[2]] * 8,
            "phone": ["555"] * 8,
        }
    )
    engine.put("paper_raw", raw)
    engine.put(
        "paper",
        pl.DataFrame(
            {
                "row": rows["row"],
                "station": rows["station_id"],
                "area": rows["area_id"],
                "sex": rows["sex"],
                "birth": rows["birth"],
            },
            schema_overrides={"sex": pl.Int32, "birth": pl.Int32},
        ),
    )
    return engine


def test_what_a_draw_knows_of_a_list():
    decisions = pl.DataFrame(
        {
            "paper_row": [1, 2, None, 4],
            "electronic_row": [1, None, 2, 4],
            "category": ["matched", "only_paper", "only_electronic", "probable"],
        }
    )
    entries = list_entries(small_list(), "paper", ELECTION_DAY, decisions=decisions)
    assert entries.columns == ["row", "stratum", "station", "category", "sex", "age_band"]
    assert entries.rows() == [
        (1, "North", "N-01", "", "female", "under_18"),
        (2, "North", "N-01", "only_paper", "male", "18-24"),
        (3, "North", "N-01", "", "female", "35-49"),
        (4, "North", "2", "probable", "male", "50-64"),
        (5, "North", "2", "", None, "65_and_over"),
        (6, "South", "2", "", "female", None),
        (7, "South", "2", "", "male", "under_18"),
        (8, "South", NO_STATION, "", "female", "35-49"),
    ]
    plain = list_entries(small_list(), "paper", ELECTION_DAY, by_area=False)
    assert plain["stratum"].unique().to_list() == [ONE_STRATUM]
    assert plain["category"].unique().to_list() == [""]


def test_a_list_without_stations_cannot_be_drawn_by_station():
    engine = small_list()
    engine.put("paper_raw", engine.frame("SELECT row, surname FROM paper_raw"))
    assert code_of(list_entries, engine, "paper", ELECTION_DAY) == "analysis.bad_parameter"


# Draws


def entries_of(sizes: dict[str, int], stratum: str = "all") -> pl.DataFrame:
    stations = [station for station, size in sizes.items() for _ in range(size)]
    nothing = pl.Series([None] * len(stations), dtype=pl.String)
    return pl.DataFrame(
        {
            "row": np.arange(1, len(stations) + 1),
            "stratum": [stratum] * len(stations),
            "station": stations,
            "category": ["only_paper" if n % 4 == 0 else "" for n in range(len(stations))],
            "sex": nothing,
            "age_band": nothing,
        }
    )


def drawn_of(entries: pl.DataFrame, plan: StationPlan, seed: int = 1, key: bytes = KEY) -> Drawn:
    return draw_entries(entries, plan, list_name="paper", series=1, seed=seed, key=key)


def test_stations_are_drawn_in_proportion_to_their_size():
    """Each station's share of 4,000 draws is its probability, within four standard errors; the
    station of half the list is in every one."""
    sizes = np.array([10, 20, 30, 40, 100])
    expected = np.array([0.2, 0.4, 0.6, 0.8, 1.0])
    times = np.zeros(5)
    for seed in range(4000):
        places, probability = draw_by_size(sizes, 3, np.random.default_rng(seed))
        assert probability == pytest.approx(expected[places])
        assert len(places) == len(set(places.tolist())) == 3
        times[places] += 1
    error = np.sqrt(expected * (1 - expected) / 4000)
    assert (np.abs(times / 4000 - expected) <= 4 * error).all()


def test_one_station_by_chance_is_never_left_alone():
    """Two wanted, one of them certain: two of the others are drawn beside it."""
    places, probability = draw_by_size(np.array([100, 10, 10, 10]), 2, np.random.default_rng(1))
    assert len(places) == 3
    assert probability == pytest.approx([1, 2 / 3, 2 / 3])
    places, probability = draw_by_size(np.array([5, 0, 5]), 3, np.random.default_rng(1))
    assert places.tolist() == [0, 2]
    assert probability.tolist() == [1, 1]


def test_every_place_of_a_list_has_the_same_chance():
    times = np.zeros(7)
    for seed in range(3000):
        chosen = draw_at_rate(7, 0.3, np.random.default_rng(seed))
        assert len(chosen) in (2, 3)
        times[chosen] += 1
    assert np.abs(times / 3000 - 0.3).max() < 4 * np.sqrt(0.3 * 0.7 / 3000)
    assert draw_at_rate(3, 1.0, np.random.default_rng(0)).tolist() == [0, 1, 2]


def test_strata_get_two_stations_and_the_rest_by_entries():
    entries, stations = {"a": 900, "b": 90, "c": 10}, {"a": 20, "b": 20, "c": 1}
    assert allocate(entries, stations, 10) == {"a": 7, "b": 2, "c": 1}
    assert allocate(entries, stations, 5) == {"a": 2, "b": 2, "c": 1}
    assert allocate(entries, stations, 99) == {"a": 20, "b": 20, "c": 1}
    assert code_of(allocate, entries, stations, 4) == "analysis.bad_parameter"


def test_weights_are_one_over_the_probability():
    """Four of eight stations of 100 entries, 10 of each: 1 / (4/8 * 10/100) = 20; three times as
    likely, a third of it."""
    entries = entries_of({f"s{n}": 100 for n in range(8)})
    drawn = drawn_of(entries, StationPlan(4, 10, {"only_paper": 3}))
    rows = drawn.rows.join(drawn.design, on="reference")
    by_category = dict(rows.group_by("category").agg(pl.col("weight").unique().sort()).rows())
    assert by_category[""] == pytest.approx([20])
    assert by_category["only_paper"] == pytest.approx([20 / 3])
    assert drawn.design["cluster"].n_unique() == 4
    assert drawn.design["stratum"].unique().to_list() == ["all"]
    ordinary = rows.filter(pl.col("category") == "").group_by("cluster").len()["len"]
    assert set(ordinary) <= {7, 8}  # 75 ordinary entries at one in ten
    assert drawn.design.columns == list(DESIGN)
    assert drawn.design["reference"].is_sorted()


def test_a_station_that_is_certain_is_a_stratum_of_its_own():
    drawn = drawn_of(entries_of({"big": 900, "b": 50, "c": 50, "d": 50}), StationPlan(3, 20))
    big = drawn.design.filter(pl.col("stratum") == "all / big")
    assert big.height == 20
    assert big["cluster"].n_unique() == 20
    assert big["weight"].unique().to_list() == [pytest.approx(45)]
    assert drawn.design.filter(pl.col("stratum") == "all")["cluster"].n_unique() == 2


def test_drawing_everything_is_a_census():
    entries = entries_of({"a": 5, "b": 7})
    drawn = drawn_of(entries, StationPlan(2, 7))
    assert drawn.design["weight"].to_list() == [1.0] * 12
    assert sorted(drawn.rows["row"]) == list(range(1, 13))


def test_a_draw_needs_the_key_to_be_repeated():
    entries, plan = entries_of({f"s{n:02d}": 100 for n in range(30)}), StationPlan(5, 10)
    again = drawn_of(entries, plan)
    assert drawn_of(entries, plan).rows.equals(again.rows)
    assert drawn_of(entries, plan).design.equals(again.design)
    for other in (drawn_of(entries, plan, seed=2), drawn_of(entries, plan, key=OTHER_KEY)):
        assert set(other.rows["row"]) != set(again.rows["row"])
        assert set(other.rows["reference"]) != set(again.rows["reference"])
    assert code_of(drawn_of, entries, plan, key=b"short") == "voterlist.bad_key"


def test_the_design_holds_neither_rows_nor_names():
    drawn = drawn_of(list_entries(small_list(), "paper", ELECTION_DAY), StationPlan(4, 8))
    assert "row" not in drawn.design.columns
    assert not [word for word in CANARY if word in drawn.design.write_csv()]
    assert drawn.design.height == 8


@pytest.mark.parametrize(
    "plan",
    [StationPlan(1, 5), StationPlan(2, 1), StationPlan(2, 5, {"only_paper": 0.5}),
     StationPlan(2, 5, {"matched": 2})],
)  # fmt: skip
def test_plans_without_spread_or_with_lost_entries_are_refused(plan):
    assert code_of(drawn_of, entries_of({"a": 5, "b": 5}), plan) == "analysis.bad_parameter"


def test_bad_arguments_of_draws_are_refused():
    chance = np.random.default_rng(1)
    refused = [
        (drawn_of, entries_of({}), StationPlan(2, 2)),
        (draw_by_size, np.array([0, 0]), 1, chance),
        (draw_by_size, np.array([1, 2]), 0, chance),
        (draw_at_rate, 3, 0.0, chance),
        (references, 5, 0, chance),
        (references, 900_001, 1, chance),
    ]
    for call, *arguments in refused:
        assert code_of(call, *arguments) == "analysis.bad_parameter"


# References


def test_a_wrong_digit_in_a_reference_is_noticed():
    given = references(300, 4, keyed_generator(KEY, "test", 1))
    assert len(set(given)) == 300
    for reference in given[:20]:
        assert is_reference(reference)
        assert reference[0] == "4"
        wrong = [
            reference[:at] + str(digit) + reference[at + 1 :]
            for at in range(8)
            for digit in range(10)
            if str(digit) != reference[at]
        ]
        assert not any(map(is_reference, wrong))
    assert not any(map(is_reference, ("", "1234567", "4000000a", "١٢٣٤٥٦٧٨")))


def test_check_digit_of_the_standard():
    """ISO/IEC 7064 gives 0794 the check digit 5; German tax numbers, such as 86095742719 of the
    tax office's own examples, use the same system."""
    assert with_check_digit("0794") == "07945"
    assert with_check_digit("8609574271") == "86095742719"
    assert is_reference(str(LIST_VISIT.example["reference"]))


# Households


AREAS = pl.DataFrame(
    {
        "stratum": ["a"] * 6 + ["b"] * 3,
        "area": [f"e{n}" for n in range(9)],
        "size": [100, 200, 250, 150, 200, 0, 50, 60, 55],
        "setting": ["urban"] * 6 + ["rural"] * 3,
    }
)


def test_areas_and_households():
    """Weight of a household: one over the area's probability times the part of those listed."""
    areas = draw_areas(AREAS, 5, seed=3, key=KEY)
    assert areas.height == 5
    assert "e5" not in areas["area"].to_list()
    listed = dict.fromkeys(areas["area"], 40)
    drawn = draw_households(areas, listed, 8, list_name="list", series=2, seed=3, key=KEY)
    assert drawn.design.height == 40
    rows = drawn.rows.join(drawn.design, on="reference").join(areas, on="area")
    expected = 1 / (rows["probability"] * (8 / 40))
    assert rows["weight"].to_list() == pytest.approx(expected.to_list())
    for place in drawn.rows.iter_rows(named=True):
        assert 1 <= place["household"] <= 40
        for adults in range(2, 9):
            assert 1 <= place[f"pick_{adults}"] <= adults
    assert "household" not in drawn.design.columns
    assert set(drawn.rows["pick_2"]) == {1, 2}


def test_an_area_that_was_certain_is_a_stratum_of_its_own():
    areas = draw_areas(AREAS.filter(pl.col("stratum") == "b"), 3, seed=1, key=KEY)
    assert areas["probability"].to_list() == [1, 1, 1]
    listed = dict.fromkeys(areas["area"], 4)
    design = draw_households(areas, listed, 4, list_name="list", series=2, seed=1, key=KEY).design
    assert design["stratum"].unique().sort().to_list() == ["b / e6", "b / e7", "b / e8"]
    assert design["weight"].to_list() == [1.0] * 12


def test_bad_arguments_of_draws_of_households_are_refused():
    areas = draw_areas(AREAS, 5, seed=3, key=KEY)
    named = {"list_name": "list", "series": 2, "seed": 3, "key": KEY}
    assert code_of(draw_households, areas, {}, 8, **named) == "analysis.bad_parameter"
    listed = dict.fromkeys(areas["area"], 40)
    assert code_of(draw_households, areas, listed, 1, **named) == "analysis.bad_parameter"
    twice = pl.concat([AREAS, AREAS])
    assert code_of(draw_areas, twice, 5, seed=1, key=KEY) == "analysis.bad_parameter"


# The sealed sheet


def opened(sealed: bytes, identity: pyrage.x25519.Identity) -> list[dict[str, str]]:
    text = pyrage.decrypt(sealed, [identity]).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_the_sheet_names_people_to_its_recipient_only():
    engine, identity = small_list(), pyrage.x25519.Identity.generate()
    drawn = drawn_of(list_entries(engine, "paper", ELECTION_DAY), StationPlan(4, 8))
    sealed = sealed_sheet(engine, "paper", drawn, str(identity.to_public()))
    assert not [word for word in CANARY if word.encode() in sealed]
    rows = opened(sealed, identity)
    assert list(rows[0]) == ["reference", "station", "surname", "given", "birth_date", "street"]
    row_of = dict(drawn.rows.select("reference", "row").rows())
    assert [row["surname"] for row in rows] == [
        f"{CANARY[0]}{row_of[row['reference']]}" for row in rows
    ]
    # What a spreadsheet would run as a formula is only text.
    assert [row["given"] for row in rows if row_of[row["reference"]] == 1] == ["'=2+3"]
    assert engine.columns("field_sample") == ()


def test_a_team_gets_its_own_references_only():
    engine, identity = small_list(), pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    drawn = drawn_of(list_entries(engine, "paper", ELECTION_DAY), StationPlan(4, 8))
    two = drawn.design["reference"].to_list()[:2]
    rows = opened(sealed_sheet(engine, "paper", drawn, recipient, two), identity)
    assert sorted(row["reference"] for row in rows) == two
    stranger = [*two, "99999999"]
    assert code_of(sealed_sheet, engine, "paper", drawn, recipient, stranger) == (
        "analysis.bad_parameter"
    )
    lost = Drawn(drawn.design, drawn.rows.with_columns(row=pl.col("row") + 100))
    assert code_of(sealed_sheet, engine, "paper", lost, recipient) == "analysis.bad_parameter"


def test_the_sheet_of_households():
    identity = pyrage.x25519.Identity.generate()
    areas = draw_areas(AREAS, 5, seed=3, key=KEY)
    listed = dict.fromkeys(areas["area"], 40)
    drawn = draw_households(areas, listed, 8, list_name="list", series=2, seed=3, key=KEY)
    rows = opened(sealed_households(drawn, str(identity.to_public())), identity)
    assert len(rows) == 40
    assert list(rows[0])[:4] == ["reference", "area", "household", "pick_2"]


# The form


def form() -> dict:
    file = resources.files("paragraph8.tables") / "codebook" / "list_visit.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def test_the_form_has_no_place_for_a_name():
    """Answers are numbers and choices: nothing can be written in free words."""
    types = {item["type"] for item in form()["item"]}
    assert types == {"integer", "one_of", "yes_no", "yes_no_na"}


def test_the_form_speaks_the_words_of_the_table():
    choices = form()["choices"]
    assert tuple(choices["field_tests"]) == FIELD_TESTS
    assert tuple(choices["entry_outcomes"]) == ENTRY_OUTCOMES
    assert set(choices["lookups"]) < set(RESIDENT_OUTCOMES)
    assert tuple(choices["sexes"]) == SEXES
    assert tuple(choices["age_bands"]) == AGE_BANDS[1:]


def test_the_form_is_worded_in_three_languages_and_asks_what_exists():
    content = form()
    items = {item["id"]: item for item in content["item"]}
    assert len(items) == len(content["item"])
    sections = {section["id"] for section in content["section"]}
    for item in items.values():
        assert item["section"] in sections
        assert all(0 < len(item[language]) <= 90 for language in ("en", "ru", "kk"))
        condition = read_condition(item.get("asked_if", ""))
        for clause in condition.clauses if condition else ():
            named = content["choices"].get(items[clause.item].get("choices"), {"yes": 1, "no": 1})
            assert clause.value in named
    for values in content["choices"].values():
        assert all(set(wording) == {"en", "ru", "kk"} for wording in values.values())


# From forms to visits


L2P = [("1", "North", "N-01", 20.0, "female", "35-49"), ("2", "North", "N-02", 20.0, None, None)]
P2L = [("3", "b", "e7", 50.0), ("4", "b", "e8", 50.0)]


def reference(begin: str) -> str:
    return next(text for n in range(10) if is_reference(text := f"{begin}00000{begin}{n}"))


def design(lists: tuple[str, ...] = ("paper",)) -> pl.DataFrame:
    rows: list[tuple[object, ...]] = [
        (reference(r), "list_to_people", "paper", stratum, cluster, weight, sex, band, "urban")
        for r, stratum, cluster, weight, sex, band in L2P
    ]
    rows += [
        (reference(r), "people_to_list", name, stratum, cluster, weight, None, None, None)
        for r, stratum, cluster, weight in P2L
        for name in lists
    ]
    return pl.DataFrame(rows, schema=DESIGN, orient="row")


def reports(*forms: dict[str, object]) -> Tables:
    """Tables with these forms: item -> answer; `received` and `excluded` of the observation."""
    base = tables_of(
        election="""
            election country title election_day round simulated
            e        ZZ      t     2024-05-12   1     true
            """,
        team="""
            team observers nationalities long_term
            t    2         KZ            true
            """,
    )
    observations, answers = [], []
    for n, one in enumerate(forms):
        observations.append(
            f"o{n} e list_visit 1 t phone {one.get('received', '2024-05-13T08:00:00Z')} false"
            f" {one.get('excluded', '-')}"
        )
        answers += _answers(f"o{n}", one)
    items = [
        {"item": i["id"], "form": "list_visit", "place": n, "type": i["type"]}
        for n, i in enumerate(form()["item"], start=1)
    ]
    more = tables_of(
        observation="observation election form version team entry received late excluded\n"
        + "\n".join(observations),
        answer="observation item state value\n" + "\n".join(answers),
    )
    frames = {
        **base.frames,
        "observation": more["observation"],
        "answer": more["answer"],
        "form_item": FORM_ITEM.shape(pl.DataFrame(items)),
    }
    return Tables(frames, "2024-05-14")


def _answers(observation: str, one: dict[str, object]) -> Iterator[str]:
    for item, value in one.items():
        if item in ("received", "excluded"):
            continue
        state = value if value in ("dk", "na", "skipped") else "given"
        yield f"{observation} {item} {state} {value if state == 'given' else '-'}"


def visit(frame: pl.DataFrame, begin: str, name: str = "paper") -> dict[str, object]:
    return frame.row(
        by_predicate=(pl.col("reference") == reference(begin)) & (pl.col("list") == name),
        named=True,
    )


def test_an_entry_that_was_found():
    tables = reports(
        {"L1": reference("1"), "L2": "list_to_people", "L3": 2, "L4": "lives_there",
         "L5a": "yes", "L5b": "dk", "L5c": "na", "L6": "skipped"}
    )  # fmt: skip
    done = visits(tables, design(), "e")
    assert visit(done.frame, "1") == {
        "election": "e",
        "test": "list_to_people",
        "list": "paper",
        "reference": reference("1"),
        "stratum": "North",
        "cluster": "N-01",
        "weight": 20.0,
        "attempts": 2,
        "outcome": "lives_there",
        "believes_registered": None,
        "name_right": "yes",
        "birth_right": "dk",
        "address_right": "na",
        "sex": "female",
        "age_band": "35-49",
        "setting": "urban",
        "simulated": True,
    }
    assert done.left_out == {}
    assert done.frame.columns == list(LIST_VISIT.schema)


def test_every_reference_that_was_drawn_has_a_row():
    """Nobody is replaced: where no form came, nobody was contacted."""
    done = visits(reports(), design(), "e")
    assert done.frame.select("outcome", "attempts").unique().rows() == [("not_contacted", 0)]
    assert done.frame.height == 4


def test_the_last_attempt_counts():
    forms = [
        {"L1": reference("1"), "L3": 1, "L4": "not_contacted", "received": "2024-05-15T08:00:00Z"},
        {"L1": reference("1"), "L3": 3, "L4": "dead", "received": "2024-05-14T08:00:00Z"},
        {"L1": reference("2"), "L4": "refused", "received": "2024-05-13T08:00:00Z"},
        {"L1": reference("2"), "L4": "lives_there", "received": "2024-05-14T09:00:00Z"},
    ]
    done = visits(reports(*forms), design(), "e")
    found = [(visit(done.frame, n)["outcome"], visit(done.frame, n)["attempts"]) for n in "12"]
    assert found == [("dead", 3), ("lives_there", 2)]
    assert done.left_out == {EARLIER: 2}


def test_forms_that_fit_no_reference_are_counted():
    good = reference("1")
    mistyped = good[:-1] + str((int(good[-1]) + 1) % 10)
    forms = [
        {"L4": "dead"},
        {"L1": mistyped, "L4": "dead"},
        {"L1": reference("9"), "L4": "dead"},
        {"L1": good, "L2": "people_to_list", "L6": "refused"},
        {"L1": reference("2"), "L2": "list_to_people"},
        {"L1": reference("2"), "L4": "dead", "excluded": "practice"},
    ]
    done = visits(reports(*forms), design(), "e")
    assert done.left_out == dict.fromkeys(
        (NO_REFERENCE, MISTYPED, NOT_DRAWN, OTHER_TEST, NO_OUTCOME), 1
    )
    assert done.frame["outcome"].unique().to_list() == ["not_contacted"]


def test_a_resident_is_looked_up_in_two_lists():
    forms = [
        {"L1": reference("3"), "L2": "people_to_list", "L3": 1, "L6": "interviewed", "L7": 3,
         "L8": "yes", "L9": "female", "L10": "18-24", "L11": "dk", "L12": "registered_here",
         "L13a": "yes", "L13b": "no", "L13c": "yes", "L14": "not_registered", "L15a": "skipped"},
        {"L1": reference("4"), "L2": "people_to_list", "L3": 1, "L6": "refused"},
    ]  # fmt: skip
    done = visits(reports(*forms), design(("paper", "electronic")), "e")
    paper, electronic = (visit(done.frame, "3", name) for name in ("paper", "electronic"))
    assert (paper["outcome"], electronic["outcome"]) == ("registered_here", "not_registered")
    assert (paper["birth_right"], electronic["birth_right"]) == ("no", None)
    assert (paper["sex"], paper["age_band"], paper["believes_registered"]) == (
        "female", "18-24", "dk"
    )  # fmt: skip
    # Three people in the household; where nobody said how many, the mean of those who did.
    assert paper["weight"] == 150
    assert visit(done.frame, "4")["weight"] == 150
    assert visit(done.frame, "4", "electronic")["outcome"] == "refused"


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"L6": "interviewed", "L8": "no"}, "not_eligible"),
        ({"L6": "nobody_entitled"}, "not_eligible"),
        ({"L6": "interviewed", "L8": "dk"}, "cannot_tell"),
        ({"L6": "interviewed", "L8": "yes"}, "cannot_tell"),
        ({"L6": "interviewed"}, "cannot_tell"),
        ({"L6": "not_contacted", "L8": "yes"}, "not_contacted"),
        ({"L6": "interviewed", "L8": "yes", "L12": "registered_elsewhere"}, "registered_elsewhere"),
    ],
)
def test_outcomes_of_residents(answers, outcome):
    done = visits(reports({"L1": reference("3"), **answers}), design(), "e")
    assert visit(done.frame, "3")["outcome"] == outcome
    assert visit(done.frame, "3")["weight"] == 50


def test_designs_that_fit_no_form_are_refused():
    sound = design()
    wrong = [
        sound.drop("weight"),
        pl.concat([sound, sound]),
        sound.with_columns(list=pl.lit("third")),
        sound.with_columns(reference=pl.lit(reference("1")), list=pl.Series(list("abcd"))),
    ]
    for one in wrong:
        assert code_of(visits, reports(), one, "e") == "analysis.bad_parameter"


# Bad arguments of the estimators


def sample(n: int = 4) -> Sample:
    return Sample(["a"] * n, [str(k) for k in range(n)], np.ones(n), {})


def test_bad_arguments_of_estimators_are_refused():
    ones = np.ones(4)
    estimate = weighted_ratio(np.array([1.0, 0, 1, 0]), ones, sample())
    refused = [
        (weighted_ratio, np.ones(3), ones, sample()),
        (weighted_ratio, ones, np.zeros(4), sample()),
        (weighted_ratio, ones, -ones, sample()),
        (weighted_ratio, ones, ones, Sample(["a"] * 4, list("1234"), np.zeros(4), {})),
        (weighted_ratio, ones, ones, Sample(["a"] * 4, list("1234"), ones, {"a": 3})),
        (share_interval, estimate, 1.0),
        (share_interval, estimate, 0.95, 0.5),
        (intraclass_correlation, ["1", "1"], np.ones(2)),
        (intraclass_correlation, ["1", "2"], np.ones(2)),
        (sample_size, 0.0),
        (sample_size, 0.03, 1.0),
        (sample_size, 0.03, 0.5, 0.9),
        (dual_system, 3, 4, 5),
        (dual_system, 3, 4, -1),
        (dual_system, 3, 4, 2, 1.0),
    ]
    for call, *arguments in refused:
        assert code_of(call, *arguments) == "analysis.bad_parameter"


def test_values_that_are_all_equal_have_no_correlation():
    assert np.isnan(intraclass_correlation(["1", "1", "2", "2"], np.ones(4)))
    assert intraclass_correlation(["1", "1", "2", "2"], np.array([1.0, 1, 0, 0])) == 1
    assert intraclass_correlation(["1", "1", "2", "2"], np.array([1.0, 0, 1, 0])) == -1
