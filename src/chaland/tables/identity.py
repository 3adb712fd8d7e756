"""identity.*: which records are one person, which persons one household, and what is best known of each."""

from __future__ import annotations

from chaland.tables.clean import PERSON
from chaland.tables.contract import Table, columns

WEIGHT_FIELDS: tuple[str, ...] = (
    "first_name",
    "last_name",
    "sex",
    "birth_date",
    "address",
    "phone",
    "email",
    "card",
    "organisation",
)
"""Fields compared; each has a `weight_<field>` in bits in identity.pairs (0 when it says nothing)."""

PAIRS = Table(
    "identity",
    "pairs",
    "one row per pair of records compared and kept: linked, or worth a steward's look",
    ("record_id_l", "record_id_r"),
    columns(
        "record_id_l varchar not null -- smaller record id",
        "record_id_r varchar not null -- larger record id",
        "blocking_rule varchar not null -- first rule that brought the pair",
        "match_weight double not null -- evidence for one person, bits, prior included",
        "match_probability double not null -- 2^w / (1 + 2^w)",
        "household_weight double not null -- evidence for one household, bits, prior included",
        "is_linked boolean not null -- both records ended in one person",
        *(f"weight_{field} double not null -- bits from {field}" for field in WEIGHT_FIELDS),
    ),
)

PERSONS = Table(
    "identity",
    "persons",
    "one row per record: the customer and household it belongs to",
    ("record_id",),
    columns(
        "record_id varchar not null -- record",
        "customer_id varchar not null -- customer, stable from run to run",
        "household_id varchar not null -- household, stable from run to run",
    ),
)

PREVIOUS = Table(
    "identity",
    "previous_persons",
    "one row per record of the snapshot in force when the run starts; empty on the first run",
    ("record_id",),
    PERSONS.columns,
)

CUSTOMERS = Table(
    "identity",
    "customers",
    "one row per customer: his golden record",
    ("customer_id",),
    columns(
        "customer_id varchar not null -- customer",
        "household_id varchar not null -- household",
        "records integer not null -- records joined",
        "systems integer not null -- systems that know him",
        "first_seen_at timestamp -- oldest recorded_at of his records",
        "last_seen_at timestamp -- latest recorded_at of his records",
        "weakest_link_bits double -- lowest match weight holding him together; null for one record",
    )
    + PERSON,
)

VALUES = Table(
    "identity",
    "values",
    "one row per customer, field and distinct value, the chosen one and the alternatives",
    ("customer_id", "field", "value"),
    columns(
        "customer_id varchar not null -- customer",
        "field varchar not null -- name, birth_date, sex, address, phone, mobile, email, organisation, card_number",
        "value varchar not null -- value for display",
        "is_chosen boolean not null -- carried by the golden record",
        "rule varchar not null -- survivorship rule that ranked it: verified, most_recent, most_frequent, most_complete",
        "record_id varchar not null -- record it comes from",
        "source varchar not null -- source of that record",
        "seen_at timestamp -- when that source wrote it",
        "grade varchar -- A to E, from cleaning",
        "reason varchar -- code of the grade's reason",
        "records integer not null -- records of the customer that carry the same value",
    ),
)

HOUSEHOLDS = Table(
    "identity",
    "households",
    "one row per household",
    ("household_id",),
    columns(
        "household_id varchar not null -- household",
        "customers integer not null -- customers in it",
        "head_customer_id varchar not null -- reference customer",
        "household_name varchar -- last names, for display",
        "postcode varchar -- postcode of the head",
        "city varchar -- town of the head",
        "insee_code varchar -- commune of the head",
    ),
)

ALIASES = Table(
    "identity",
    "aliases",
    "one row per customer id that no longer is one, and the id that answers for it",
    ("old_customer_id",),
    columns(
        "old_customer_id varchar not null -- id once given",
        "customer_id varchar -- id in force; null when every record left",
        "reason varchar not null -- merged, split or gone",
        "since_date date not null -- as_of of the run that changed it",
    ),
)

PREVIOUS_ALIASES = Table(
    "identity",
    "previous_aliases",
    "one row per alias of the snapshot in force when the run starts",
    ("old_customer_id",),
    ALIASES.columns,
)

MODEL = Table(
    "identity",
    "model",
    "one row per comparison level of the trained model",
    ("comparison", "level"),
    columns(
        "comparison varchar not null -- field compared",
        "level varchar not null -- outcome of the comparison",
        "m_probability double -- share of the level among pairs of one person",
        "household_probability double -- share among pairs of one household, two persons",
        "u_probability double -- share among strangers",
        "match_weight double -- log2(m/u), bits",
    ),
)

TABLES = (PAIRS, PERSONS, PREVIOUS, CUSTOMERS, VALUES, HOUSEHOLDS, ALIASES, PREVIOUS_ALIASES, MODEL)
