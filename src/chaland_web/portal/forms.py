"""The forms of the customer's own space."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chaland_web.desk.forms import CorrectionForm
from chaland_web.portal.stops import CHANNELS


class AddressForm(forms.Form):
    """The e-mail address a link is asked for."""

    email = forms.EmailField(max_length=250)


class OwnCorrectionForm(CorrectionForm):
    """What he puts right of himself; he owes no reason. A card is the shop's to change."""

    card_number = None
    reason = forms.CharField(max_length=200, required=False)


CHANNELS_OF = {"survey": CHANNELS, "measure": ("email",)}
"""What he is asked beside offers → the channels his answer holds for."""

_ANSWERS = (("yes", _("Yes")), ("no", _("No")))


def _answer() -> forms.ChoiceField:
    return forms.ChoiceField(choices=_ANSWERS, widget=forms.RadioSelect, required=False)


class PreferencesForm(forms.Form):
    """By which channels he accepts to hear from the shop, and what else he accepts."""

    post, phone, sms, email = _answer(), _answer(), _answer(), _answer()
    survey, measure = _answer(), _answer()

    @property
    def answers(self) -> dict[tuple[str, str], Any]:
        """Purpose and channel → the answer, where it is not what it was."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data if self.cleaned_data.get(name)}
        return {
            (name if name in CHANNELS_OF else "marketing", channel): answer
            for name, answer in changed.items()
            for channel in CHANNELS_OF.get(name, (name,))
        }
