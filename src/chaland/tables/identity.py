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
    "occupation",
    "birth_place",
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
        "undecided_customer_id varchar -- customer it would be without any decision; null when the same",
        "undecided_household_id varchar -- household it would be in without any decision; null when the same",
    ),
)

PREVIOUS = Table(
    "identity",
    "previous_persons",
    "one row per record of the snapshot in force when the run starts; empty on the first run",
    ("record_id",),
    PERSONS.columns,
)

DECISIONS = Table(
    "identity",
    "decisions",
    "one row per pair of records on which a steward spoke: his last word",
    ("record_id_l", "record_id_r"),
    columns(
        "record_id_l varchar not null -- smaller record id",
        "record_id_r varchar not null -- larger record id",
        "decision varchar not null -- same, apart, unsure or withdrawn",
        "outcome varchar not null -- obeyed, overruled (later decisions say the contrary), unknown (a record is not in "
        "the base) or none (unsure and withdrawn ask for nothing)",
        "decided_at timestamp not null -- when",
        "decided_by varchar -- who decided",
        "reason varchar -- why",
        "source varchar not null -- source that brought it",
    ),
)

PREVIOUS_PAIRS = Table(
    "identity",
    "previous_pairs",
    "one row per pair of records of the snapshot in force compared and kept",
    PAIRS.key,
    PAIRS.columns,
)

QUESTIONS = Table(
    "identity",
    "questions",
    "one row per pair of records most worth asking a steward about, best first",
    ("rank",),
    columns(
        "rank integer not null -- 1 is asked first",
        "record_id_l varchar not null -- smaller record id",
        "record_id_r varchar not null -- larger record id",
        "match_weight double not null -- evidence for one person, bits, prior included",
        "match_probability double not null -- 2^w / (1 + 2^w)",
        "is_linked boolean not null -- both records ended in one person",
        "expected_gain double not null -- pairs of records that the answer sets right, on average",
        "related integer not null -- other doubtful pairs that look like this one, of which the answer teaches",
    ),
)

PREVIOUS_QUESTIONS = Table(
    "identity",
    "previous_questions",
    "one row per pair that the snapshot in force asks about",
    QUESTIONS.key,
    QUESTIONS.columns,
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

GOLDEN_FIELDS: tuple[str, ...] = (
    "name",
    "organisation",
    "sex",
    "birth_date",
    "address",
    "phone",
    "mobile",
    "email",
    "card_number",
    "card_tier",
)
"""Fields of the golden record, each with the values that may survive in it."""

BLANKABLE: tuple[str, ...] = tuple(field for field in GOLDEN_FIELDS if field not in ("name", "sex"))
"""Fields that a correction may leave blank: whatever the sources say, nothing holds."""

SURVIVORSHIP: tuple[str, ...] = ("verified", "most_recent", "most_frequent", "most_complete")
"""Rules that choose among the values of a field, in their order by default; a steward's correction comes before all."""

CORRECTIONS = Table(
    "identity",
    "corrections",
    "one row per correction of a steward: the customer it came to",
    ("record_id",),
    columns(
        "record_id varchar not null -- correction, as in clean.corrections",
        "customer_id varchar -- customer corrected; null when the base does not know its subject",
        "subject varchar not null -- the person as the steward named him: a record, or a customer_id ever given",
        "corrected_at timestamp not null -- when",
        "corrected_by varchar -- who corrected",
        "correction_reason varchar -- why",
        "source varchar not null -- source that brought it",
    ),
)

VALUES = Table(
    "identity",
    "values",
    "one row per customer, field and distinct value, the chosen one and the alternatives",
    ("customer_id", "field", "value"),
    columns(
        "customer_id varchar not null -- customer",
        "field varchar not null -- name, birth_date, sex, address, phone, mobile, email, organisation, card_number, card_tier",
        "value varchar not null -- value for display; '' where a correction says that nothing holds",
        "is_chosen boolean not null -- carried by the golden record",
        "rule varchar not null -- survivorship rule that ranked it: corrected, verified, most_recent, most_frequent, "
        "most_complete",
        "record_id varchar not null -- record it comes from",
        "source varchar not null -- source of that record",
        "seen_at timestamp -- when that source wrote it",
        "grade varchar -- A to E, from cleaning",
        "reason varchar -- code of the grade's reason",
        "records integer not null -- records of the customer that carry the same value",
        "first_seen_at timestamp -- when a source first wrote it",
        "valid_from timestamp -- since when this address or name is his, in whatever writing; of other fields first_seen_at",
        "valid_to timestamp -- when another took its place; null for what is in force",
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
        "adults integer -- customers known, or taken, to be of age; null before ages were told",
        "children integer -- customers born less than 18 years before as_of",
        "household_kind varchar -- single, couple (two adults of one generation), family (a child, or two generations "
        "of one name), other, or organisation",
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

HOUSEHOLD_ALIASES = Table(
    "identity",
    "household_aliases",
    "one row per household id that no longer is one, and the id that answers for it",
    ("old_household_id",),
    columns(
        "old_household_id varchar not null -- id once given",
        "household_id varchar -- id in force; null when every record left",
        "reason varchar not null -- merged, split or gone",
        "since_date date not null -- as_of of the run that changed it",
    ),
)

PREVIOUS_HOUSEHOLD_ALIASES = Table(
    "identity",
    "previous_household_aliases",
    "one row per alias of a household of the snapshot in force when the run starts",
    ("old_household_id",),
    HOUSEHOLD_ALIASES.columns,
)

PREVIOUS_VALUES = Table(
    "identity",
    "previous_values",
    "one row per customer, field and value of the snapshot in force",
    VALUES.key,
    VALUES.columns,
)

PREVIOUS_CUSTOMERS = Table(
    "identity",
    "previous_customers",
    "one row per customer of the snapshot in force; his consents are his last words, which the base reads anew",
    CUSTOMERS.key,
    CUSTOMERS.columns,
)

PREVIOUS_HOUSEHOLDS = Table(
    "identity",
    "previous_households",
    "one row per household of the snapshot in force",
    HOUSEHOLDS.key,
    HOUSEHOLDS.columns,
)

CONTACT_PERSONS = Table(
    "identity",
    "contact_persons",
    "one row per organisation and person who writes for it; they are never one customer",
    ("organisation_id", "person_id"),
    columns(
        "organisation_id varchar not null -- customer_id of the organisation",
        "person_id varchar not null -- customer_id of the person",
        "matched_by varchar not null -- siren, name (his record names the organisation in the same town), email or phone",
        "records integer not null -- records that say so",
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
        "household_probability double -- share among pairs of one household, as what stewards answered corrects it",
        "u_probability double -- share among strangers, as what stewards answered corrects it",
        "match_weight double -- log2(m/u), bits",
    ),
)

PREVIOUS_MODEL = Table(
    "identity",
    "previous_model",
    "one row per comparison level of the model of the snapshot in force",
    MODEL.key,
    MODEL.columns,
)

TABLES = (
    PAIRS,
    PERSONS,
    PREVIOUS,
    DECISIONS,
    QUESTIONS,
    CORRECTIONS,
    CUSTOMERS,
    VALUES,
    HOUSEHOLDS,
    ALIASES,
    PREVIOUS_ALIASES,
    HOUSEHOLD_ALIASES,
    PREVIOUS_HOUSEHOLD_ALIASES,
    CONTACT_PERSONS,
    MODEL,
)

PREVIOUS_TABLES = (
    PREVIOUS_PAIRS,
    PREVIOUS_VALUES,
    PREVIOUS_CUSTOMERS,
    PREVIOUS_HOUSEHOLDS,
    PREVIOUS_QUESTIONS,
    PREVIOUS_MODEL,
)
"""What an increment goes on from: read where it lies, in the snapshot in force."""
