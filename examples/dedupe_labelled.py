"""Six labelled files of people and places through `chaland dedupe`: precision, recall and F1 against the labels.

Run: `python examples/dedupe_labelled.py [FOLDER]`. Only the columns are named, nothing is tuned to a file. The
files are FEBRL 1 to 3 (synthetic Australian persons), fake_1000 (Splink's), RLdata500 (German names) and Chicago's
early-childhood sites (real organisations, labelled by hand); they are read from ../shared/data, skipped when absent.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from chaland.dedupe import Deduplicated, dedupe_files, parse_columns
from chaland.progress import Reporter

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
AS_OF = date(2026, 11, 1)


@dataclass(frozen=True)
class Labelled:
    """One labelled file: where it lies, its number, its labels, and which column is what."""

    name: str
    path: str
    id_column: str
    labels_column: str
    columns: str


FEBRL = (
    "first_name=given_name,last_name=surname,street=address_1,complement=address_2,city=suburb,birth_date=date_of_birth"
)
FILES = (
    *(Labelled(f"febrl{n}", f"febrl123/dataset{n}.parquet", "rec_id", "entity", FEBRL) for n in (1, 2, 3)),
    Labelled(
        "fake_1000",
        "splink_fake_and_transactions/fake_1000.csv",
        "unique_id",
        "cluster",
        "last_name=surname,birth_date=dob",
    ),
    Labelled(
        "rldata500",
        "rldata500/rldata500.parquet",
        "",
        "true_id",
        "first_name=fname_c1+fname_c2,last_name=lname_c1+lname_c2,birth_date=bd/bm/by",
    ),
    Labelled(
        "chicago",
        "dedupe_chicago/csv_example_input_with_true_ids.csv",
        "Id",
        "True Id",
        "organisation=Site name,address=Address,postcode=Zip,phone=Phone",
    ),
)


def with_labels(path: Path, folder: Path) -> Path:
    """Write a FEBRL file with its entity as a column: rec-12-dup-0 is of entity 12. Returns the new file."""
    rows = pq.read_table(path)
    entity = pc.struct_field(pc.extract_regex(rows["rec_id"], r"rec-(?P<entity>\d+)-"), "entity")
    out = folder / path.name
    pq.write_table(rows.append_column("entity", entity), out)
    return out


def measured(file: Labelled, folder: Path) -> Deduplicated:
    """Run the matcher on one file, labels hidden."""
    path = DATA / file.path
    if file.labels_column == "entity":
        path = with_labels(path, folder)
    return dedupe_files(
        [path],
        folder / file.name,
        columns=parse_columns(file.columns),
        id_column=file.id_column,
        labels_column=file.labels_column,
        as_of=AS_OF,
        reporter=Reporter(),
    )


def main(folder: Path) -> None:
    if not DATA.is_dir():
        print("The labelled files are not beside the project (../shared/data): nothing to measure.")
        return
    print(f"{'file':<12}{'records':>9}{'persons':>9}   pairs: P      R      F1   clusters: P      R      F1")
    for file in FILES:
        if not (DATA / file.path).is_file():
            print(f"{file.name:<12}skipped: {file.path} is absent.")
            continue
        found = measured(file, folder)
        if found.evaluation is None:
            raise SystemExit(f"{file.name}: no labels were read.")
        pairs, clusters = found.evaluation.pairwise, found.evaluation.cluster
        print(
            f"{file.name:<12}{found.records:>9}{found.persons:>9}"
            f"   {pairs.precision:9.4f} {pairs.recall:.4f} {pairs.f1:.4f}"
            f"   {clusters.precision:12.4f} {clusters.recall:.4f} {clusters.f1:.4f}"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        target = Path(sys.argv[1])
        target.mkdir(parents=True, exist_ok=True)
        main(target)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
