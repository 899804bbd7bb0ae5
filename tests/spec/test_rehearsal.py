"""The rehearsal mission: published facts as they are, and invented reports whose faults are known.

Facts: section I of the methodology, from the press release of the mission (20 September 2004), the
Inter-Parliamentary Union (PARLINE 2004) and the published vote table.
"""

import re
import tomllib
from functools import cache
from importlib import resources

import numpy as np
import polars as pl
import pytest
from scipy.special import expit
from scipy.stats import t as student

from helpers import rehearsal
from paragraph8.analysis.protocols.arithmetic import arithmetic
from paragraph8.analysis.stats.seats import HARE, allocate_seats
from paragraph8.rehearsal.blemishes import KINDS
from paragraph8.rehearsal.drawn import draw_forms
from paragraph8.rehearsal.mission import planted_faults, tables_of
from paragraph8.rehearsal.planted import is_planted
from paragraph8.rehearsal.reports import Reports, reports
from paragraph8.rehearsal.truth import Truth, truth
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS, codebook_form
from paragraph8.tables.tables import Tables

LIST_VOTES = {
    "Otan": 2_883_706,
    "Ak Zhol": 572_672,
    "Asar": 541_239,
    "AIST, Agrarian and Industrial Union of Workers": 336_177,
    "Opposition bloc of Communists and DCK": 163_824,
    "Communist People's Party": 94_140,
    "Auyl": 82_523,
    "Democratic Party": 36_379,
    "Party of Patriots": 26_287,
    "Rukhaniyat": 20_826,
}
CAST, VALID, INVALID, REGISTERED = 4_893_204, 4_757_773, 135_431, 8_662_070
OF_THE_VISIT = ("H5", "H6", "H7", "H8", "H10", "H11a", "H11b", "H13", "H4x")


def mission() -> tuple[Tables, Truth, Reports]:
    return rehearsal(2004)


@cache
def undisturbed() -> tuple[Tables, Reports]:
    _, happened, _ = mission()
    told = reports(happened, happened.seed, blemished=False)
    return tables_of(happened, told), told


def package_file(name: str) -> dict[str, object]:
    file = resources.files("paragraph8.rehearsal") / name
    return tomllib.loads(file.read_text(encoding="utf-8"))


# Facts


def test_sums_over_stations_are_the_published_totals():
    tables = mission()[0]
    published = tables["protocol"].filter(pl.col("source") == "published")
    votes = (
        tables["protocol_vote"]
        .join(published, on="protocol")
        .join(tables["contestant"], on=["election", "contest", "contestant"])
        .group_by("name")
        .agg(pl.col("votes").sum())
    )
    assert dict(votes.rows()) == LIST_VOTES
    figures = tables["protocol_figure"].join(published, on="protocol")
    sums = dict(figures.group_by("field", "channel").agg(pl.col("value").sum()).select(
        pl.format("{}:{}", "field", "channel"), "value").rows())  # fmt: skip
    assert sums["voted:all"] == CAST == VALID + INVALID
    assert sums["valid:paper"] + sums["valid:machine"] == VALID == sum(LIST_VOTES.values())
    assert sums["invalid:paper"] == INVALID
    assert sums["registered:all"] == tables["station"]["registered"].sum() == REGISTERED


def test_totals_announced_are_the_votes_and_nothing_else():
    announced = mission()[0]["official_figure"]
    assert set(announced["field"]) == {"votes"}
    assert sorted(announced["value"]) == sorted(LIST_VOTES.values())


def test_voters_registered_are_derived_from_the_published_turnout():
    # The press said 8.5 million.
    turnout = package_file("facts.toml")["list_votes"]["turnout_percent"]
    assert round(100 * CAST / REGISTERED, 2) == turnout == 56.49


def test_stations_and_those_with_both_channels():
    station = mission()[0]["station"]
    assert station.height == 9_500
    assert (station["channels"] == "both").sum() == 961
    assert set(station["channels"]) == {"both", "paper"}


def test_observers_as_the_mission_had_them():
    team = mission()[0]["team"]
    short, long = team.filter(~pl.col("long_term")), team.filter("long_term")
    assert sorted(short["observers"]) == [2] * 151 + [3]
    assert short["observers"].sum() == 305
    assert long["observers"].to_list() == [2] * 8
    assert long["area"].n_unique() == 8
    states = short["nationalities"].str.split(";")
    assert states.explode().n_unique() == 34
    assert (states.list.len() == short["observers"]).all()


def test_statements_on_observers_are_kept_as_versions():
    columns = ["term", "version", "observers", "states", "at_least"]
    said = mission()[0]["observer_count"].sort("term", "version").select(columns).rows()
    assert said == [
        ("all", 1, 1000, 44, True),
        ("long_term", 1, 16, None, False),
        ("short_term", 1, 300, 33, True),  # press release
        ("short_term", 2, 305, 34, False),  # page of the mission
        ("short_term", 3, 297, None, False),  # Inter-Parliamentary Union
    ]
    # How many were asked for is another matter.
    assert package_file("facts.toml")["observers_asked_for"]["observers"] == 400


def test_list_seats_are_those_published_and_shares_are_of_valid_votes():
    seats = allocate_seats(LIST_VOTES, 10, HARE, threshold_share=0.07)
    assert list(seats.seats.values()) == [7, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    facts = mission()[1].facts
    own = allocate_seats(facts.votes, facts.list_seats, HARE, facts.threshold_share)
    assert list(own.seats.values()) == list(seats.seats.values())
    # Without the threshold a fifth list would have had a seat.
    assert list(allocate_seats(LIST_VOTES, 10, HARE).seats.values())[:5] == [6, 1, 1, 1, 1]
    assert round(100 * LIST_VOTES["Otan"] / VALID, 2) == 60.61
    assert round(100 * LIST_VOTES["Otan"] / CAST, 2) == 58.93


def test_what_was_not_obtained_has_no_value():
    facts = package_file("facts.toml")
    unknown = facts["not_obtained"]
    assert {"stations_visited", "assessments", "list_difference", "protocols_not_posted",
            "group_voting", "turned_away", "added", "airtime", "complaints", "commissions",
            "observers_denied"} == set(unknown)  # fmt: skip
    assert all(isinstance(words, str) and not re.search(r"\d", words) for words in unknown.values())
    elsewhere = {name: part for name, part in facts.items() if name != "not_obtained"}
    keys = re.findall(r"'(\w+)':", repr(elsewhere))
    assert not set(keys) & set(unknown)


def test_what_is_invented_says_so():
    tables = mission()[0]
    assert tables["mission"]["simulated"].all()
    assert tables["election"]["simulated"].all()
    assert "simulated" in tables["mission"]["title"][0]
    assert "imulated" in tables.sources[0].title + tables.sources[0].attribution
    files = tables["protocol"]["source_file"].unique()
    assert all(file == "reports" or file.startswith("simulated") for file in files)


def test_no_free_words_and_no_names_enter_a_table():
    tables, _, told = mission()
    spoken = set(told.comments["text"])
    assert len(spoken) > 20
    for name, frame in tables.frames.items():
        for column in frame.select(pl.col(pl.String)):
            assert not spoken & set(column), name
    words = tables["answer"]["value"].drop_nulls().unique()
    assert words.str.contains(r"^[a-z0-9_;:-]+$").all()
    assert tables["team"]["team"].str.contains(r"^t-[0-9a-f]{8}$").all()
    assert tables["observation"]["observation"].str.contains(r"^o-[0-9a-f]{16}$").all()


# Shares


def test_about_fifteen_hundred_visits_by_all_teams():
    tables, happened, _ = mission()
    visits = happened.visits["opening"].height + happened.visits["voting"].height
    assert 1_450 < visits < 1_600
    seen = tables["observation"].filter(pl.col("form") == "voting")
    assert seen["team"].n_unique() == 152
    twice = seen.group_by("station").agg(pl.col("team").n_unique()).filter(pl.col("team") > 1)
    assert twice.height > 50
    expected = dict(tables["reporting"].select("form", "expected").rows())
    assert expected["opening"] == expected["counting"] == 152
    assert expected["tabulation"] == 0


def test_every_rate_belongs_to_a_planted_item():
    rates = package_file("rates.toml")
    for form in CODEBOOK_FORMS:
        items = {item.id: item for item in codebook_form(form).items}
        assert all(is_planted(items[item]) for item in rates.get(form, {})), form
    everywhere = {i.id: i for form in CODEBOOK_FORMS for i in codebook_form(form).items}
    for kind in ("electronic", "rural"):
        assert all(is_planted(everywhere[item]) for item in rates[kind])


SEEDS = range(30)


@cache
def drawn_and_expected() -> dict[tuple[str, str], tuple[list[float], list[float], list[float]]]:
    """(form, item) -> by seed: problems drawn less those expected among the answers given; answers;
    the same difference for a reader who forgets that teams and stations differ."""
    found: dict[tuple[str, str], tuple[list[float], list[float], list[float]]] = {}
    for seed in SEEDS:
        happened = truth(seed)
        for form, drawn in draw_forms(happened, seed).items():
            planted = happened.planted[form]
            start = (happened.visits[form]["seen"].fill_null("start") == "start").to_numpy()
            for place, item in enumerate(planted.items):
                given = drawn.filled.states[item.id] == "given"
                given &= start if item.whole else True
                problem = np.isin(drawn.filled.values[item.id], item.problem or ("yes",))
                n, k = int(given.sum()), int((given & problem).sum())
                naive = float(expit(planted.log_odds[place]).mean())
                row = found.setdefault((form, item.id), ([], [], []))
                row[0].append(k - n * happened.expected_share(form, item.id))
                row[1].append(n)
                row[2].append(k - n * naive)
    return found


def test_answers_of_neutral_lists_have_their_planted_shares():
    items = {item.id: item for form in CODEBOOK_FORMS for item in codebook_form(form).items}
    for name, shares in package_file("rates.toml")["answers"].items():
        assert not items[name].problem
        assert set(shares) == {choice.value for choice in items[name].choices} - {"dk"}
        assert sum(shares.values()) == pytest.approx(1)


def test_shares_drawn_agree_with_those_expected_within_chance():
    """Over seeds, since answers of one team are not independent: each seed is one draw of all
    teams, and the differences of thirty seeds give their own standard error."""
    bound = float(student.isf(1e-6, len(SEEDS) - 1))
    naive = []
    for (form, item), (differences, given, forgetful) in drawn_and_expected().items():
        assert sum(given) > 0, (form, item)
        assert abs(_t(differences)) < bound, (form, item)
        naive.append(abs(_t(forgetful)))
    assert len(naive) > 150
    # The same bound catches who takes the rate of the typical team for the mean of all teams.
    assert max(naive) > bound


def _t(differences: list[float]) -> float:
    error = float(np.std(differences, ddof=1)) / len(differences) ** 0.5
    return float(np.mean(differences)) / error if error else 0.0


def test_counts_expected_are_near_the_counts_drawn():
    happened = mission()[1]
    problems, others = happened.expected_counts("voting", "V9")
    assert problems / (problems + others) == pytest.approx(happened.expected_share("voting", "V9"))
    assert problems + others == pytest.approx(
        happened.visits["voting"].height * (1 - 0.035 - 0.012)
    )
    child = sum(happened.expected_counts("voting", "V9b"))
    assert child == pytest.approx(problems * (1 - 0.035 - 0.012))
    with pytest.raises(KeyError):
        happened.expected_share("voting", "V25a")


# Planted faults, looked for in the tables alone


def forms_of(form: str, *, tables: Tables) -> pl.DataFrame:
    """One row per report of a form that no correction replaces; a column for each answer given."""
    observation = tables["observation"].filter(
        pl.col("form") == form, pl.col("replaced_by").is_null()
    )
    given = tables["answer"].join(observation, on="observation", how="semi")
    said = given.with_columns(pl.coalesce("value", "state")).pivot(
        "item", index="observation", values="value"
    )
    return observation.join(said, on="observation").sort("team", "arrived", "observation")


def problem_columns(form: str, *, serious: bool) -> list[pl.Expr]:
    """Whether a report has the problem, one expression for each item but ratings."""
    return [
        (pl.col(item.id).cast(pl.Int64, strict=False) > 0).fill_null(False)
        if item.problem == ("positive",)
        else pl.col(item.id).str.split(";").list.eval(pl.element().is_in(item.problem)).list.any()
        for item in codebook_form(form).items
        if item.problem and item.type != "rating" and (item.serious or not serious)
    ]


def found_in(tables: Tables) -> dict[str, set[str]]:
    """Kind -> reports that look like it, whether planted or not."""
    voting = forms_of("voting", tables=tables)
    serious = pl.any_horizontal(problem_columns("voting", serious=True))
    some = pl.any_horizontal(problem_columns("voting", serious=False))
    count = forms_of("counting", tables=tables).filter(pl.col("C41_issued") != "missing")
    parts = pl.sum_horizontal(
        pl.col(f"C41_{name}").cast(pl.Int64) for name in ("issued", "unused", "spoiled")
    )
    stay = pl.col("departed") - pl.col("arrived")
    rows = {
        "short_visit": voting.filter(stay.is_between(0, 14)),
        "departure_before_arrival": voting.filter(stay < 0),
        "serious_without_comment": voting.filter(serious & (pl.col("V64") != "withheld")),
        "best_mark_with_serious": voting.filter(serious & (pl.col("V63") == "1")),
        "worst_mark_without_problem": voting.filter(~some & (pl.col("V63") == "4")),
        "unknown_station": voting.filter(pl.col("station").is_null()),
        "bad_figures": count.filter(parts != pl.col("C41_received").cast(pl.Int64)),
        "sent_twice": voting.filter(pl.struct("team", "station", "arrived").is_duplicated()),
    }
    return {kind: set(frame["observation"]) for kind, frame in rows.items()} | on_the_road(voting)


def on_the_road(voting: pl.DataFrame) -> dict[str, set[str]]:
    """Overlapping visits of a team, and visits too far from both the one before and the next."""
    station = mission()[0]["station"].select("station", "longitude", "latitude")
    rows = voting.filter(pl.col("departed") >= pl.col("arrived")).join(
        station, on="station", maintain_order="left"
    )
    before = pl.col("station", "departed", "longitude", "latitude").shift(1).over("team")
    rows = rows.with_columns(before.name.prefix("before_"))
    elsewhere = pl.col("station") != pl.col("before_station")
    north = pl.col("latitude") - pl.col("before_latitude")
    east = (pl.col("longitude") - pl.col("before_longitude")) * 0.65
    far = elsewhere & ((north**2 + east**2).sqrt() * 111.2 > 400)
    # Of the two impossible ways the first leads to the wrong station.
    leaps = rows.filter(far).unique("team", keep="first", maintain_order=True)
    overlapping = rows.filter(elsewhere & (pl.col("arrived") < pl.col("before_departed")))
    return {
        "two_places": set(overlapping["observation"]),
        "impossible_travel": set(leaps["observation"]),
    }


def test_each_planted_kind_is_what_its_name_says_and_nothing_else_is():
    tables, _, told = mission()
    planted, found = planted_faults(told), found_in(tables)
    for kind, reported in found.items():
        assert reported == planted[kind], kind
    assert set(planted) - set(found) == {"straight_lining", "copied"}


def test_faults_have_their_planted_number_and_no_report_carries_two():
    told = mission()[2]
    planted = planted_faults(told)
    assert told.blemishes["observation"].is_unique().all()
    assert set(planted) == set(KINDS)
    for kind, observations in planted.items():
        twice = 2 if kind == "sent_twice" else 1
        assert len(observations) == twice * KINDS[kind].forms, kind


def test_copied_forms_repeat_all_answers_but_those_of_the_visit():
    tables, _, told = mission()
    planted = planted_faults(told)
    voting = forms_of("voting", tables=tables)
    answers = [c for c in voting.columns if c[0] in "HV" and c not in OF_THE_VISIT]
    alike = voting.group_by("team", *answers).agg("observation")
    sizes = [set(group) for group in alike["observation"] if len(group) > 1]
    assert sorted(len(group) for group in sizes) == [2, 2, 2, 7]
    assert {name for group in sizes if len(group) == 2 for name in group} == planted["copied"]
    assert [group for group in sizes if len(group) == 7] == [planted["straight_lining"]]


def test_corrections_take_the_place_of_the_first_report():
    tables = mission()[0]
    observation = tables["observation"]
    first = observation.filter(pl.col("replaced_by").is_not_null())
    assert first.height == 6
    pairs = first.join(observation, left_on="replaced_by", right_on="observation")
    for column in ("team", "station", "arrived", "departed", "form"):
        assert (pairs[column] == pairs[f"{column}_right"]).all()
    assert (pairs["received_right"] > pairs["received"]).all()
    cells = tables["answer"]
    for old, new in first.select("observation", "replaced_by").rows():
        both = cells.filter(pl.col("observation") == old).join(
            cells.filter(pl.col("observation") == new), on="item"
        )
        assert (both["value"] != both["value_right"]).sum() == 1


def test_without_blemishes_there_are_none():
    tables, told = undisturbed()
    assert planted_faults(told) == {}
    assert not any(found_in(tables).values())
    observation = tables["observation"]
    assert not observation["late"].any()
    assert observation["replaced_by"].null_count() == observation.height
    assert set(observation["entry"]) == {"phone"}
    assert tables["fault"].is_empty()
    assert tables["attachment"]["sha256"].is_unique().all()


def test_some_phones_are_late_and_three_photographs_came_twice():
    tables = mission()[0]
    assert 5 < tables["observation"]["late"].sum() < 80
    hashes = tables["attachment"]
    assert hashes.filter(pl.col("sha256").is_duplicated()).height == 6
    late = tables["reporting"]["late"].sum()
    assert late == tables["observation"].filter(pl.col("replaced_by").is_null())["late"].sum()


# Protocols


def test_published_protocols_add_up_and_observers_copies_only_where_planted():
    tables, _, told = mission()
    fails = {
        (figure.dimensions["source"], figure.dimensions["rule"]): figure.value
        for figure in arithmetic(tables, {}).figures
        if figure.name == "protocols.arithmetic.fail"
    }
    assert len({rule for source, rule in fails if source == "published"}) > 8
    assert not any(n for (source, _), n in fails.items() if source != "observer_copy")
    assert fails["observer_copy", "protocol.A1"] == 5
    # Ballots issued and signatures differ where a figure is mistyped, and where the team says so.
    more = told.drawn["counting"].filled.given("C17", "yes").sum()
    assert 0 < fails["observer_copy", "protocol.A2"] <= 5 + more


def test_changes_between_sources_are_where_they_were_planted():
    tables, happened, _ = mission()
    codes = tables["station"]["station"]
    protocols = tables["protocol"].filter(copy=1).select("protocol", "station", "source")
    votes = tables["protocol_vote"].join(protocols, on="protocol").filter(channel="paper")

    def changed(left: str, right: str) -> set[str]:
        key = ["station", "contestant"]
        both = votes.filter(source=left).join(votes.filter(source=right), on=key)
        return set(both.filter(pl.col("votes") != pl.col("votes_right"))["station"])

    at_district = {codes[c.station] for c in happened.changes if c.before == "district"}
    later = {codes[c.station] for c in happened.changes if c.before == "published"}
    assert (len(at_district), len(later)) == (5, 2)
    assert changed("district", "published") == later
    copied = set(votes.filter(source="observer_copy")["station"])
    assert changed("observer_copy", "district") == at_district & copied
    assert changed("observer_copy", "published") == (at_district | later) & copied
    said = forms_of("tabulation", tables=tables)
    compared = said["T22b"].cast(pl.Int64, strict=False)
    assert 0 < compared.sum() <= len(at_district) + 3


# Incidents and weeks


def test_some_events_are_reported_by_two_teams():
    tables, _, told = mission()
    events = told.incidents.reports.group_by("event").agg(
        pl.col("team").n_unique(), pl.col("category").n_unique(), reports=pl.len()
    )
    assert events.height == 58
    assert events.filter(pl.col("reports") == 2).height == 8
    assert (events["team"] == events["reports"]).all()
    assert (events["category"] == 1).all()
    assert tables["incident"].height == 66
    seen = tables["incident"].filter(pl.col("verification") == "observed")["how_known"]
    assert set(seen) == {"seen_both", "seen_one"}


def test_a_region_that_is_silent_on_a_theme_answers_nothing_of_its_section():
    tables, _, told = mission()
    sections = {section.id: section.items for section in codebook_form("weekly").sections}
    weekly = tables["observation"].filter(form="weekly")
    assert weekly.height == 5 * 16
    said = tables["answer"].join(weekly, on="observation")
    states = {
        (area, section): set(
            said.filter(pl.col("item").is_in([item.id for item in items]), area=area)["state"]
        )
        for area in weekly["area"].unique()
        for section, items in sections.items()
    }
    silent = {place for place, found in states.items() if found == {"missing"}}
    assert silent == set(told.weekly.silent)
    assert {section for _, section in silent} == {"media", "candidates", "lists"}
    evidence = {item.id for item in sections["media"] if item.supports == "evidence"}
    assert evidence == {"W7d", "W7e"}
