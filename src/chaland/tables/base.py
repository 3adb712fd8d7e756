"""base.*: the star schema that is published, served, segmented and studied. Nothing else is in a snapshot.

Facts carry `customer_id` (null when anonymous). Amounts are tax included, in the base's currency
(`base.about`). Times of sale are local, web events UTC.
"""

from __future__ import annotations

from chaland.tables import identity, landing
from chaland.tables.clean import RECORDS
from chaland.tables.contract import Table, columns

CUSTOMER_REF = columns("customer_id varchar -- customer; null when anonymous or out of scope")

ABOUT = Table(
    "base",
    "about",
    "one row: what this base is",
    (),
    columns(
        "base_name varchar not null -- name of the retailer",
        "currency varchar not null -- ISO 4217",
        "as_of date not null -- day the run computed for",
        "detail varchar not null -- all, or card_holders (base.detail in chaland.toml)",
        "chaland_version varchar not null -- version that built it",
    ),
)

CUSTOMERS = Table(
    "base",
    "customers",
    "one row per customer: golden record, reachability and totals",
    ("customer_id",),
    identity.CUSTOMERS.columns
    + columns(
        "display_name varchar not null -- name for a screen or a letter",
        "is_card_holder boolean not null -- holds a loyalty card",
        "age_years integer -- age at as_of",
        "can_post boolean not null -- may and can be written to",
        "can_phone boolean not null -- may and can be called",
        "can_sms boolean not null -- may and can be texted",
        "can_email boolean not null -- may and can be e-mailed",
        "can_post_reason varchar not null -- code of the reason: ok, no_address, bad_address, objected, suppressed, returned, deceased, minor",
        "can_phone_reason varchar not null -- ok, no_number, bad_number, no_consent, expired, objected, suppressed, deceased, minor",
        "can_sms_reason varchar not null -- ok, no_mobile, bad_number, no_consent, objected, suppressed, deceased, minor",
        "can_email_reason varchar not null -- ok, no_email, bad_email, no_consent, objected, suppressed, deceased, minor",
        "is_bad_payer boolean not null -- on a bad payers' list",
        "first_purchase_date date -- first ticket",
        "last_purchase_date date -- last ticket",
        "tickets integer not null -- tickets, returns alone excluded",
        "amount_total decimal(18,4) not null -- net purchases",
        "amount_12_months decimal(18,4) not null -- net purchases in the 365 days to as_of",
        "home_shop_key varchar -- shop of most tickets, latest first on a tie",
        "points_balance integer -- sum of card movements; null without a card",
        "contacts integer not null -- contacts",
        "surveys integer not null -- surveys answered",
        "projects integer not null -- projects",
        "web_events integer not null -- web events",
        "open_cases integer not null -- cases not closed",
    ),
    sort_by=("customer_id",),
)

RECORDS_PUBLISHED = Table(
    "base",
    "records",
    "one row per source record, with the customer it was joined to",
    ("record_id",),
    identity.PERSONS.columns[1:] + RECORDS.columns,
    sort_by=("customer_id", "record_id"),
)

RECORD_LINKS = Table(
    "base",
    "record_links",
    "one row per pair of records compared and kept, weights by field in bits",
    identity.PAIRS.key,
    columns("customer_id varchar -- customer both belong to; null when kept apart") + identity.PAIRS.columns,
    sort_by=("customer_id", "record_id_l"),
)

CUSTOMER_VALUES = Table(
    "base",
    "customer_values",
    identity.VALUES.grain,
    identity.VALUES.key,
    identity.VALUES.columns,
    sort_by=("customer_id", "field"),
)

HOUSEHOLDS = Table(
    "base",
    "households",
    "one row per household, with its totals",
    ("household_id",),
    identity.HOUSEHOLDS.columns
    + columns("amount_12_months decimal(18,4) not null -- net purchases of its customers, 365 days to as_of"),
    sort_by=("household_id",),
)

CUSTOMER_ALIASES = Table(
    "base",
    "customer_aliases",
    identity.ALIASES.grain,
    identity.ALIASES.key,
    identity.ALIASES.columns,
)

CONTACT_POINTS = Table(
    "base",
    "contact_points",
    "one row per customer, channel and distinct value",
    ("customer_id", "channel", "value"),
    columns(
        "customer_id varchar not null -- customer",
        "channel varchar not null -- post, phone, mobile or email",
        "value varchar not null -- six lines joined by a line feed, E.164, or address",
        "is_chosen boolean not null -- carried by the golden record",
        "grade varchar -- A to E",
        "reason varchar -- code of the grade's reason",
        "source varchar not null -- source",
        "seen_at timestamp -- when that source wrote it",
        "is_returned boolean not null -- mail came back, or the number or address bounced",
    ),
    sort_by=("customer_id", "channel"),
)

CONSENTS = Table(
    "base",
    "consents",
    "one row per customer, channel and record that said yes or no",
    ("customer_id", "channel", "record_id"),
    columns(
        "customer_id varchar not null -- customer",
        "channel varchar not null -- post, phone, sms or email",
        "is_granted boolean not null -- yes or no",
        "record_id varchar not null -- record that says so",
        "source varchar not null -- its source",
        "said_at timestamp -- when",
    ),
    sort_by=("customer_id", "channel"),
)

CUSTOMER_FLAGS = Table(
    "base",
    "customer_flags",
    "one row per customer and line of an external list that names him",
    ("customer_id", "source", "file", "line"),
    columns(
        "customer_id varchar not null -- customer",
        "flag varchar not null -- suppression, returned_mail, bad_payer or deceased",
        "flag_channel varchar -- channel, or null for all",
        "flag_code varchar -- the list's reason code",
        "flagged_date date -- date given by the list",
        "matched_by varchar not null -- key, email, phone, or name_address",
        "source varchar not null -- list",
        "file varchar not null -- file",
        "line bigint not null -- line",
    ),
    sort_by=("customer_id",),
)

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
        "opened_at timestamp not null -- opened",
        "closed_at timestamp -- closed",
    ),
    sort_by=("customer_id", "opened_at"),
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

IDENTITY_MODEL = Table(
    "base",
    "identity_model",
    identity.MODEL.grain,
    identity.MODEL.key,
    identity.MODEL.columns,
)

RECONCILIATION = Table(
    "base",
    "reconciliation",
    "one row per check of the run: what came in against what went out",
    ("check_name", "subject"),
    columns(
        "check_name varchar not null -- rows_read, records, tickets, turnover …",
        "subject varchar not null -- source or table",
        "expected decimal(18,4) not null -- rows or amount in",
        "found decimal(18,4) not null -- rows or amount out, rejects included",
        "is_equal boolean not null -- they agree, to the unit or to the cent",
    ),
)

LOADS = Table(
    "base",
    "loads",
    "one row per load the base was built from",
    ("load_id",),
    columns(
        "load_id varchar not null -- load",
        "source varchar not null -- source",
        "loaded_at timestamp not null -- when, UTC",
        "files integer not null -- files",
        "rows_landed bigint not null -- rows kept",
        "rows_rejected bigint not null -- rows refused while reading",
    ),
)

SOURCE_COUNTS = Table("base", "source_counts", landing.COUNTS.grain, landing.COUNTS.key, landing.COUNTS.columns)

TABLES = (
    ABOUT,
    RECONCILIATION,
    LOADS,
    SOURCE_COUNTS,
    CUSTOMERS,
    RECORDS_PUBLISHED,
    RECORD_LINKS,
    CUSTOMER_VALUES,
    HOUSEHOLDS,
    CUSTOMER_ALIASES,
    CONTACT_POINTS,
    CONSENTS,
    CUSTOMER_FLAGS,
    TICKETS,
    TICKET_LINES,
    PRODUCTS,
    SHOPS,
    COMMUNES,
    LOYALTY_MOVEMENTS,
    CONTACTS,
    CASES,
    SURVEYS,
    PROJECTS,
    WEB_EVENTS,
    OPERATIONS,
    OPERATION_TARGETS,
    COUPONS,
    REDEMPTIONS,
    SALES_DAYS,
    CUSTOMER_DEPARTMENTS,
    IDENTITY_MODEL,
)
