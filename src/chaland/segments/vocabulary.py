"""What a condition may ask for: fields of a customer, things he did, channels. Nothing else ever reaches SQL.

Every name here maps to a column of a contract (`chaland.tables`); labels are English templates, said in the reader's
language by `told`.
"""

from __future__ import annotations

from dataclasses import dataclass

from chaland.language import say
from chaland.tables import segments

YES_NO, NUMBER, AMOUNT, RATIO, DAY, CODE, TEXT = "yes_no", "number", "amount", "ratio", "day", "code", "text"

TESTS: dict[str, tuple[str, ...]] = {
    YES_NO: ("yes", "no"),
    NUMBER: ("at_least", "at_most", "between"),
    AMOUNT: ("at_least", "at_most", "between"),
    RATIO: ("at_least", "at_most", "between"),
    DAY: ("last_days", "before_last_days", "from", "until", "between"),
    CODE: ("one_of", "none_of"),
    TEXT: ("one_of", "none_of", "starts_with"),
}
"""Tests of each kind of field; `known` and `unknown` besides, where a field may be null."""

CHANNELS = ("post", "phone", "sms", "email")
GRADES = ("A", "B", "C", "D", "E")


def told(label: str) -> str:
    """Return a label of the vocabulary in the reader's language."""
    return say(label)


@dataclass(frozen=True)
class Field:
    """One attribute: its name in a definition, its column of segments.customers, its kind, its label and group.

    `choices` are the codes a CODE may take with their labels; () when the base's own values are offered.
    """

    name: str
    kind: str
    label: str
    group: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def column(self) -> str:
        return f"{self.name}_cents" if self.kind == AMOUNT else self.name

    @property
    def key_column(self) -> str:
        """Column in which texts are compared without accents nor capitals; "" when they are compared as they are."""
        name = f"{self.name}_key"
        return name if self.kind == TEXT and name in segments.CUSTOMERS.column_names else ""

    @property
    def is_profiling(self) -> bool:
        """Whether it says what we make of him, which those who object to profiling do not want to be chosen by."""
        return self.group == WORTH or self.name == "is_high_potential"

    @property
    def is_nullable(self) -> bool:
        return segments.CUSTOMERS.column(self.column).nullable

    @property
    def tests(self) -> tuple[str, ...]:
        return (*TESTS[self.kind], "known", "unknown") if self.is_nullable else TESTS[self.kind]


WHO, WHERE, BUYS, REACH, WORTH, TIES = "the person", "the place", "the purchases", "reach", "the value", "the relation"

_RFM = (
    ("champions", "best customers"),
    ("loyal", "loyal"),
    ("promising", "recent and promising"),
    ("new", "new"),
    ("to_follow", "to follow"),
    ("dozing", "dozing off"),
    ("at_risk", "at risk"),
    ("not_to_lose", "not to lose"),
    ("asleep", "asleep"),
    ("lost", "lost"),
)
_GRADE_CHOICES = tuple((grade, grade) for grade in GRADES)
_SEX = (("F", "woman"), ("M", "man"))
_CIVILITIES = (("MME", "Mrs"), ("M", "Mr"), ("M+MME", "Mr and Mrs"))
_POST = ("ok", "no_address", "bad_address", "objected", "suppressed", "returned", "deceased", "minor")
_PHONE = ("ok", "no_number", "bad_number", "no_consent", "expired", "objected", "suppressed", "deceased", "minor")
_SMS = ("ok", "no_mobile", "bad_number", "no_consent", "objected", "suppressed", "deceased", "minor")
_EMAIL = ("ok", "no_email", "bad_email", "no_consent", "objected", "suppressed", "deceased", "minor")

REASONS: dict[str, str] = {
    "ok": "may be reached",
    "no_address": "no address",
    "bad_address": "bad address",
    "no_number": "no number",
    "no_mobile": "no mobile",
    "bad_number": "bad number",
    "no_email": "no e-mail",
    "bad_email": "bad e-mail",
    "no_consent": "has not said yes",
    "expired": "consent has expired",
    "objected": "has objected",
    "suppressed": "on a suppression list",
    "returned": "mail comes back",
    "deceased": "deceased",
    "minor": "minor",
}


def _reasons(codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((code, REASONS[code]) for code in codes)


FIELDS: tuple[Field, ...] = (
    Field("age_years", NUMBER, "age", WHO),
    Field("birth_month", NUMBER, "month of birth", WHO),
    Field("sex", CODE, "sex", WHO, _SEX),
    Field("civility", CODE, "civility", WHO, _CIVILITIES),
    Field("occupation", TEXT, "occupation", WHO),
    Field("is_organisation", YES_NO, "company or association", WHO),
    Field("household_customers", NUMBER, "customers in the household", WHO),
    Field("is_card_holder", YES_NO, "loyalty card", TIES),
    Field("card_tier", TEXT, "card tier", TIES),
    Field("points_balance", NUMBER, "points", TIES),
    Field("first_seen_date", DAY, "first known", TIES),
    Field("systems", NUMBER, "systems that know him", TIES),
    Field("records", NUMBER, "records joined", TIES),
    Field("contacts", NUMBER, "number of contacts", TIES),
    Field("surveys", NUMBER, "surveys answered", TIES),
    Field("projects", NUMBER, "number of projects", TIES),
    Field("open_cases", NUMBER, "open cases", TIES),
    Field("web_events", NUMBER, "pages seen on the web", TIES),
    Field("is_bad_payer", YES_NO, "on a bad payers’ list", TIES),
    Field("is_high_potential", YES_NO, "on a list of high potential", TIES),
    Field("departement", CODE, "département", WHERE),
    Field("postcode", TEXT, "postcode", WHERE),
    Field("city", TEXT, "town", WHERE),
    Field("insee_code", TEXT, "INSEE code", WHERE),
    Field("country", CODE, "country", WHERE),
    Field("home_shop_key", CODE, "usual shop", WHERE),
    Field("amount_12_months", AMOUNT, "purchases in 12 months", BUYS),
    Field("amount_total", AMOUNT, "purchases in all", BUYS),
    Field("tickets", NUMBER, "number of tickets", BUYS),
    Field("first_purchase_date", DAY, "first purchase", BUYS),
    Field("last_purchase_date", DAY, "last purchase", BUYS),
    Field("days_since_purchase", NUMBER, "days since the last purchase", BUYS),
    Field("rfm_segment", CODE, "behaviour", WORTH, _RFM),
    Field("r_score", NUMBER, "recency score", WORTH),
    Field("f_score", NUMBER, "frequency score", WORTH),
    Field("m_score", NUMBER, "amount score", WORTH),
    Field("alive_probability", RATIO, "probability of still being a customer", WORTH),
    Field("clv_12_months", AMOUNT, "value expected in 12 months", WORTH),
    Field("is_silent", YES_NO, "silent beyond his rhythm", WORTH),
    Field("buys_probability", RATIO, "probability of buying again", WORTH),
    Field("can_post", YES_NO, "reachable by post", REACH),
    Field("can_phone", YES_NO, "reachable by phone", REACH),
    Field("can_sms", YES_NO, "reachable by SMS", REACH),
    Field("can_email", YES_NO, "reachable by e-mail", REACH),
    Field("can_post_reason", CODE, "why reachable by post or not", REACH, _reasons(_POST)),
    Field("can_phone_reason", CODE, "why reachable by phone or not", REACH, _reasons(_PHONE)),
    Field("can_sms_reason", CODE, "why reachable by SMS or not", REACH, _reasons(_SMS)),
    Field("can_email_reason", CODE, "why reachable by e-mail or not", REACH, _reasons(_EMAIL)),
    Field("consent_post", YES_NO, "said yes to post", REACH),
    Field("consent_phone", YES_NO, "said yes to phone", REACH),
    Field("consent_sms", YES_NO, "said yes to SMS", REACH),
    Field("consent_email", YES_NO, "said yes to e-mail", REACH),
    Field("post_grade", CODE, "grade of the address", REACH, _GRADE_CHOICES),
    Field("phone_grade", CODE, "grade of the telephone", REACH, _GRADE_CHOICES),
    Field("mobile_grade", CODE, "grade of the mobile", REACH, _GRADE_CHOICES),
    Field("email_grade", CODE, "grade of the e-mail", REACH, _GRADE_CHOICES),
)
FIELDS_BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}

BOUGHT_GOODS = ("department", "family", "product")
"""What a purchase may be of: one of them, or none for any purchase."""
SHOP = "shop"
"""Where it may have been made: alone, or beside what was bought."""


@dataclass(frozen=True)
class Event:
    """Something a customer did or received, a row of segments.events, and the columns that may be asked for.

    `codes` are texts matched as they are; `scores` are whole numbers asked between two bounds. Both map the name in a
    definition to a column.
    """

    name: str
    label: str
    codes: tuple[tuple[str, str], ...] = ()
    scores: tuple[tuple[str, str], ...] = ()


EVENTS: tuple[Event, ...] = (
    Event(
        "contact",
        "contact",
        (("channel", "channel"), ("direction", "direction"), ("reason", "reason"), ("outcome", "outcome")),
    ),
    Event("targeted", "targeted by an operation", (("operation", "operation_key"),)),
    Event(
        "redeemed",
        "coupon redeemed",
        (("operation", "operation_key"), ("coupon", "coupon_key")),
    ),
    Event(
        "web",
        "visit on the web",
        (("event", "web_event"), ("department", "department"), ("product", "product_key"), ("page", "page")),
    ),
    Event(
        "survey",
        "survey answered",
        (("shop", "shop_key"),),
        (("recommendation", "recommendation_0_10"), ("satisfaction", "satisfaction_1_5")),
    ),
    Event("case", "case opened", (("status", "status"), ("subject", "subject"))),
    Event(
        "project",
        "project",
        (("project_kind", "project_kind"), ("status", "status"), ("shop", "shop_key")),
    ),
    Event("card", "movement on the card", (("movement", "movement"),)),
)
EVENTS_BY_NAME: dict[str, Event] = {event.name: event for event in EVENTS}

PLACES = ("shop", "commune", "postcode")
