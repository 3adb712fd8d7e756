"""Words of the desk: what is offered to choose from, and what is read out to ask for a consent."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CONTACT_CHANNELS = (
    ("phone", _("Telephone")),
    ("shop", _("In the shop")),
    ("email", _("E-mail")),
    ("sms", _("SMS")),
    ("chat", _("Chat")),
    ("post", _("Post")),
)
DIRECTIONS = (("in", _("He came to us")), ("out", _("We went to him")))

REASONS = (
    _("Order"),
    _("Delivery"),
    _("Quote"),
    _("Information on a product"),
    _("After-sales"),
    _("Complaint"),
    _("Loyalty card"),
    _("Change of address"),
)
OUTCOMES = (
    _("Answered"),
    _("To be called back"),
    _("No answer"),
    _("Message left"),
    _("Appointment made"),
    _("Sent to a colleague"),
    _("Wrong number"),
)
FOLLOW_UPS = (
    ("", _("None")),
    ("1", _("Tomorrow")),
    ("3", _("In 3 days")),
    ("7", _("In a week")),
    ("date", _("On a date")),
)

STAGES = (
    ("new", pgettext_lazy("case", "New")),
    ("working", pgettext_lazy("case", "In progress")),
    ("waiting", pgettext_lazy("case", "Waiting for the customer")),
    ("closed", pgettext_lazy("case", "Closed")),
)
STAGE = dict(STAGES)

PURPOSES = (
    ("marketing", _("Our offers and news")),
    ("survey", _("Satisfaction surveys")),
    ("measure", _("Measuring what he opens")),
)
PURPOSE = dict(PURPOSES)

METHODS = (
    ("spoken", _("Said aloud")),
    ("paper", _("Signed paper")),
    ("web", _("Web form")),
    ("email", _("E-mail from him")),
    ("letter", _("Letter from him")),
)
METHOD = dict(METHODS)

FIELD = {
    "civility": _("Civility"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "birth_date": _("Birth date"),
    "mobile": _("Mobile"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "card_number": _("Loyalty card"),
    "complement": _("Flat, staircase, building"),
    "street": _("Number and street"),
    "place": _("Hamlet, P.O. box"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "organisation": _("Organisation"),
}
ADDRESS = ("complement", "street", "place", "postcode", "city")

BLANK = {
    "mobile": _("Mobile"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "card_number": _("Loyalty card"),
    "birth_date": _("Birth date"),
    "address": _("Address"),
}
"""Fields of the golden record that a correction may leave blank."""


def blanked(fields: Mapping[str, str]) -> list[str]:
    """Return the fields that a correction leaves blank.

    >>> blanked({"blank_fields": "mobile email", "reason": "a stranger answers"})
    ['mobile', 'email']
    """
    return [name for name in fields.get("blank_fields", "").split() if name in BLANK]


KIND = {
    "contact": _("Contact"),
    "case": pgettext_lazy("event", "Case"),
    "consent": _("Consent"),
    "correction": _("Correction"),
}
