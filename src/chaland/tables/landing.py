"""landing.*: source rows as received, given the field names of their kind. Ingest writes them, one table per kind.

`landing.people` and `landing.flags` keep people's fields as the source's text: cleaning is the next room.
Facts (tickets, calls, surveys …) are typed here; a row whose essential value cannot be read is a reject, never a
guess; a value its row can do without is null, and noted in `landing.unread_values`.
Every row carries its lineage: source, file, line and load.
"""

from __future__ import annotations

from chaland.tables.contract import Table, columns

LINEAGE = columns(
    "source varchar not null -- name of the source in chaland.toml",
    "load_id varchar not null -- load that brought the row",
    "file varchar not null -- path of the file under the sources' folder, or table of the database",
    "line bigint not null -- line in the file, row of the sheet or rank in the table, from 1",
)

PERSON_REF = columns(
    "system varchar not null -- key space the person key belongs to",
    "person_key varchar -- the source's own number for the person; null when anonymous",
)

PERSON_FIELDS = columns(
    "full_name varchar -- civility, first and last name in one field",
    "civility varchar -- M., Mme, Mlle, M. et Mme …",
    "first_name varchar -- first name or names",
    "last_name varchar -- last name in use",
    "birth_name varchar -- name at birth",
    "sex varchar -- F, M, 1, 2 …",
    "birth_date varchar -- birth date, any writing; a year alone tells something too",
    "birth_place varchar -- town of birth",
    "organisation varchar -- company or association",
    "siren varchar -- its SIREN, SIRET or VAT number, any writing",
    "address varchar -- whole address in one field",
    "street_number varchar -- number in the street, with its extension",
    "street varchar -- street, number possibly included",
    "complement varchar -- flat, staircase, building, c/o",
    "place varchar -- hamlet, former commune, BP",
    "postcode varchar -- postcode",
    "city varchar -- town or CEDEX office",
    "country varchar -- country name or code",
    "phone varchar -- telephone, any kind",
    "mobile varchar -- second telephone, usually mobile",
    "email varchar -- e-mail address",
    "card_number varchar -- loyalty card number",
    "card_tier varchar -- tier of the card, as the source writes it",
    "occupation varchar -- occupation as given",
    "consent_post varchar -- yes, no, or nothing said",
    "consent_phone varchar -- yes, no, or nothing said",
    "consent_sms varchar -- yes, no, or nothing said",
    "consent_email varchar -- yes, no, or nothing said",
)

CARD_FIELDS = ("card_number", "card_tier")
"""Fields that tell of a card, not of who holds it: a row of a sale or a movement with these alone describes nobody."""

FLAG_FIELDS = columns(
    "flag varchar not null -- suppression, returned_mail, bad_payer, deceased, high_potential or enrichment",
    "flag_channel varchar -- post, phone, sms, email, or null for all",
    "flag_code varchar -- the list's own reason code: PND2, 5.1.1 …",
    "flag_reason varchar -- what the list says of a return where its code does not: access, unknown, moved, refused, unclaimed, deceased, permanent, transient, full, blocked, content or complaint",
    "flagged_date date -- date given by the list",
    "email_hash varchar -- SHA-256 or MD5 of the e-mail in small letters, hexadecimal",
    "phone_hash varchar -- SHA-256 or MD5 of the telephone (+33612345678, 33612345678 or 0612345678), hexadecimal",
    "attributes varchar -- further attributes of the person: a JSON object, name and value",
)
"""What an external list says of a person, beside who he is."""

RETURN_REASONS = (
    "access", "unknown", "moved", "refused", "unclaimed", "deceased",
    "permanent", "transient", "full", "blocked", "content", "complaint",
)  # fmt: skip
"""Why a letter (the first six) or an e-mail came back."""

PEOPLE = Table(
    "landing",
    "people",
    "one row per source row that describes a person; a key seen again is another row",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + columns(
        "system varchar not null -- key space the person key belongs to",
        "person_key varchar not null -- the source's own number, or a hash of the row where it has none",
        "record_id varchar not null -- system || ':' || person_key",
        "recorded_at timestamp -- when the source says the row was written or changed",
    )
    + PERSON_FIELDS,
)

FLAGS = Table(
    "landing",
    "flags",
    "one row per line of an external list: suppression, returned mail, bad payers, deceased, high potential, enrichment",
    ("source", "load_id", "file", "line"),
    LINEAGE + PERSON_REF + FLAG_FIELDS + PERSON_FIELDS,
)

TICKET_LINES = Table(
    "landing",
    "ticket_lines",
    "one row per ticket line or order line; returns are negative",
    ("source", "load_id", "file", "line", "line_number"),
    LINEAGE
    + PERSON_REF
    + columns(
        "ticket_key varchar not null -- number of the ticket or order, unique within its source",
        "line_number integer not null -- rank of the line in the ticket, from 1",
        "sold_at timestamp not null -- local time of the sale",
        "shop_key varchar -- shop, or null on line",
        "channel varchar not null -- shop or web",
        "product_key varchar -- product code",
        "product_label varchar -- label on the ticket",
        "department varchar -- department (rayon)",
        "family varchar -- product family",
        "quantity decimal(12,3) not null -- units; negative on a return",
        "amount decimal(18,4) not null -- paid, tax included, in the base's currency; negative on a return",
        "discount decimal(18,4) -- discount included in amount, positive",
        "is_product boolean not null -- false for postage, fees, adjustments",
    ),
)

PRODUCTS = Table(
    "landing",
    "products",
    "one row per line of a product file",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + columns(
        "product_key varchar not null -- product code",
        "product_label varchar -- label",
        "family varchar -- family",
        "department varchar -- department",
        "brand varchar -- brand",
        "list_price decimal(18,4) -- list price, tax included",
    ),
)

SHOPS = Table(
    "landing",
    "shops",
    "one row per line of a shop file",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + columns(
        "shop_key varchar not null -- shop code",
        "shop_name varchar -- name",
        "postcode varchar -- postcode",
        "city varchar -- town",
        "area_m2 integer -- sales area, square metres",
        "opened_date date -- opening date",
    ),
)

COMMUNES = Table(
    "landing",
    "communes",
    "one row per commune of the population file",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + columns(
        "insee_code varchar not null -- INSEE code",
        "city varchar not null -- official name",
        "population integer -- inhabitants",
    ),
)

LOYALTY_MOVEMENTS = Table(
    "landing",
    "loyalty_movements",
    "one row per movement on a loyalty card",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + PERSON_REF
    + columns(
        "card_number varchar not null -- card",
        "moved_at timestamp not null -- when",
        "movement varchar not null -- earn, redeem, adjust, expire, open or close",
        "points integer not null -- points, signed",
        "ticket_key varchar -- ticket that caused it",
        "shop_key varchar -- shop",
    ),
)

CONTACTS = Table(
    "landing",
    "contacts",
    "one row per contact between a customer and the retailer (call, letter, chat …)",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + PERSON_REF
    + columns(
        "contact_key varchar not null -- the source's number for the contact",
        "contacted_at timestamp not null -- when",
        "channel varchar not null -- phone, email, post, sms, chat or shop",
        "direction varchar not null -- in or out",
        "reason varchar -- why",
        "outcome varchar -- result",
        "duration_seconds integer -- length",
        "comment varchar -- free text",
        "author varchar -- who of the retailer's people wrote it down",
        "follow_up_date date -- day to come back to it",
        "withdrawn_at timestamp -- when the line was taken back; null while it stands",
    ),
)

CASES = Table(
    "landing",
    "cases",
    "one row per case (complaint, after-sales)",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + PERSON_REF
    + columns(
        "case_key varchar not null -- case number",
        "opened_at timestamp not null -- opened",
        "closed_at timestamp -- closed; null while open",
        "subject varchar -- subject",
        "status varchar not null -- open or closed",
        "comment varchar -- free text",
        "author varchar -- who of the retailer's people wrote it down",
        "withdrawn_at timestamp -- when the case was taken back; null while it stands",
    ),
)

CONSENTS = Table(
    "landing",
    "consents",
    "one row per word of a person on being contacted, with its proof; of one key the last row counts",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + PERSON_REF
    + columns(
        "consent_key varchar not null -- the source's number for the word",
        "said_at timestamp not null -- when he said it",
        "channel varchar not null -- post, phone, sms or email; or profiling, no channel, for a word on that",
        "purpose varchar not null -- marketing, survey, or measure (of what he opens)",
        "answer varchar not null -- yes, or no (objection, withdrawal)",
        "method varchar -- how: spoken, paper, web, letter, email …",
        "proof varchar -- what proves it: the question put and the answer, a document's reference",
        "author varchar -- who wrote it down",
        "records varchar -- record ids he spoke for, separated by spaces; his own record alone when null",
        "withdrawn_at timestamp -- when the line was taken back as an error; null while it stands",
    ),
)

SURVEYS = Table(
    "landing",
    "surveys",
    "one row per survey answered",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + PERSON_REF
    + columns(
        "survey_key varchar not null -- answer number",
        "answered_at timestamp not null -- when",
        "shop_key varchar -- shop judged",
        "recommendation_0_10 integer -- would recommend, 0 to 10",
        "satisfaction_1_5 integer -- satisfaction, 1 to 5",
        "comment varchar -- free text",
        "attributes varchar -- aspects rated besides the whole: a JSON object, aspect and mark",
    ),
)

PROJECTS = Table(
    "landing",
    "projects",
    "one row per project or home installation",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + PERSON_REF
    + columns(
        "project_key varchar not null -- project number, unique within its source",
        "shop_key varchar -- shop",
        "project_kind varchar -- kitchen, bathroom, terrace …",
        "status varchar -- the source's status",
        "opened_date date not null -- first visit or quote",
        "done_date date -- end of works",
        "quoted_amount decimal(18,4) -- quote, tax included",
        "comment varchar -- free text",
    ),
)

WEB_EVENTS = Table(
    "landing",
    "web_events",
    "one row per event of the web site",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + PERSON_REF
    + columns(
        "event_key varchar not null -- event number (Segment messageId)",
        "occurred_at timestamp not null -- when, UTC",
        "event varchar not null -- event name",
        "page varchar -- page or product seen",
        "product_key varchar -- product",
        "department varchar -- department",
        "ticket_key varchar -- order number",
    ),
)

OPERATIONS = Table(
    "landing",
    "operations",
    "one row per marketing operation (campaign) of the source",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + columns(
        "operation_key varchar not null -- operation number",
        "operation_name varchar -- name",
        "operation_kind varchar -- kind",
        "starts_date date -- first day",
        "ends_date date -- last day",
    ),
)

OPERATION_TARGETS = Table(
    "landing",
    "operation_targets",
    "one row per person targeted by an operation",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + PERSON_REF
    + columns(
        "operation_key varchar not null -- operation",
        "targeted_at timestamp -- when",
        "channel varchar -- channel",
    ),
)

COUPONS = Table(
    "landing",
    "coupons",
    "one row per coupon and product it applies to",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + columns(
        "coupon_key varchar not null -- coupon",
        "operation_key varchar -- operation it belongs to",
        "product_key varchar -- product it applies to",
    ),
)

REDEMPTIONS = Table(
    "landing",
    "redemptions",
    "one row per coupon redeemed",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + PERSON_REF
    + columns(
        "coupon_key varchar not null -- coupon",
        "operation_key varchar -- operation",
        "redeemed_at timestamp not null -- when",
    ),
)

DECISIONS = Table(
    "landing",
    "decisions",
    "one row per word of a steward on two records; the last one on a pair stands",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + columns(
        "record_id_l varchar not null -- one record, system:person_key",
        "record_id_r varchar not null -- the other record",
        "decision varchar not null -- same, apart, unsure, or withdrawn (what was said no longer stands)",
        "decided_at timestamp not null -- when",
        "decided_by varchar -- who decided",
        "reason varchar -- why",
    ),
)

CORRECTIONS = Table(
    "landing",
    "corrections",
    "one row per correction a steward made of what is known of one person; only the fields given are corrected",
    ("source", "load_id", "file", "line"),
    LINEAGE
    + columns(
        "subject varchar not null -- the person: a record (system:person_key), or a customer_id ever given",
        "corrected_at timestamp not null -- when",
        "corrected_by varchar -- who corrected",
        "reason varchar -- why",
        "correction_key varchar -- its number, by which it may be taken back",
        "withdrawn_at timestamp -- when the correction of this number was taken back; null otherwise",
        "blank_fields varchar -- fields of which nothing holds, parted by spaces: a telephone that is nobody's",
    )
    + PERSON_FIELDS,
)

REJECTS = Table(
    "landing",
    "rejects",
    "one row per source row refused, with its reason",
    (),
    LINEAGE
    + columns(
        "stage varchar not null -- read (the row could not be cut into fields) or conform (a value could not be read)",
        "reason varchar not null -- code of the reason",
        "detail varchar -- field and pattern of the fault; no customer data",
        "raw varchar -- the row as received, to repair and replay",
    ),
)

UNREAD_VALUES = Table(
    "landing",
    "unread_values",
    "one row per value that could not be read in a field its row can do without; the field is null in the row's table",
    (),
    LINEAGE
    + columns(
        "field varchar not null -- field left null",
        "pattern varchar not null -- shape of the value: digits as 9, letters as a",
    ),
)

COUNTS = Table(
    "landing",
    "counts",
    "one row per source: what became of its rows; read = blank + filtered + read_rejects + landed",
    ("source",),
    columns(
        "source varchar not null -- source",
        "kind varchar not null -- its kind",
        "files integer not null -- files read, or 1 for a database table",
        "rows_read bigint not null -- rows met in the files, headers excluded",
        "rows_blank bigint not null -- empty rows and repeated headers",
        "rows_filtered bigint not null -- rows set aside by sources.NAME.filter or as exact repeats of a loaded file",
        "rows_read_rejected bigint not null -- rows refused while reading",
        "rows_landed bigint not null -- rows in landing/ (one list element a row when exploded)",
        "rows_conform_rejected bigint not null -- landed rows refused because a value cannot be read",
        "rows_conformed bigint not null -- landed rows in the table of the kind",
        "rows_people bigint not null -- landed rows in landing.people",
        "amount decimal(18,4) -- sum of amounts of a tickets source; null otherwise",
    ),
)

KINDS: dict[str, Table] = {
    "people": PEOPLE,
    "flags": FLAGS,
    "tickets": TICKET_LINES,
    "products": PRODUCTS,
    "shops": SHOPS,
    "communes": COMMUNES,
    "loyalty": LOYALTY_MOVEMENTS,
    "contacts": CONTACTS,
    "cases": CASES,
    "consents": CONSENTS,
    "surveys": SURVEYS,
    "projects": PROJECTS,
    "web_events": WEB_EVENTS,
    "operations": OPERATIONS,
    "operation_targets": OPERATION_TARGETS,
    "coupons": COUPONS,
    "redemptions": REDEMPTIONS,
    "decisions": DECISIONS,
    "corrections": CORRECTIONS,
}
"""The kind of a source, as written in chaland.toml, and the table its rows go to.

A source of any kind whose columns name a person (a name, a telephone, an e-mail …) also feeds landing.people.
"""

TABLES = (*KINDS.values(), REJECTS, UNREAD_VALUES, COUNTS)
