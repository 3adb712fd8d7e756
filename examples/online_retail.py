"""UCI Online Retail: from the raw file to a base whose totals reconcile.

541 909 lines of a British giftware shop with their real dirt: lines without a customer, credit notes, postage and
fees among the products. Run: `python examples/online_retail.py [FOLDER]`; a temporary folder without argument.

Source of the data: UCI Machine Learning Repository, Online Retail (Dr. Daqing Chen), CC BY 4.0.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from chaland.engine import Engine
from chaland.pipeline import build
from chaland.progress import PlainReporter
from chaland.publish import snapshot_in_force

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "uci_online_retail"

SETTINGS = """
[base]
name = "Online Retail"
currency = "GBP"
country = "GB"
sources_root = {root}

[sources.invoices]
kind = "tickets"
files = ["online_retail.parquet"]
system = "customers"
not_products = [
    "POST", "DOT", "M", "m", "C2", "D", "S", "BANK CHARGES", "AMAZONFEE", "CRUK", "B",
    "gift_0001_10", "gift_0001_20", "gift_0001_30", "gift_0001_40", "gift_0001_50",
]
constants = {{ channel = "web" }}

[sources.invoices.columns]
ticket_key = "InvoiceNo"
sold_at = "InvoiceDate"
person_key = "CustomerID"
product_key = "StockCode"
product_label = "Description"
quantity = "Quantity"
unit_price = "UnitPrice"
"""

FINDINGS = {
    "lines received": "select rows_read from base.source_counts",
    "lines in the base": "select count(*) from base.ticket_lines",
    "lines without a customer, kept": "select count(*) from base.ticket_lines where customer_id is null",
    "lines of credit notes": "select count(*) from base.ticket_lines join base.tickets using (ticket_id)"
    " where ticket_key like 'C%'",
    "invoices": "select count(*) from base.tickets",
    "of which returns": "select count(*) from base.tickets where is_return",
    "customers": "select count(*) from base.customers",
    "lines that are no product (postage, fees …)": "select count(*) from base.ticket_lines where not is_product",
    "turnover, GBP": "select sum(amount) from base.ticket_lines",
    "checks that reconcile": "select count(*) filter (where is_equal) || ' of ' || count(*) from base.reconciliation",
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chaland.toml").write_text(SETTINGS.format(root=f'"{DATA.as_posix()}"'), encoding="utf-8")
    build(folder, now=datetime.now(UTC), as_of=date(2011, 12, 10), reporter=PlainReporter())
    with Engine(snapshot_in_force(folder) / "chaland.duckdb", read_only=True) as base:
        for name, sql in FINDINGS.items():
            print(f"{name:<46} {base.value(sql)}")


if __name__ == "__main__":
    if not DATA.is_dir():
        print("skipped: the data set is not beside the project (../shared/data/uci_online_retail)")
    elif len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
