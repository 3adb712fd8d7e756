"""base.* facts: what customers did (tickets, contacts, projects …), what they did it with, and the two cubes.

Published with the tables of `chaland.tables.base`, which lists them all.
"""

from __future__ import annotations

from chaland.tables.contract import Table, columns

CUSTOMER_REF = columns("customer_id varchar -- customer; null when anonymous or out of scope")

TICKETS = Table(
    "base",
    "tickets",
    "one row per ticket or order",
    ("ticket_id",),
    columns(
        "ticket_id varchar not null -- source || ':' || ticket_key",
        "ticket_key varchar not null -- the source's number",
        "source varchar not null -- source",
    )
    + CUSTOMER_REF
    + columns(
        "shop_key varchar -- shop; null on line",
        "channel varchar not null -- shop or web",
        "is_return boolean not null -- no line sold, only returned",
        "lines integer not null -- lines",
        "units decimal(18,3) not null -- net units",
        "amount decimal(18,4) not null -- net amount",
        "sold_at timestamp not null -- local time",
        "sold_date date not null -- local day",
    ),
    sort_by=("customer_id", "sold_at", "ticket_id"),
)

TICKET_LINES = Table(
    "base",
    "ticket_lines",
    "one row per ticket line",
    ("ticket_id", "file", "line", "line_number"),
    columns("ticket_id varchar not null -- ticket", "line_number integer not null -- rank in the ticket")
    + CUSTOMER_REF
    + columns(
        "product_key varchar -- product",
        "product_label varchar -- label on the ticket",
        "department varchar -- department",
        "quantity decimal(12,3) not null -- units, negative on a return",
        "amount decimal(18,4) not null -- paid, negative on a return",
        "discount decimal(18,4) -- discount included",
        "is_product boolean not null -- false for postage, fees, adjustments",
        "sold_date date not null -- local day",
        "file varchar not null -- lineage",
        "line bigint not null -- lineage",
    ),
    sort_by=("customer_id", "sold_date", "ticket_id", "line_number"),
)

PRODUCTS = Table(
    "base",
    "products",
    "one row per product, from the product file or, failing it, from the tickets",
    ("product_key",),
    columns(
        "product_key varchar not null -- code",
        "product_label varchar -- label",
        "family varchar -- family",
        "department varchar -- department",
        "brand varchar -- brand",
        "list_price decimal(18,4) -- list price",
    ),
    sort_by=("product_key",),
)

SHOPS = Table(
    "base",
    "shops",
    "one row per shop, from the shop file or, failing it, from the facts",
    ("shop_key",),
    columns(
        "shop_key varchar not null -- code",
        "shop_name varchar not null -- name",
        "postcode varchar -- postcode",
        "city varchar -- town",
        "area_m2 integer -- sales area",
        "opened_date date -- opening",
    ),
    sort_by=("shop_key",),
)

COMMUNES = Table(
    "base",
    "communes",
    "one row per commune",
    ("insee_code",),
    columns(
        "insee_code varchar not null -- INSEE code",
        "city varchar not null -- official name",
        "population integer -- inhabitants",
    ),
    sort_by=("insee_code",),
)

LOYALTY_MOVEMENTS = Table(
    "base",
    "loyalty_movements",
    "one row per movement on a card",
    ("source", "file", "line", "load_id"),
    CUSTOMER_REF
    + columns(
        "card_number varchar not null -- card",
        "movement varchar not null -- earn, redeem, adjust, expire, open or close",
        "points integer not null -- points, signed",
        "ticket_key varchar -- ticket",
        "shop_key varchar -- shop",
        "moved_at timestamp not null -- when",
        "source varchar not null -- lineage",
        "load_id varchar not null -- lineage",
        "file varchar not null -- lineage",
        "line bigint not null -- lineage",
    ),
    sort_by=("customer_id", "moved_at"),
)

CONTACTS = Table(
    "base",
    "contacts",
    "one row per contact",
    ("contact_id",),
    columns("contact_id varchar not null -- source || ':' || contact_key")
    + CUSTOMER_REF
    + columns(
        "source varchar not null -- source",
        "channel varchar not null -- phone, email, post, sms, chat or shop",
        "direction varchar not null -- in or out",
        "reason varchar -- why",
        "outcome varchar -- result",
        "duration_seconds integer -- length",
        "comment varchar -- free text",
        "author varchar -- who of the retailer's people wrote it down",
        "follow_up_date date -- day to come back to it",
        "contacted_at timestamp not null -- when",
    ),
    sort_by=("customer_id", "contacted_at"),
)

CASES = Table(
    "base",
    "cases",
    "one row per case",
    ("case_id",),
    columns("case_id varchar not null -- source || ':' || case_key")
    + CUSTOMER_REF
    + columns(
        "source varchar not null -- source",
        "subject varchar -- subject",
        "status varchar not null -- open or closed",
        "comment varchar -- free text",
        "author varchar -- who of the retailer's people wrote it down",
        "opened_at timestamp not null -- opened",
        "closed_at timestamp -- closed",
    ),
    sort_by=("customer_id", "opened_at"),
)

CONSENT_EVENTS = Table(
    "base",
    "consent_events",
    "one row per word of a customer on being contacted, with its proof",
    ("consent_event_id",),
    columns("consent_event_id varchar not null -- source || ':' || consent_key")
    + CUSTOMER_REF
    + columns(
        "record_id varchar -- record he spoke as",
        "source varchar not null -- source",
        "channel varchar not null -- post, phone, sms or email; or profiling, no channel, for a word on that",
        "purpose varchar not null -- marketing, survey, or measure (of what he opens)",
        "is_granted boolean not null -- yes, or no (objection, withdrawal)",
        "method varchar -- how: spoken, paper, web, letter, email …",
        "proof varchar -- what proves it",
        "author varchar -- who wrote it down",
        "said_at timestamp not null -- when",
    ),
    sort_by=("customer_id", "said_at"),
)

SURVEYS = Table(
    "base",
    "surveys",
    "one row per survey answered",
    ("survey_id",),
    columns("survey_id varchar not null -- source || ':' || survey_key")
    + CUSTOMER_REF
    + columns(
        "source varchar not null -- source",
        "shop_key varchar -- shop judged",
        "recommendation_0_10 integer -- would recommend, 0 to 10",
        "satisfaction_1_5 integer -- satisfaction, 1 to 5",
        "comment varchar -- free text",
        "answered_at timestamp not null -- when",
    ),
    sort_by=("customer_id", "answered_at"),
)

SURVEY_RATINGS = Table(
    "base",
    "survey_ratings",
    "one row per survey answered and aspect rated in it: welcome, advice, prices …",
    ("survey_id", "aspect"),
    columns(
        "survey_id varchar not null -- that of base.surveys",
        "aspect varchar not null -- name given in sources.NAME.attributes, or the column of a file",
        "rating double not null -- mark, on the survey's own scale",
    ),
    sort_by=("survey_id", "aspect"),
)

PROJECTS = Table(
    "base",
    "projects",
    "one row per project or installation",
    ("project_id",),
    columns("project_id varchar not null -- source || ':' || project_key")
    + CUSTOMER_REF
    + columns(
        "source varchar not null -- source",
        "shop_key varchar -- shop",
        "project_kind varchar -- kitchen, bathroom …",
        "status varchar -- the source's status",
        "quoted_amount decimal(18,4) -- quote",
        "comment varchar -- free text",
        "opened_date date not null -- opened",
        "done_date date -- works done",
    ),
    sort_by=("customer_id", "opened_date"),
)

WEB_EVENTS = Table(
    "base",
    "web_events",
    "one row per web event",
    ("event_id",),
    columns("event_id varchar not null -- source || ':' || event_key")
    + CUSTOMER_REF
    + columns(
        "source varchar not null -- source",
        "event varchar not null -- name",
        "page varchar -- page or product",
        "product_key varchar -- product",
        "department varchar -- department",
        "ticket_key varchar -- order",
        "occurred_at timestamp not null -- when, UTC",
    ),
    sort_by=("customer_id", "occurred_at"),
)

OPERATIONS = Table(
    "base",
    "operations",
    "one row per marketing operation",
    ("operation_key",),
    columns(
        "operation_key varchar not null -- number",
        "operation_name varchar -- name",
        "operation_kind varchar -- kind",
        "starts_date date -- first day",
        "ends_date date -- last day",
        "targets integer not null -- customers targeted",
        "redemptions integer not null -- coupons redeemed",
    ),
    sort_by=("operation_key",),
)

OPERATION_TARGETS = Table(
    "base",
    "operation_targets",
    "one row per customer and operation that targeted him",
    ("operation_key", "customer_id"),
    columns(
        "operation_key varchar not null -- operation",
        "customer_id varchar not null -- customer",
        "channel varchar -- channel",
        "targeted_at timestamp -- when",
    ),
    sort_by=("customer_id", "operation_key"),
)

COUPONS = Table(
    "base",
    "coupons",
    "one row per coupon, operation and product",
    ("coupon_key", "operation_key", "product_key"),
    columns(
        "coupon_key varchar not null -- coupon",
        "operation_key varchar not null -- operation, empty when none",
        "product_key varchar not null -- product, empty when none",
    ),
    sort_by=("coupon_key",),
)

REDEMPTIONS = Table(
    "base",
    "redemptions",
    "one row per coupon redeemed",
    ("source", "load_id", "file", "line"),
    CUSTOMER_REF
    + columns(
        "coupon_key varchar not null -- coupon",
        "operation_key varchar -- operation",
        "redeemed_at timestamp not null -- when",
        "source varchar not null -- lineage",
        "load_id varchar not null -- lineage",
        "file varchar not null -- lineage",
        "line bigint not null -- lineage",
    ),
    sort_by=("customer_id", "redeemed_at"),
)

SALES_DAYS = Table(
    "base",
    "sales_days",
    "one row per day, shop, channel and department: the cube of dashboards, anonymous sales included",
    ("sold_date", "shop_key", "channel", "department"),
    columns(
        "sold_date date not null -- day",
        "shop_key varchar not null -- shop, empty on line",
        "channel varchar not null -- shop or web",
        "department varchar not null -- department, empty when unknown",
        "tickets integer not null -- tickets with the department",
        "identified_tickets integer not null -- of which with a customer",
        "units decimal(18,3) not null -- net units",
        "amount decimal(18,4) not null -- net amount",
        "identified_amount decimal(18,4) not null -- of which with a customer",
    ),
    sort_by=("sold_date", "shop_key", "department"),
)

CUSTOMER_DEPARTMENTS = Table(
    "base",
    "customer_departments",
    "one row per customer and department bought",
    ("customer_id", "department"),
    columns(
        "customer_id varchar not null -- customer",
        "department varchar not null -- department, empty when unknown",
        "tickets integer not null -- tickets",
        "units decimal(18,3) not null -- net units",
        "amount decimal(18,4) not null -- net amount",
        "amount_12_months decimal(18,4) not null -- net amount in the 365 days to as_of",
        "last_date date not null -- last purchase",
    ),
    sort_by=("customer_id", "department"),
)
