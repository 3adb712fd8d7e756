"""clean.*: one row per record, its fields brought to the French norms, each graded with the reason.

Grades: A valid as received; B valid once reformatted; C repaired or doubtful; D present but unusable; E absent.
"""

from __future__ import annotations

from chaland.tables.contract import Column, Table, columns
from chaland.tables.landing import FLAG_FIELDS

PERSON = columns(
    "is_organisation boolean not null -- a company or association rather than a person",
    "organisation varchar -- company name",
    "civility varchar -- M, MME, or null; M+MME when the record names a couple",
    "title varchar -- DR, PR, ME …",
    "first_name varchar -- first name for display, accents restored where sure",
    "last_name varchar -- last name in use, for display",
    "birth_name varchar -- name at birth, for display",
    "first_name_key varchar -- first name folded: capitals, no accent, single spaces",
    "last_name_key varchar -- last name folded, particles kept",
    "birth_name_key varchar -- birth name folded",
    "sex varchar -- F or M, from the source, the civility or the first name; null when unsure",
    "birth_date date -- birth date",
    "street_number varchar -- number, digits",
    "street_extension varchar -- BIS, TER, A …",
    "street varchar -- street with its type, folded capitals, unabbreviated",
    "street_key varchar -- last significant word of the street (mot directeur)",
    "complement varchar -- lines 2 and 3",
    "place varchar -- line 5: hamlet, former commune, BP",
    "postcode varchar -- postcode, five digits in France",
    "city varchar -- official name of the commune, or the town as given",
    "insee_code varchar -- commune, INSEE",
    "is_cedex boolean not null -- the postcode is a CEDEX code",
    "country varchar -- ISO code, FR when nothing is said",
    "address_line_2 varchar -- NF Z10-011 line 2, at most 38 characters",
    "address_line_3 varchar -- line 3",
    "address_line_4 varchar -- line 4: number and street",
    "address_line_5 varchar -- line 5",
    "address_line_6 varchar -- line 6: postcode and town",
    "address_status varchar -- V0 valid … V3 doubtful, R4 … R8 refused (docs/reference/grades.md)",
    "phone varchar -- landline or other number, E.164",
    "mobile varchar -- mobile number, E.164",
    "email varchar -- e-mail as it is sent to",
    "email_key varchar -- canonical e-mail, for matching only",
    "card_number varchar -- loyalty card",
    "card_tier varchar -- tier of the card, as the source writes it",
    "occupation varchar -- occupation as given",
    "consent_post boolean -- true yes, false no, null nothing said",
    "consent_phone boolean -- same",
    "consent_sms boolean -- same",
    "consent_email boolean -- same",
)

GRADES = columns(
    *(
        f"{field}_{part}"
        for field in ("name", "birth_date", "address", "phone", "mobile", "email")
        for part in (
            "grade varchar not null -- A to E",
            "reason varchar not null -- code of the reason, explained in docs/reference/grades.md",
        )
    )
)
GRADED_FIELDS: tuple[str, ...] = ("name", "birth_date", "address", "phone", "mobile", "email")

REACH = columns(
    "phone_kind varchar -- fixed or voip; null without a phone",
    "phone_region varchar -- where the phone belongs, ISO code: FR, RE, GP …",
    "mobile_region varchar -- where the mobile belongs, ISO code",
    "email_proposed varchar -- e-mail probably meant where the domain looks mistyped: to be confirmed, never sent to",
    "likely_sex varchar -- F or M by the first name and the year of birth, where sex is null",
    "likely_sex_probability double -- probability of likely_sex among those born with the first name (INSEE)",
    "is_reachable_by_post boolean -- distributable address (V0 to V2), and the record does not refuse letters",
    "is_reachable_by_phone boolean -- phone or mobile, and the record does not refuse calls",
    "is_reachable_by_sms boolean -- mobile, and the record does not refuse messages",
    "is_reachable_by_email boolean -- e-mail, and the record does not refuse e-mails",
)
"""What a record says of its contact points; what its person allows is base's to say."""

RECORDS = Table(
    "clean",
    "records",
    "one row per record: the latest version of what one system says under one person key",
    ("record_id",),
    columns(
        "record_id varchar not null -- system || ':' || person_key",
        "source varchar not null -- source of the latest version",
        "system varchar not null -- key space",
        "person_key varchar not null -- the system's own number",
        "load_id varchar -- load of the latest version; null for a key known only from facts",
        "file varchar -- file of the latest version",
        "line bigint -- line of the latest version",
        "recorded_at timestamp -- when the source says it was written",
        "versions integer not null -- rows received under this key; 0 for a key known only from facts",
        "is_key_only boolean not null -- facts name this key, no row describes the person",
        "birth_year integer -- year of birth, known too where the day is not",
        "birth_place varchar -- town of birth as given, to tell people apart",
    )
    + PERSON
    + GRADES
    + REACH,
    sort_by=("record_id",),
)

FLAGS = Table(
    "clean",
    "flags",
    "one row per line of an external list, its person fields cleaned like a record's",
    ("source", "load_id", "file", "line"),
    columns(
        "source varchar not null -- list",
        "load_id varchar not null -- load",
        "file varchar not null -- file",
        "line bigint not null -- line",
        "system varchar not null -- key space of person_key",
        "person_key varchar -- the person's number where the list gives one",
    )
    + FLAG_FIELDS
    + PERSON
    + GRADES,
)

CORRECTIONS = Table(
    "clean",
    "corrections",
    "one row per correction of a steward, its fields cleaned like a record's",
    ("record_id",),
    columns(
        "record_id varchar not null -- 'correction:' || source || ':' || file || ':' || line: stands where a record would",
        "source varchar not null -- source that brought it",
        "subject varchar not null -- the person: a record, or a customer_id ever given",
        "corrected_at timestamp not null -- when",
        "corrected_by varchar -- who corrected",
        "correction_reason varchar -- why",
        "blank_fields varchar -- fields of which nothing holds, parted by spaces; null for none",
    )
    + PERSON
    + GRADES,
)

COMPANIES = Table(
    "clean",
    "companies",
    "one row per record that gives a valid company number",
    ("record_id",),
    columns(
        "record_id varchar not null -- record",
        "siren varchar not null -- company, nine digits, check sum verified",
        "siret varchar -- establishment, fourteen digits; null when the SIREN alone is given",
    ),
)

TABLES = (RECORDS, FLAGS, CORRECTIONS, COMPANIES)


def golden_fields() -> tuple[Column, ...]:
    """Return the person columns that a golden record carries (all of PERSON)."""
    return PERSON
