"""Splink 5 on the same normalised text, with settings made by hand for such lists: the rival.

Comparisons, blocking rules and training are those that served it best on invented lists with
truth. What it is given has been cleaned already, and that time is not counted.
"""

import logging
from pathlib import Path

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_level_library as levels
from splink.comparison_library import CustomComparison

THREADS, MEMORY = 2, "18GB"
U_PAIRS, SEED = 1e6, 1
KEPT, LINKED, REPEATED = 0.01, 0.5, 0.99
DETERMINISTIC = (("surname", "given", "dob"), ("given", "patronymic", "dob"),
                 ("surname", "given", "patronymic", "locality", "street", "house"))  # fmt: skip
DETERMINISTIC_RECALL = 0.85
TRAINED_ON = (("dob", "surname"), ("given", "patronymic", "locality"))
YEAR = "substr(dob, 1, 4)"


def link(paper: Path, electronic: Path, work: Path) -> pl.DataFrame:
    """Pairs (row_a, row_b) of which each is the other's best, at a probability of 0.5."""
    con, api = _api(work)
    first, second = (_register(api, con, name, path) for name, path in
                     (("a_paper", paper), ("b_electronic", electronic)))  # fmt: skip
    linker = Linker([first, second], _settings("link_only"), log_level=logging.ERROR)
    pairs = _trained(linker).inference.predict(threshold_match_probability=KEPT)
    return con.sql(
        f"""
        SELECT row_a, row_b FROM (
            SELECT unique_id_l AS row_a, unique_id_r AS row_b, match_weight,
                row_number() OVER (PARTITION BY unique_id_l ORDER BY match_weight DESC) AS of_a,
                row_number() OVER (PARTITION BY unique_id_r ORDER BY match_weight DESC) AS of_b
            FROM {pairs.physical_name} WHERE match_probability >= {LINKED}
        ) WHERE of_a = 1 AND of_b = 1
        """
    ).pl()


def repeated(entries: Path, work: Path) -> tuple[pl.DataFrame, float]:
    """Pairs (row_a, row_b) at a probability of 0.99, and the sum of all probabilities."""
    con, api = _api(work)
    linker = Linker(
        _register(api, con, "list", entries), _settings("dedupe_only"), log_level=logging.ERROR
    )
    pairs = _trained(linker).inference.predict(threshold_match_probability=KEPT)
    name = pairs.physical_name
    ((expected,),) = con.execute(f"SELECT sum(match_probability) FROM {name}").fetchall()
    found = con.sql(
        "SELECT least(unique_id_l, unique_id_r) AS row_a, greatest(unique_id_l, unique_id_r)"
        f" AS row_b FROM {name} WHERE match_probability >= {REPEATED}"
    ).pl()
    return found, float(expected)


def _api(work: Path) -> tuple[duckdb.DuckDBPyConnection, DuckDBAPI]:
    config = {
        "threads": str(THREADS),
        "memory_limit": MEMORY,
        "temp_directory": str(work / "splink_spill"),
    }
    con = duckdb.connect(str(work / "splink.duckdb"), config=config)
    return con, DuckDBAPI(connection=con)


def _register(api: DuckDBAPI, con: duckdb.DuckDBPyConnection, name: str, path: Path) -> object:
    con.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{path}')").fetchall()
    return api.register(name, dataset_display_name=f"of_{name}")


def _trained(linker: Linker) -> Linker:
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in DETERMINISTIC], recall=DETERMINISTIC_RECALL
    )
    training.estimate_u_using_random_sampling(max_pairs=U_PAIRS, seed=SEED)
    for rule in TRAINED_ON:
        training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    return linker


def _settings(link_type: str) -> SettingsCreator:
    # Inside one list, members of a family agree in names of every kind; the decade keeps them few.
    same_names = ("given", "patronymic", "surname")
    decade = "substr(dob, 1, 3)"
    rules = [
        block_on("dob", "given"),
        block_on("dob", "surname"),
        block_on("given", "surname", "locality"),
        block_on("dob", "locality", "substr(street, 1, 3)"),
        block_on("locality", "street", "house", "given"),
        block_on(*same_names, decade) if link_type == "dedupe_only" else block_on(*same_names),
        block_on("surname", "patronymic", YEAR),
        f"l.given = r.surname AND l.surname = r.given AND"
        f" {YEAR.replace('dob', 'l.dob')} = {YEAR.replace('dob', 'r.dob')}",
    ]
    return SettingsCreator(
        link_type=link_type,
        unique_id_column_name="unique_id",
        comparisons=[_name("surname", True), _given(), _name("patronymic"), _dob(), _address()],
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
    )


def _name(column: str, rarity: bool = False) -> CustomComparison:
    return CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=rarity),
            levels.JaroWinklerLevel(column, 0.92),
            levels.JaroWinklerLevel(column, 0.85),
            levels.ElseLevel(),
        ],
        output_column_name=column,
    )


def _given() -> CustomComparison:
    return CustomComparison(
        [
            levels.NullLevel("given"),
            levels.ExactMatchLevel("given", term_frequency_adjustments=True),
            levels.JaroWinklerLevel("given", 0.92),
            levels.JaroWinklerLevel("given", 0.85),
            levels.CustomLevel("given_l = surname_r AND surname_l = given_r", "swapped"),
            levels.ElseLevel(),
        ],
        output_column_name="given",
    )


def _dob() -> CustomComparison:
    exchanged = "substr(dob_r, 1, 4) || substr(dob_r, 7, 2) || substr(dob_r, 5, 2)"
    return CustomComparison(
        [
            levels.NullLevel("dob"),
            levels.ExactMatchLevel("dob"),
            levels.CustomLevel(f"dob_l = {exchanged}", "day and month exchanged"),
            levels.DamerauLevenshteinLevel("dob", 1),
            levels.CustomLevel("substr(dob_l, 1, 4) = substr(dob_r, 1, 4)", "same year"),
            levels.ElseLevel(),
        ],
        output_column_name="dob",
    )


def _address() -> CustomComparison:
    street = "locality_l = locality_r AND jaro_winkler_similarity(street_l, street_r) >= 0.9"
    house = f"{street} AND house_l = house_r"
    return CustomComparison(
        [
            levels.CustomLevel("locality_l IS NULL OR locality_r IS NULL", "missing").configure(
                is_null_level=True
            ),
            levels.CustomLevel(f"{house} AND flat_l = flat_r", "same flat"),
            levels.CustomLevel(house, "same house"),
            levels.CustomLevel(street, "same street"),
            levels.CustomLevel("locality_l = locality_r", "same locality"),
            levels.ElseLevel(),
        ],
        output_column_name="address",
    )
