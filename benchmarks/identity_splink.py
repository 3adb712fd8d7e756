"""The peer of benchmarks/identity.py: Splink as a user would tune it, on cleaned rows. Imports nothing of chaland.

    python identity_splink.py ROWS.parquet OUT_FOLDER

Reads the columns of clean.records; writes OUT_FOLDER/pairs.parquet (every pair of 1% or more) and OUT_FOLDER/
clusters.parquet (at 0.95); prints one JSON line: processor seconds, seconds by the clock, peak GB, pairs compared.
Run by the interpreter of an environment of its own, where `pip install splink` was done.
"""

# ruff: noqa: S608  the texts of this module are its own
from __future__ import annotations

import json
import logging
import resource
import sys
import time
import warnings
from pathlib import Path

import duckdb
import splink
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

FILLED = 0.01
"""Share of records below which a column is left out."""

VIEW = """
create table people as
select
    record_id as unique_id,
    nullif(first_name_key, '') as first_name,
    nullif(last_name_key, '') as last_name,
    first_name_key || ' ' || last_name_key as full_name,
    birth_name_key as birth_name,
    strftime(birth_date, '%Y-%m-%d') as birth_date,
    street_number,
    street,
    coalesce(insee_code, upper(strip_accents(city)), postcode) as town,
    left(postcode, 2) as area,
    postcode,
    street_number || ' ' || street || ' ' || coalesce(insee_code, upper(strip_accents(city)), postcode) as house,
    phone,
    mobile,
    email_key as email,
    card_number as card,
    upper(strip_accents(organisation)) as organisation
from read_parquet($rows)
where not is_key_only
"""

RULES = (
    ("email",),
    ("mobile",),
    ("phone",),
    ("card",),
    ("first_name", "last_name", "town"),
    ("first_name", "last_name", "area"),
    ("last_name", "birth_date"),
    ("first_name", "birth_date"),
    ("last_name", "street", "street_number"),
    ("first_name", "street", "street_number"),
    ("substr(last_name, 1, 3)", "first_name", "town"),
    ("last_name", "substr(first_name, 1, 1)", "street"),
    ("organisation",),
    ("street_number", "street", "substr(organisation, 1, 3)"),
    ("postcode", "substr(organisation, 1, 8)"),
)
TRAINING = (("first_name", "last_name"), ("birth_date",), ("email",), ("organisation",), ("phone",))


def column_of(part: str) -> str:
    return part.removeprefix("substr(").partition(",")[0].strip(")")


def levels(*conditions: tuple[str, str], null: str) -> list[object]:
    """Return the levels of a comparison of one's own: null, each condition, anything else."""
    made: list[object] = [{"sql_condition": null, "label_for_charts": "null", "is_null_level": True}]
    made += [{"sql_condition": condition, "label_for_charts": label} for condition, label in conditions]
    return [*made, cll.ElseLevel()]


def comparisons(filled: set[str], *, names_apart: bool) -> list[object]:
    made: list[object] = []
    if {"first_name", "last_name"} <= filled and not names_apart:
        names = cl.ForenameSurnameComparison("first_name", "last_name", forename_surname_concat_col_name="full_name")
        made.append(names)
    elif {"first_name", "last_name"} <= filled:
        made.append(cl.NameComparison("first_name").configure(term_frequency_adjustments=True))
        made.append(cl.NameComparison("last_name").configure(term_frequency_adjustments=True))
    if "birth_date" in filled:
        made.append(cl.DateOfBirthComparison("birth_date", input_is_string=True))
    if "town" in filled:
        made.append(
            cl.CustomComparison(
                output_column_name="address",
                comparison_levels=[
                    cll.NullLevel("town"),
                    cll.ExactMatchLevel("house", term_frequency_adjustments=True),
                    {"sql_condition": "street_l = street_r and town_l = town_r", "label_for_charts": "street"},
                    {
                        "sql_condition": "town_l = town_r and jaro_winkler_similarity(street_l, street_r) > 0.9",
                        "label_for_charts": "street close",
                    },
                    cll.ExactMatchLevel("town", term_frequency_adjustments=True),
                    cll.ElseLevel(),
                ],
            )
        )
    if {"phone", "mobile"} & filled:
        same = "(mobile_l = mobile_r or phone_l = phone_r or mobile_l = phone_r or phone_l = mobile_r)"
        close = "(levenshtein(mobile_l, mobile_r) <= 1 or levenshtein(phone_l, phone_r) <= 1)"
        nothing = "coalesce(mobile_l, phone_l) is null or coalesce(mobile_r, phone_r) is null"
        made.append(
            cl.CustomComparison(
                output_column_name="telephone",
                comparison_levels=levels((same, "same"), (close, "one digit"), null=nothing),
            )
        )
    if "email" in filled:
        made.append(cl.EmailComparison("email"))
    if "organisation" in filled:
        made.append(
            cl.JaroWinklerAtThresholds("organisation", [0.95, 0.88, 0.7]).configure(term_frequency_adjustments=True)
        )
    return made


def main(rows: Path, out: Path, *, names_apart: bool = True) -> None:
    """Link the rows of one file; write pairs and clusters; print what it cost."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    out.mkdir(parents=True, exist_ok=True)
    start_s, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    connection = duckdb.connect()
    connection.execute(f"set temp_directory = '{out / 'spill'}'")
    connection.execute(VIEW, {"rows": str(rows)})
    count = connection.execute("select count(*) from people").fetchone()[0]
    columns = [row[0] for row in connection.execute("describe people").fetchall()]
    shares = connection.execute(f"select {', '.join(f'count({name})' for name in columns)} from people").fetchone()
    filled = {name for name, share in zip(columns, shares, strict=True) if share >= FILLED * count}
    kept = [rule for rule in RULES if {column_of(part) for part in rule} <= filled]
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons(filled, names_apart=names_apart),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in kept],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    linker = Linker(api.register("people"), settings)
    sure = [rule for rule in kept if rule in (("email",), ("last_name", "birth_date"), ("organisation",))]
    sure = sure or [("first_name", "last_name", "town")]
    linker.training.estimate_probability_two_random_records_match([block_on(*rule) for rule in sure], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in TRAINING:
        if set(rule) <= filled:
            try:
                linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
            except Exception as fault:  # a rule that brings no pair trains nothing
                print(f"{rule}: {type(fault).__name__}", file=sys.stderr)
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    pairs = f"select unique_id_l, unique_id_r, match_weight, match_probability from {predicted.physical_name}"
    connection.execute(f"copy ({pairs}) to '{out / 'pairs.parquet'}' (format parquet)")
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=0.95)
    clusters = f"select unique_id as record_id, cluster_id from {found.physical_name}"
    connection.execute(f"copy ({clusters}) to '{out / 'clusters.parquet'}' (format parquet)")
    after = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "version": splink.__version__,
        "records": count,
        "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "clock_s": time.perf_counter() - start_s,
        "peak_gb": after.ru_maxrss / 2**20,
        "pairs_kept": connection.execute(f"select count(*) from {predicted.physical_name}").fetchone()[0],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), names_apart="--full-name" not in sys.argv)
