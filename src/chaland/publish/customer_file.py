"""The shapes of a customer's file and of the base's state, as read from a snapshot: frozen, typed, for display.

Each field bears the name of a column of the question that fills it (`sql/*.sql`); money is Decimal in the base's
currency, tax included; times are local to the shops, in the zone the reader was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

CHANNELS = ("post", "phone", "sms", "email")
EVENT_KINDS = (
    "ticket",
    "return",
    "contact",
    "case",
    "survey",
    "project",
    "web",
    "campaign",
    "loyalty",
    "consent",
    "merge",
)


@dataclass(frozen=True)
class Identity:
    """Who someone is and where he is reached."""

    organisation: str | None
    civility: str | None
    first_name: str | None
    last_name: str | None
    birth_name: str | None
    sex: str | None
    birth_date: date | None
    address_line_2: str | None
    address_line_3: str | None
    address_line_4: str | None
    address_line_5: str | None
    address_line_6: str | None
    phone: str | None
    mobile: str | None
    email: str | None
    card_number: str | None


@dataclass(frozen=True)
class Customer(Identity):
    """One customer: golden record, reachability and totals; `card_tier` as its source writes it."""

    customer_id: str
    household_id: str
    display_name: str
    is_organisation: bool
    age_years: int | None
    postcode: str | None
    city: str | None
    country: str | None
    occupation: str | None
    is_card_holder: bool
    is_bad_payer: bool
    is_high_potential: bool
    can_post: bool
    can_phone: bool
    can_sms: bool
    can_email: bool
    can_post_reason: str
    can_phone_reason: str
    can_sms_reason: str
    can_email_reason: str
    first_seen_at: datetime | None
    first_purchase_date: date | None
    last_purchase_date: date | None
    tickets: int
    amount_total: Decimal
    amount_12_months: Decimal
    points_balance: int | None
    open_cases: int
    projects: int
    records: int
    systems: int
    weakest_link_bits: float | None
    home_shop_key: str | None
    amount_year_before: Decimal
    home_shop_name: str | None = None
    household_name: str | None = None
    household_customers: int | None = None
    household_amount_12_months: Decimal | None = None
    card_tier: str | None = None

    @property
    def since(self) -> date | None:
        """First day anything is known of him: a record or a purchase."""
        seen = self.first_seen_at.date() if self.first_seen_at else None
        known = [day for day in (seen, self.first_purchase_date) if day]
        return min(known, default=None)

    @property
    def address_lines(self) -> tuple[str, ...]:
        """Lines 2 to 6 of the postal address that are filled."""
        lines = (
            self.address_line_2,
            self.address_line_3,
            self.address_line_4,
            self.address_line_5,
            self.address_line_6,
        )
        return tuple(line for line in lines if line)

    @property
    def reach(self) -> tuple[Reach, ...]:
        """May and can he be reached, channel by channel."""
        return tuple(
            Reach(name, getattr(self, f"can_{name}"), getattr(self, f"can_{name}_reason")) for name in CHANNELS
        )


@dataclass(frozen=True)
class Reach:
    """One light: channel, green or red, and the code of the reason (`ok` when green)."""

    channel: str
    is_open: bool
    reason: str


@dataclass(frozen=True)
class Value:
    """A value of one field, with the record (none where a list found it), its grade, and its latest return."""

    field: str
    value: str
    is_chosen: bool
    rule: str
    record_id: str | None
    source: str
    seen_at: datetime | None
    grade: str | None
    reason: str | None
    records: int
    file: str | None
    line: int | None
    is_returned: bool
    returned_date: date | None
    returned_reason: str | None
    returned_source: str | None


@dataclass(frozen=True)
class MissingValue:
    """A graded field without usable value: what was given and could not be used (D), or nothing (E)."""

    field: str
    grade: str
    reason: str
    source: str
    seen_at: datetime | None


@dataclass(frozen=True)
class Member:
    """A customer of the household; what his reader may not see of him is None."""

    customer_id: str
    display_name: str
    age_years: int | None
    is_card_holder: bool
    last_purchase_date: date | None
    amount_12_months: Decimal | None

    @property
    def is_seen(self) -> bool:
        """His reader sees him in full."""
        return self.amount_12_months is not None


@dataclass(frozen=True)
class Consent:
    """A yes or a no, with the record that says so."""

    channel: str
    is_granted: bool
    record_id: str
    source: str
    said_at: datetime | None


@dataclass(frozen=True)
class Flag:
    """A line of an external list that names the customer."""

    flag: str
    flag_channel: str | None
    flag_code: str | None
    flag_reason: str | None
    flagged_date: date | None
    effect: str
    matched_by: str
    certainty: str
    source: str
    file: str
    line: int


@dataclass(frozen=True)
class Attribute:
    """What an external list adds to what the customer said."""

    attribute: str
    value: str
    source: str
    file: str
    line: int
    given_date: date | None
    matched_by: str
    certainty: str


@dataclass(frozen=True)
class Department:
    """What a customer bought in a department."""

    department: str
    tickets: int
    units: Decimal
    amount: Decimal
    amount_12_months: Decimal
    last_date: date


@dataclass(frozen=True)
class PurchaseYear:
    """What a customer bought in a year, returns deducted."""

    sold_year: int
    tickets: int
    amount: Decimal


@dataclass(frozen=True)
class Event:
    """One row of the timeline. What `code`, `label`, `status` and `number` are depends on the kind:

    ticket, return: channel, number of the ticket, -, lines;  contact: channel_direction, reason, outcome, seconds;
    case: open or closed, subject, -, -;  survey: -, -, satisfaction 1–5, recommendation 0–10;
    project: -, kind, the source's status, -;  web: visit or order, -, -, pages;
    campaign: channel, name of the operation, targeted or redeemed, -;  loyalty: movement, card, -, -;
    consent: yes or no, its record, its purpose where told, - (`departments` are the channels);
    merge: why, the id or the record met, -, -.
    Points of a ticket stand on the ticket.
    """

    kind: str
    event_id: str
    happened_at: datetime
    source: str
    shop_key: str | None = None
    shop_name: str | None = None
    code: str | None = None
    label: str | None = None
    status: str | None = None
    comment: str | None = None
    amount: Decimal | None = None
    number: int | None = None
    points: int | None = None
    until_at: datetime | None = None
    departments: tuple[str, ...] = ()

    @property
    def has_time(self) -> bool:
        """Whether the source gave the time of day: midnight sharp stands for a day alone."""
        return self.happened_at.time() != time()


@dataclass(frozen=True)
class History:
    """A page of the timeline, and how many events of each kind answer to what was asked, whatever the kind shown.

    Attributes:
        events: of the kind asked for, the latest first.
        every: length of the whole timeline; the points of a ticket count there with the ticket.
        by_kind: events of each kind of EVENT_KINDS.
        latest: the latest events of each kind, whatever was asked for, the latest first.
    """

    events: list[Event]
    every: int
    by_kind: dict[str, int]
    latest: dict[str, list[Event]]

    def of(self, kind: str) -> int:
        """Return the number of events of a kind; of all when ""."""
        return self.by_kind[kind] if kind else self.every


@dataclass(frozen=True)
class Movement:
    """One movement on a card."""

    event_id: str
    happened_at: datetime
    source: str
    shop_key: str | None
    code: str
    label: str
    points: int
    ticket_key: str | None


@dataclass(frozen=True)
class TicketLine:
    """One line of a ticket."""

    line_number: int
    product_key: str | None
    product_label: str | None
    department: str | None
    quantity: Decimal
    amount: Decimal
    discount: Decimal | None
    is_product: bool
    file: str
    line: int


@dataclass(frozen=True)
class PageView:
    """One web event, at local time."""

    event_id: str
    source: str
    event: str
    page: str | None
    department: str | None
    ticket_key: str | None
    local_at: datetime


@dataclass(frozen=True)
class Record:
    """One source record behind the golden one, cleaned, with its lineage."""

    record_id: str
    source: str
    system: str
    person_key: str
    load_id: str | None
    file: str | None
    line: int | None
    recorded_at: datetime | None
    versions: int
    is_key_only: bool
    is_organisation: bool
    organisation: str | None
    civility: str | None
    first_name: str | None
    last_name: str | None
    birth_name: str | None
    birth_date: date | None
    address_line_4: str | None
    address_line_6: str | None
    phone: str | None
    mobile: str | None
    email: str | None
    card_number: str | None
    name_grade: str
    name_reason: str
    birth_date_grade: str
    birth_date_reason: str
    address_grade: str
    address_reason: str
    phone_grade: str
    phone_reason: str
    mobile_grade: str
    mobile_reason: str
    email_grade: str
    email_reason: str
    card_tier: str | None = None
    undecided_customer_id: str | None = None  # whom he would be without any decision; None when the same


@dataclass(frozen=True)
class Link:
    """Two records compared: the evidence in bits, by field and in all. The rest is what chance says beforehand."""

    record_id_l: str
    record_id_r: str
    blocking_rule: str
    match_weight: float
    match_probability: float
    is_linked: bool
    weights: dict[str, float]

    @property
    def prior_bits(self) -> float:
        """What the pair weighed before any field was looked at, and what fields that go together give back."""
        return self.match_weight - sum(self.weights.values())


@dataclass(frozen=True)
class Alias:
    """An id the customer bore before."""

    old_customer_id: str
    reason: str
    since_date: date


@dataclass(frozen=True)
class Overview:
    """The base in a few figures; `_12_months` are over the 365 days to as_of."""

    base_name: str
    currency: str
    as_of: date
    detail: str
    chaland_version: str
    customers: int
    card_holders: int
    joined_customers: int
    can_post: int
    can_phone: int
    can_sms: int
    can_email: int
    households: int
    records: int
    tickets: int
    identified_tickets: int
    amount: Decimal
    identified_amount: Decimal
    amount_12_months: Decimal
    identified_amount_12_months: Decimal
    first_sale_date: date | None
    last_sale_date: date | None


@dataclass(frozen=True)
class SalesMonth:
    """Sales of a month: all, and of which to known customers."""

    sold_month: date
    amount: Decimal
    identified_amount: Decimal


@dataclass(frozen=True)
class SourceState:
    """What became of a source's rows."""

    source: str
    kind: str
    files: int
    rows_read: int
    rows_blank: int
    rows_filtered: int
    rows_rejected: int
    rows_conformed: int
    rows_people: int
    amount: Decimal | None
    loads: int
    loaded_at: datetime | None

    @property
    def set_aside(self) -> int:
        """Rows neither kept nor refused: empty, repeated headers, filtered, exact repeats."""
        return self.rows_blank + self.rows_filtered


@dataclass(frozen=True)
class Check:
    """One check of the reconciliation."""

    check_name: str
    subject: str
    expected: Decimal
    found: Decimal
    is_equal: bool
