"""The forms of the desk: short, checked at the door, every fault told beside its field."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chaland_web import formats
from chaland_web.desk import words

LONGEST = 2_000
"""Characters of a note: a note, not a letter."""

_SHORTEST_CARD = 4


def _radio(choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)


def _note(**options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST, **options)


class ContactForm(forms.Form):
    """One contact: how, which way, why, what came of it, and when to come back to it."""

    channel = _radio(words.CONTACT_CHANNELS, initial="phone")
    direction = _radio(words.DIRECTIONS, initial="in")
    reason = forms.CharField(max_length=80)
    outcome = forms.CharField(max_length=80, required=False)
    comment = _note(required=False)
    follow_up = _radio(words.FOLLOW_UPS, required=False)
    follow_up_date = forms.DateField(required=False)

    def clean(self) -> dict[str, Any]:
        """Return the fields with `due_date`, the day to come back to him.

        Raises:
            ValidationError: a day that is missing or past.
        """
        cleaned = super().clean() or {}
        chosen, day = cleaned.get("follow_up", ""), cleaned.get("follow_up_date")
        today = timezone.localdate()
        if chosen == "date" and "follow_up_date" not in self.errors:
            if day is None:
                self.add_error("follow_up_date", ValidationError(_("Give the day.")))
            elif day < today:
                self.add_error("follow_up_date", ValidationError(_("This day is past.")))
        due = {"date": day, "": None}.get(chosen, today + timedelta(days=int(chosen)) if chosen.isdecimal() else None)
        return {**cleaned, "due_date": due}


class TelephoneField(forms.CharField):
    """A telephone, shown as the country writes it: the same number, written one way or the other, is no change."""

    def prepare_value(self, value: Any) -> Any:
        """Return what the box shows."""
        return formats.phone(value) if value else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another number was typed."""
        typed = re.sub(r"\D", "", data or "")
        return typed not in {re.sub(r"\D", "", text or "") for text in (initial, self.prepare_value(initial))}


class CardField(forms.CharField):
    """A card number, kept as the base keeps it, without what only makes it readable: no change where only that differs.

    >>> CardField().to_python("2900 012-34"), CardField().has_changed("290001234", "2900 012-34")
    ('290001234', False)
    """

    def to_python(self, value: Any) -> str:
        """Return its letters, capital, and its digits."""
        return re.sub(r"[^A-Z0-9]", "", str(super().to_python(value)).upper())

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another card was typed."""
        return self.to_python(data) != self.to_python(initial)

    def validate(self, value: Any) -> None:
        """Refuse what is too short for a card.

        Raises:
            ValidationError: fewer than four letters and digits.
        """
        super().validate(value)
        if value and len(value) < _SHORTEST_CARD:
            raise ValidationError(_("A card number has four letters and digits at least."))


class CorrectionForm(forms.Form):
    """What is known of a person, to put right; only what was changed is a correction.

    An empty field erases nothing: what is nobody's is named in `blank`, among what is known.
    """

    civility = forms.CharField(max_length=20, required=False)
    first_name = forms.CharField(max_length=80, required=False)
    last_name = forms.CharField(max_length=80, required=False)
    birth_date = forms.DateField(required=False)
    mobile = TelephoneField(max_length=30, required=False)
    phone = TelephoneField(max_length=30, required=False)
    email = forms.EmailField(max_length=250, required=False)
    card_number = CardField(max_length=40, required=False)
    complement = forms.CharField(max_length=80, required=False)
    street = forms.CharField(max_length=80, required=False)
    place = forms.CharField(max_length=80, required=False)
    postcode = forms.CharField(max_length=12, required=False)
    city = forms.CharField(max_length=80, required=False)
    blank = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    reason = forms.CharField(max_length=200)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        known = {"address" if name in words.ADDRESS else name for name in self.initial if name in self.fields}
        self.fields["blank"].choices = [(name, label) for name, label in words.BLANK.items() if name in known]

    def _number(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        if text and not 8 <= len(re.sub(r"\D", "", text)) <= 15:
            raise ValidationError(_("A telephone has 8 to 15 digits."))
        return text

    def clean_mobile(self) -> str:
        """Return the number as typed.

        Raises:
            ValidationError: too few or too many digits.
        """
        return self._number("mobile")

    def clean_phone(self) -> str:
        """Return the number as typed.

        Raises:
            ValidationError: too few or too many digits.
        """
        return self._number("phone")

    def clean_birth_date(self) -> date | None:
        """Return the day.

        Raises:
            ValidationError: a day to come, or of another age.
        """
        day: date | None = self.cleaned_data["birth_date"]
        if day and not date(1900, 1, 1) < day <= timezone.localdate():
            raise ValidationError(_("Nobody here was born on this day."))
        return day

    def clean(self) -> dict[str, Any]:
        """Return the fields with `corrected`: what was changed, an address whole.

        Raises:
            ValidationError: nothing was changed, or an address without its street or its town.
        """
        cleaned = super().clean() or {}
        blank = cleaned.get("blank", [])
        changed = {name for name in self.changed_data if name not in ("reason", "blank") and cleaned.get(name)}
        if "address" in blank:
            changed -= set(words.ADDRESS)
        if changed & set(words.ADDRESS):
            changed |= {name for name in words.ADDRESS if cleaned.get(name)}
            if not (changed & {"street", "place"} and changed & {"postcode", "city"}):
                self.add_error("street", ValidationError(_("An address is corrected whole: street and town.")))
        changed -= set(blank)
        if not changed and not blank and not self.errors:
            raise ValidationError(_("Nothing was changed."))
        corrected = {name: cleaned[name] for name in words.FIELD if name in changed and name in cleaned}
        texts = {name: value.isoformat() if isinstance(value, date) else value for name, value in corrected.items()}
        return {**cleaned, "corrected": {**texts, "blank_fields": " ".join(blank)} if blank else texts}

    @property
    def was(self) -> dict[str, str]:
        """What the screen said, before it, of each field that is corrected or left blank."""
        said = self.cleaned_data["corrected"]
        known = {name: self._shown(name) for name in words.FIELD if name in self.initial}
        address = " ".join(known[name] for name in words.ADDRESS if name in known)
        return {
            **{name: text for name, text in known.items() if name in said},
            **{name: known.get(name, address if name == "address" else "") for name in words.blanked(said)},
        }

    def _shown(self, name: str) -> str:
        value = self.initial[name]
        if isinstance(value, date):
            return value.isoformat()
        return str(self.fields[name].prepare_value(value)) if name in self.fields else str(value)


_ANSWERS = (("", _("not spoken of")), ("yes", _("yes")), ("no", _("no")))


class ConsentForm(forms.Form):
    """What he agrees to or objects to, channel by channel, and what proves it."""

    purpose = forms.ChoiceField(choices=words.PURPOSES, initial="marketing", required=False)
    post = _radio(_ANSWERS, required=False)
    phone = _radio(_ANSWERS, required=False)
    sms = _radio(_ANSWERS, required=False)
    email = _radio(_ANSWERS, required=False)
    method = _radio(words.METHODS, initial="spoken")
    proof = _note(required=False)

    @property
    def channels(self) -> list[forms.BoundField]:
        """The four questions."""
        return [self[name] for name in ("post", "phone", "sms", "email")]

    def clean(self) -> dict[str, Any]:
        """Return the fields with `answers`, channel → yes or no.

        Raises:
            ValidationError: no answer at all, or a yes that nothing proves. An objection needs no proof.
        """
        cleaned = super().clean() or {}
        answers = {name: cleaned[name] for name in ("post", "phone", "sms", "email") if cleaned.get(name)}
        if not answers and not self.errors:
            raise ValidationError(_("Give an answer for one channel at least."))
        if "yes" in answers.values() and not cleaned.get("proof"):
            self.add_error("proof", ValidationError(_("A yes needs its proof: the question put, or the document.")))
        return {**cleaned, "purpose": cleaned.get("purpose") or "marketing", "answers": answers}


class ProfilingForm(forms.Form):
    """Whether he objects to profiling, and what proves that he takes it back."""

    answer = _radio((("no", _("He objects")), ("yes", _("He takes his objection back"))))
    method = _radio(words.METHODS, initial="spoken")
    proof = _note(required=False)

    def clean(self) -> dict[str, Any]:
        """Return the fields.

        Raises:
            ValidationError: an objection taken back without a proof.
        """
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "yes" and not cleaned.get("proof"):
            self.add_error("proof", ValidationError(_("A yes needs its proof: the question put, or the document.")))
        return cleaned


class CaseForm(forms.Form):
    """A case to open: what about, and what was said."""

    subject = forms.CharField(max_length=120)
    comment = _note(required=False)


class CaseStepForm(forms.Form):
    """A case that moves on: where it stands, and what was done."""

    stage = _radio(words.STAGES)
    comment = _note()
