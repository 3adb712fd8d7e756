"""The peer of benchmarks/identity.py: Splink as a user would tune it, on cleaned rows. Imports nothing of chaland.

    python identity_splink.py ROWS.parquet OUT_FOLDER [--email-parts]

Reads the columns of clean.records; writes OUT_FOLDER/pairs.parquet (every pair of 1% or more) and OUT_FOLDER/
clusters.parquet (at 0.95); prints one JSON line: processor seconds, seconds by the clock, peak GB, pairs compared.
What was tried on Brindille's people, 100 000 records, best F1 by threshold: names apart .731, as one comparison .713;
trained on names, birth dates, e-mails .731, without e-mails and telephones .747; the sex added .812; landlines left out
.834; e-mails by distance .837. `--email-parts` compares the parts of e-mails instead, which suits fake_1000.
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
    sex,
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
EVERYWHERE = ("first_name", "last_name")
LARGEST_EVERYWHERE = 2_000_000
"""Records up to which one name, wherever it is, is a blocking rule too."""
SMALL = 20_000
LOOSE = (
    ("first_name",),
    ("last_name",),
    ("birth_date",),
    ("town",),
    ("postcode",),
    ("street",),
    ("street_number", "substr(street, 1, 3)"),
    ("substr(organisation, 1, 5)",),
)
"""Rules a file of at most `SMALL` records can afford."""
TRAINING = (("first_name", "town"), ("last_name", "birth_date"), ("first_name", "birth_date"))
TRAINING_ORGANISATIONS = (("organisation",), ("phone",))


def column_of(part: str) -> str:
    return part.removeprefix("substr(").partition(",")[0].strip(")")


def comparisons(filled: set[str], *, email_parts: bool) -> list[object]:
    made: list[object] = []
    for name in ("first_name", "last_name"):
        if name in filled:
            made.append(cl.NameComparison(name).configure(term_frequency_adjustments=True))
    if "sex" in filled:
        made.append(cl.ExactMatch("sex"))
    if "birth_date" in filled:
        made.append(cl.DateOfBirthComparison("birth_date", input_is_string=True))
    if "town" in filled:
        made.append(
            cl.CustomComparison(
                output_column_name="address",
                comparison_levels=[
                    cll.NullLevel("town"),
                    cll.ExactMatchLevel("house", term_frequency_adjustments=True),
                    {
                        "sql_condition": "town_l = town_r and jaro_winkler_similarity(street_l, street_r) > 0.9",
                        "label_for_charts": "street",
                    },
                    cll.ExactMatchLevel("town", term_frequency_adjustments=True),
                    cll.ElseLevel(),
                ],
            )
        )
    # a landline is the household's: with it spouses are taken for one person (best F1 .815 instead of .837)
    number = "mobile" if "mobile" in filled else "phone"
    if number in filled:
        made.append(cl.LevenshteinAtThresholds(number, [1]))
    if "email" in filled:
        made.append(cl.EmailComparison("email") if email_parts else cl.LevenshteinAtThresholds("email", [2]))
    if "organisation" in filled:
        made.append(
            cl.JaroWinklerAtThresholds("organisation", [0.95, 0.88, 0.7]).configure(term_frequency_adjustments=True)
        )
    return made


def main(rows: Path, out: Path, *, email_parts: bool) -> None:
    """Link the rows of one file; write pairs and clusters; print what it cost."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    out.mkdir(parents=True, exist_ok=True)
    start_s, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    connection = duckdb.connect()
    connection.execute(f"set temp_directory = '{out / 'spill'}'")
    connection.execute(VIEW, {"rows": str(rows)})
    count = connection.execute("select count(*) from people").fetchall()[0][0]
    columns = [row[0] for row in connection.execute("describe people").fetchall()]
    shares = connection.execute(f"select {', '.join(f'count({name})' for name in columns)} from people").fetchall()[0]
    filled = {name for name, share in zip(columns, shares, strict=True) if share >= FILLED * count}
    rules = RULES if count > LARGEST_EVERYWHERE else (*RULES, EVERYWHERE)
    rules = (*rules, *LOOSE) if count <= SMALL else rules
    kept = [rule for rule in rules if {column_of(part) for part in rule} <= filled]
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons(filled, email_parts=email_parts),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in kept],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    linker = Linker(api.register("people"), settings)
    sure = [rule for rule in kept if rule in (("email",), ("last_name", "birth_date"), ("organisation",))]
    sure = sure or [("first_name", "last_name", "town")]
    linker.training.estimate_probability_two_random_records_match([block_on(*rule) for rule in sure], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for rule in TRAINING if "last_name" in filled else TRAINING_ORGANISATIONS:
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
        "pairs_kept": connection.execute(f"select count(*) from {predicted.physical_name}").fetchall()[0][0],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), email_parts="--email-parts" in sys.argv)
