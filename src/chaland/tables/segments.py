"""segments.*: the base laid out for selecting customers, computed from base.* and insight.* when a base is built.

Customers are numbered from 0 in the order of their ids: a condition is then a set of small integers, and a segment is
made of sets. Cubes are sorted by what is asked first (department, product, shop, month), so that a question reads only
its rows. Amounts are net of returns, tax included, in hundredths of the base's currency: whole numbers add up exactly
and fast. Nothing later than the base's day is counted; anonymous tickets are not here.

What customers did is here too, by their number: joining it by their id costs twenty times what reading it does. A
sample of customers stands apart with its rows of every table, so that an estimate reads no others.
"""

from __future__ import annotations

from dataclasses import replace

from chaland.tables.contract import Table, columns

ONE_IN = 16
"""The sample holds the customers whose number it divides; there they are numbered 0, 1, 2 … again."""
PERIODS_DAYS = (30, 90, 180, 365)
"""Periods ending on the base's day whose purchases stand ready on segments.customers."""

CUSTOMERS = Table(
    "segments",
    "customers",
    "one row per customer: his number, and every attribute a condition may ask for",
    ("customer_number",),
    columns(
        "customer_number integer not null -- 0, 1, 2 … in the order of customer_id",
        "customer_id varchar not null -- customer",
        "is_organisation boolean not null -- a company or association",
        "is_card_holder boolean not null -- holds a loyalty card",
        "sex varchar -- F or M; null when unsure",
        "civility varchar -- M, MME or M+MME",
        "age_years integer -- age at the base's day",
        "birth_month integer -- month of birth, 1 to 12",
        "occupation varchar -- occupation as given",
        "occupation_key varchar -- the same in small letters without accents, to be compared",
        "card_tier varchar -- tier of the card, as the source writes it",
        "card_tier_key varchar -- the same in small letters without accents, to be compared",
        "country varchar -- ISO code",
        "departement varchar -- French département of the address",
        "postcode varchar -- postcode",
        "insee_code varchar -- commune, INSEE",
        "city varchar -- town",
        "city_key varchar -- the same in small letters without accents, to be compared",
        "place_number integer -- place of the address; null when it has no known coordinates",
        "home_shop_key varchar -- shop of most tickets",
        "household_customers integer not null -- customers of his household",
        "records integer not null -- records joined",
        "systems integer not null -- systems that know him",
        "first_seen_date date -- oldest record",
        "points_balance integer -- points; null without a card",
        "is_bad_payer boolean not null -- on a bad payers' list",
        "is_high_potential boolean not null -- on a list of high potential",
        "first_purchase_date date -- first ticket",
        "last_purchase_date date -- last ticket",
        "days_since_purchase integer -- days from the last ticket to the base's day",
        "tickets integer not null -- tickets",
        "amount_total_cents bigint not null -- net purchases",
        "amount_12_months_cents bigint not null -- net purchases in the 365 days to the base's day",
        *(
            line
            for days in PERIODS_DAYS
            for line in (
                f"purchase_days_{days} integer not null -- days with a purchase in the last {days} days",
                f"amount_{days}_cents bigint not null -- net purchases in the last {days} days",
            )
        ),
        "contacts integer not null -- contacts",
        "surveys integer not null -- surveys answered",
        "projects integer not null -- projects",
        "web_events integer not null -- web events",
        "open_cases integer not null -- cases not closed",
        "can_post boolean not null -- may and can be written to",
        "can_phone boolean not null -- may and can be called",
        "can_sms boolean not null -- may and can be texted",
        "can_email boolean not null -- may and can be e-mailed",
        "can_post_reason varchar not null -- code of the reason",
        "can_phone_reason varchar not null -- code of the reason",
        "can_sms_reason varchar not null -- code of the reason",
        "can_email_reason varchar not null -- code of the reason",
        "consent_post boolean -- true yes, false no, null nothing said",
        "consent_phone boolean -- same",
        "consent_sms boolean -- same",
        "consent_email boolean -- same",
        "post_grade varchar -- grade of the address, A to E; null without one",
        "phone_grade varchar -- grade of the telephone",
        "mobile_grade varchar -- grade of the mobile",
        "email_grade varchar -- grade of the e-mail",
        "rfm_segment varchar -- behavioural segment; null when not studied, as all that follow",
        "r_score integer -- recency, 1 to 5",
        "f_score integer -- frequency, 1 to 5",
        "m_score integer -- amount, 1 to 5",
        "alive_probability double -- probability of still being a customer",
        "clv_12_months_cents bigint -- value expected in the next 12 months",
        "is_silent boolean -- silent beyond his own rhythm",
        "buys_probability double -- probability of a purchase in the days foreseen",
    ),
    sort_by=("customer_number",),
)

PLACES = Table(
    "segments",
    "places",
    "one row per commune and postcode that customers or shops live in, and per commune of France",
    ("place_number",),
    columns(
        "place_number integer not null -- 1, 2, 3 …",
        "insee_code varchar -- commune; null when the postcode alone is known",
        "postcode varchar -- postcode, for places known by it alone",
        "city varchar not null -- name",
        "latitude double not null -- degrees north",
        "longitude double not null -- degrees east",
    ),
    sort_by=("place_number",),
)

SHOPS = Table(
    "segments",
    "shops",
    "one row per shop",
    ("shop_key",),
    columns(
        "shop_key varchar not null -- code",
        "shop_name varchar not null -- name",
        "place_number integer -- place; null when unknown",
    ),
    sort_by=("shop_key",),
)

PRODUCTS = Table(
    "segments",
    "products",
    "one row per product sold, numbered so that a family's and a department's follow one another",
    ("product_number",),
    columns(
        "product_number integer not null -- 0, 1, 2 …",
        "product_key varchar not null -- code",
        "product_label varchar -- label",
        "family varchar not null -- family, empty when unknown",
        "department varchar not null -- department, empty when unknown",
    ),
    sort_by=("product_number",),
)

CUSTOMER_DEPARTMENTS = Table(
    "segments",
    "customer_departments",
    "one row per department and customer who bought there: all his days added up",
    (),
    columns(
        "department varchar not null -- department, empty when unknown",
        "customer_number integer not null -- customer",
        "purchase_days integer not null -- days with a purchase",
        "units double not null -- net units",
        "amount_cents bigint not null -- net amount",
        "first_date date not null -- first day",
        "last_date date not null -- last day",
    ),
    sort_by=("department", "customer_number"),
)

DEPARTMENT_DAYS = Table(
    "segments",
    "department_days",
    "one row per department, day and customer",
    (),
    columns(
        "department varchar not null -- department, empty when unknown",
        "sold_date date not null -- day",
        "customer_number integer not null -- customer",
        "purchase_days utinyint not null -- 1, or 0 when goods only came back",
        "units float not null -- net units",
        "amount_cents integer not null -- net amount",
    ),
    sort_by=("department", "sold_date", "customer_number"),
)

PRODUCT_DAYS = Table(
    "segments",
    "product_days",
    "one row per product, day and customer",
    (),
    columns(
        "product_number integer not null -- product",
        "sold_date date not null -- day",
        "customer_number integer not null -- customer",
        "purchase_days utinyint not null -- 1, or 0 when goods only came back",
        "units float not null -- net units",
        "amount_cents integer not null -- net amount",
    ),
    sort_by=("product_number", "sold_date", "customer_number"),
)

SHOP_DAYS = Table(
    "segments",
    "shop_days",
    "one row per shop, day and customer",
    (),
    columns(
        "shop_key varchar not null -- shop, empty on line",
        "sold_date date not null -- day",
        "customer_number integer not null -- customer",
        "purchase_days utinyint not null -- 1, or 0 when goods only came back",
        "units float not null -- net units",
        "amount_cents integer not null -- net amount",
    ),
    sort_by=("shop_key", "sold_date", "customer_number"),
)

SEVERAL_SHOP_DAYS = Table(
    "segments",
    "several_shop_days",
    "one row per shop, day, customer, product and department, of the days a customer bought at several shops; "
    "one of nothing where his tickets there have no line of a product",
    (),
    columns(
        "shop_key varchar not null -- shop, empty on line",
        "sold_date date not null -- day",
        "customer_number integer not null -- customer",
        "department varchar not null -- department of the ticket line, empty when unknown",
        "product_number integer -- product; null when unknown",
        "purchase_days utinyint not null -- 1, or 0 when goods only came back",
        "units float not null -- net units",
        "amount_cents integer not null -- net amount",
    ),
    sort_by=("shop_key", "sold_date", "customer_number"),
)

DAYS = Table(
    "segments",
    "days",
    "one row per day and customer, whatever the shop",
    (),
    columns(
        "sold_date date not null -- day",
        "customer_number integer not null -- customer",
        "purchase_days utinyint not null -- 1, or 0 when goods only came back",
        "units float not null -- net units",
        "amount_cents integer not null -- net amount",
        "shops integer not null -- shops he bought at that day, the web shop being one",
    ),
    sort_by=("sold_date", "customer_number"),
)

MONTHS = Table(
    "segments",
    "months",
    "one row per month and customer who had bought by its end: all he bought until then",
    (),
    columns(
        "month date not null -- first day of the month",
        "customer_number integer not null -- customer",
        "purchase_days integer not null -- days with a purchase until the end of the month",
        "units double not null -- net units until then",
        "amount_cents bigint not null -- net amount until then",
    ),
    sort_by=("month", "customer_number"),
)

EVENTS = Table(
    "segments",
    "events",
    "one row per thing a customer did or received: contact, operation, coupon, visit, survey, case, project, movement",
    (),
    columns(
        "event varchar not null -- contact, targeted, redeemed, web, survey, case, project or card",
        "day date not null -- day",
        "customer_number integer not null -- customer",
        "channel varchar -- channel of a contact",
        "direction varchar -- in or out",
        "reason varchar -- why",
        "outcome varchar -- result",
        "operation_key varchar -- operation that targeted him, or of the coupon",
        "coupon_key varchar -- coupon",
        "web_event varchar -- what he did on the web",
        "page varchar -- page",
        "department varchar -- department seen",
        "product_key varchar -- product seen",
        "shop_key varchar -- shop of a survey or of a project",
        "recommendation_0_10 integer -- would recommend, 0 to 10",
        "satisfaction_1_5 integer -- satisfied, 1 to 5",
        "status varchar -- status of a case or of a project",
        "subject varchar -- subject of a case",
        "project_kind varchar -- kind of project",
        "movement varchar -- movement on the card",
    ),
    sort_by=("event", "day"),
)

ATTRIBUTES = Table(
    "segments",
    "attributes",
    "one row per customer, attribute and external list that gives it",
    (),
    columns(
        "attribute varchar not null -- name",
        "value varchar not null -- value as given",
        "customer_number integer not null -- customer",
    ),
    sort_by=("attribute", "value"),
)

SAMPLED = (
    CUSTOMERS,
    CUSTOMER_DEPARTMENTS,
    DEPARTMENT_DAYS,
    PRODUCT_DAYS,
    SHOP_DAYS,
    SEVERAL_SHOP_DAYS,
    DAYS,
    MONTHS,
    EVENTS,
    ATTRIBUTES,
)


def _sample_of(table: Table) -> Table:
    kept = tuple(column for column in table.columns if column.name != "customer_id")
    grain = f"the rows of {table.full_name} of one customer in {ONE_IN}, numbered again"
    return replace(table, name=f"sample_{table.name}", grain=grain, columns=kept)


SAMPLES: dict[str, Table] = {table.full_name: _sample_of(table) for table in SAMPLED}
"""The sample's own table of each that has rows of customers."""

TABLES = (*SAMPLED, PLACES, SHOPS, PRODUCTS, *SAMPLES.values())
