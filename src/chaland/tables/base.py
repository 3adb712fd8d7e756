"""base.*: the star schema that is published, served, segmented and studied. Nothing else is in a snapshot.

Facts carry `customer_id` (null when anonymous). Amounts are tax included, in the base's currency
(`base.about`). Times of sale are local, web events UTC.
"""

from __future__ import annotations

from chaland.tables import identity, landing
from chaland.tables.base_facts import (
    CASES,
    COMMUNES,
    CONSENT_EVENTS,
    CONTACTS,
    COUPONS,
    CUSTOMER_DEPARTMENTS,
    LOYALTY_MOVEMENTS,
    OPERATION_TARGETS,
    OPERATIONS,
    PRODUCTS,
    PROJECTS,
    REDEMPTIONS,
    SALES_DAYS,
    SHOPS,
    SURVEY_RATINGS,
    SURVEYS,
    TICKET_LINES,
    TICKETS,
    WEB_EVENTS,
)
from chaland.tables.clean import RECORDS
from chaland.tables.contract import Table, columns

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
        "is_high_potential boolean not null -- on a list of high potential",
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

HOUSEHOLD_ALIASES = Table(
    "base",
    "household_aliases",
    identity.HOUSEHOLD_ALIASES.grain,
    identity.HOUSEHOLD_ALIASES.key,
    identity.HOUSEHOLD_ALIASES.columns,
)

DECISIONS = Table(
    "base",
    "decisions",
    identity.DECISIONS.grain,
    identity.DECISIONS.key,
    identity.DECISIONS.columns,
)

QUESTIONS = Table(
    "base",
    "questions",
    identity.QUESTIONS.grain,
    identity.QUESTIONS.key,
    identity.QUESTIONS.columns,
    sort_by=("rank",),
)

CORRECTIONS = Table(
    "base",
    "corrections",
    identity.CORRECTIONS.grain,
    identity.CORRECTIONS.key,
    identity.CORRECTIONS.columns,
    sort_by=("customer_id", "record_id"),
)

CONTACT_PERSONS = Table(
    "base",
    "contact_persons",
    identity.CONTACT_PERSONS.grain,
    identity.CONTACT_PERSONS.key,
    identity.CONTACT_PERSONS.columns,
    sort_by=("organisation_id", "person_id"),
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
        "is_returned boolean not null -- mail came back, or the number or address bounced: the grade is D",
        "returned_date date -- day of the latest return",
        "returned_reason varchar -- why: access, unknown, moved, permanent, transient or full",
        "returned_source varchar -- list that says so",
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
        "channel varchar not null -- post, phone, sms or email; or profiling, no channel, for a word on that",
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
        "flag varchar not null -- suppression, returned_mail, bad_payer, deceased, high_potential or enrichment",
        "flag_channel varchar -- channel, or null for all",
        "flag_code varchar -- the list's reason code",
        "flag_reason varchar -- why a letter or an e-mail came back: access, unknown, moved, refused, unclaimed, deceased, permanent, transient, full, blocked, content or complaint",
        "flagged_date date -- date given by the list",
        "effect varchar not null -- what it changes: returned, objected, suppressed, deceased, bad_payer, high_potential, enrichment, to_check (too doubtful to act upon) or no_change",
        "matched_by varchar not null -- key, email, email_hash, phone, phone_hash, name_birth_date or name_address",
        "certainty varchar not null -- that it is he: certain, likely or doubtful",
        "source varchar not null -- list",
        "load_id varchar not null -- load; taking it back takes all this back",
        "file varchar not null -- file",
        "line bigint not null -- line",
    ),
    sort_by=("customer_id",),
)

CUSTOMER_ATTRIBUTES = Table(
    "base",
    "customer_attributes",
    "one row per customer, attribute and external list that gives it, its latest value; never in place of his own word",
    ("customer_id", "attribute", "source"),
    columns(
        "customer_id varchar not null -- customer",
        "attribute varchar not null -- name given in sources.NAME.attributes, or occupation, birth_date, sex",
        "value varchar not null -- value as given",
        "source varchar not null -- list",
        "load_id varchar not null -- load; taking it back takes the value back",
        "file varchar not null -- file",
        "line bigint not null -- line",
        "given_date date -- date given by the list",
        "matched_by varchar not null -- key, email, email_hash, phone, phone_hash, name_birth_date or name_address",
        "certainty varchar not null -- that it is he: certain, likely or doubtful",
    ),
    sort_by=("customer_id",),
)

LIST_RESULTS = Table(
    "base",
    "list_results",
    "one row per external list and kind of line: what was received, found, and changed",
    ("source", "flag"),
    columns(
        "source varchar not null -- list",
        "flag varchar not null -- suppression, returned_mail, bad_payer, deceased, high_potential or enrichment",
        "lines_matched bigint not null -- lines that name a customer",
        "lines_unmatched bigint not null -- lines that name nobody here",
        "customers bigint not null -- customers named",
        "customers_changed bigint not null -- of whom something changed: reachability, a mark, an attribute",
        "customers_to_check bigint not null -- named with too much doubt to act upon",
    ),
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

REJECTS = Table(
    "base",
    "rejects",
    "one row per source, stage and reason: rows refused, by reason",
    ("source", "stage", "reason"),
    columns(
        "source varchar not null -- source",
        "stage varchar not null -- read or conform",
        "reason varchar not null -- code of the reason",
        "rows bigint not null -- rows refused",
    ),
)

TABLES = (
    ABOUT,
    RECONCILIATION,
    LOADS,
    SOURCE_COUNTS,
    REJECTS,
    CUSTOMERS,
    RECORDS_PUBLISHED,
    RECORD_LINKS,
    CUSTOMER_VALUES,
    HOUSEHOLDS,
    CUSTOMER_ALIASES,
    HOUSEHOLD_ALIASES,
    DECISIONS,
    QUESTIONS,
    CORRECTIONS,
    CONTACT_PERSONS,
    CONTACT_POINTS,
    CONSENTS,
    CONSENT_EVENTS,
    CUSTOMER_FLAGS,
    CUSTOMER_ATTRIBUTES,
    LIST_RESULTS,
    TICKETS,
    TICKET_LINES,
    PRODUCTS,
    SHOPS,
    COMMUNES,
    LOYALTY_MOVEMENTS,
    CONTACTS,
    CASES,
    SURVEYS,
    SURVEY_RATINGS,
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

__all__ = [
    "ABOUT",
    "CASES",
    "COMMUNES",
    "CONSENTS",
    "CONSENT_EVENTS",
    "CONTACTS",
    "CONTACT_PERSONS",
    "CONTACT_POINTS",
    "CORRECTIONS",
    "COUPONS",
    "CUSTOMERS",
    "CUSTOMER_ALIASES",
    "CUSTOMER_ATTRIBUTES",
    "CUSTOMER_DEPARTMENTS",
    "CUSTOMER_FLAGS",
    "CUSTOMER_VALUES",
    "DECISIONS",
    "HOUSEHOLDS",
    "HOUSEHOLD_ALIASES",
    "IDENTITY_MODEL",
    "LIST_RESULTS",
    "LOADS",
    "LOYALTY_MOVEMENTS",
    "OPERATIONS",
    "OPERATION_TARGETS",
    "PRODUCTS",
    "PROJECTS",
    "QUESTIONS",
    "RECONCILIATION",
    "RECORDS_PUBLISHED",
    "RECORD_LINKS",
    "REDEMPTIONS",
    "REJECTS",
    "SALES_DAYS",
    "SHOPS",
    "SOURCE_COUNTS",
    "SURVEYS",
    "SURVEY_RATINGS",
    "TABLES",
    "TICKETS",
    "TICKET_LINES",
    "WEB_EVENTS",
]
