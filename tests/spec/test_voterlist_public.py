"""Public lists with known truth: reconciliation and duplicates as they ship, nothing set.

The bars are what Splink 5 reached on the same files with settings made for them by hand: FEBRL 4
without the social security number 0.9987 one-to-one, FEBRL 3 with it 0.9986, and 0.830 for the
clusters of the historical figures.
FEBRL is the generator of the Freely Extensible Biomedical Record Linkage project (Christen 2008);
the historical figures are Splink's data set of that name, with invented errors.
"""

import polars as pl
import pytest

from helpers import p8_data
from voterlist_runs import link, repeated, same_person

COLUMNS = {
    "surname": "surname",
    "given_name": "given",
    "date_of_birth": "birth_date",
    "street_number": "house",
    "address_1": "street",
    "suburb": "locality",
    "postcode": "postcode",
    "state": "area",
}
HISTORICAL = {
    "surname": "surname",
    "first_name": "given",
    "dob": "birth_date",
    "postcode_fake": "postcode",
    "birth_place": "birth_place",
    "gender": "sex",
}


def febrl(name: str) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """The columns as roles, who each row is, and the social security number."""
    read = pl.read_csv(p8_data(f"lists/febrl/{name}.csv"), infer_schema=False)
    # A blank follows each comma, in the header, too.
    cells = read.rename(str.strip).with_columns(pl.all().str.strip_chars().replace("", None))
    person = cells["rec_id"].str.extract(r"^rec-(\d+)-").alias("person")
    roles = cells.select(pl.col(old).alias(new) for old, new in COLUMNS.items())
    return roles, person, cells["soc_sec_id"].alias("number")


def test_febrl_4_without_the_social_security_number():
    paper, who, _ = febrl("dataset4a")
    electronic, other, _ = febrl("dataset4b")
    left = pl.DataFrame(who).with_row_index("row_a", 1)
    true = left.join(pl.DataFrame(other).with_row_index("row_b", 1), on="person")
    assert (paper.height, electronic.height, true.height) == (5_000, 5_000, 5_000)
    found = link(paper, electronic, true, "ymd").accuracy
    assert found.f1 >= 0.9985


def test_febrl_3_with_the_social_security_number():
    entries, who, number = febrl("dataset3")
    true = same_person(who)
    assert (entries.height, true.height) == (5_000, 6_538)
    found = repeated(entries.with_columns(number), true, "ymd")
    assert found.accuracy.f1 >= 0.998
    assert found.estimated == pytest.approx(true.height, rel=0.1)


def test_clusters_of_50_000_historical_figures():
    read = pl.read_parquet(
        p8_data("lists/historical_50k/historical_figures_with_errors_50k.parquet")
    )
    true = same_person(read["cluster"])
    assert (read.height, true.height) == (50_578, 303_961)
    entries = read.select(pl.col(old).alias(new) for old, new in HISTORICAL.items())
    assert repeated(entries, true, "ymd").accuracy.f1 >= 0.83


def test_the_score_sees_wrong_and_missing_pairs():
    # Three people; the second list holds the first of them and a stranger.
    paper = pl.DataFrame(
        {
            "surname": ["Oak", "Elm", "Ash"],
            "given": ["Anna", "Benedict", "Clara"],
            "birth_date": ["1950-01-02", "1961-03-04", "1972-05-06"],
        }
    )
    electronic = pl.DataFrame(
        {
            "surname": ["Oak", "Willow"],
            "given": ["Anna", "Gustav"],
            "birth_date": ["1950-01-02", "1930-11-12"],
        }
    )
    one_of_two = pl.DataFrame({"row_a": [1, 2], "row_b": [1, 2]})
    found = link(paper, electronic, one_of_two, "ymd").accuracy
    assert (found.precision, found.recall, found.f1) == (1, 0.5, pytest.approx(2 / 3))
    none_of_one = pl.DataFrame({"row_a": [3], "row_b": [2]})
    assert link(paper, electronic, none_of_one, "ymd").accuracy.f1 == 0
