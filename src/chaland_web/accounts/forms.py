"""The forms of accounts: sign in, slowed down; a code; an account and its rights; a region."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chaland_web.accounts import throttle
from chaland_web.accounts.accounts import takes_code
from chaland_web.accounts.models import AccountChange, Region, SignIn, User
from chaland_web.accounts.sessions import address_of, note_sign_in
from chaland_web.rights import Role

GIVEN_LASTS = timedelta(days=7)
"""How long a password given by the administrator opens the account it must be changed in."""

TOO_MANY = _("Too many attempts: wait a quarter of an hour.")


class SignInForm(AuthenticationForm):
    """Name and password; the same sentence whether the account exists or not."""

    error_messages = {
        "invalid_login": _("Unknown account or wrong password."),
        "inactive": _("Unknown account or wrong password."),
    }

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse a closed account, and a password given by someone else that was not changed within a week.

        Raises:
            ValidationError: with the words of a wrong password.
        """
        super().confirm_login_allowed(user)
        given = AccountChange.objects.filter(
            account=user.get_username(), what__in=[AccountChange.What.CREATED, AccountChange.What.RESET]
        )
        if user.must_change_password and not given.filter(at__gt=timezone.now() - GIVEN_LASTS).exists():
            raise self.get_invalid_login_error()

    def clean(self) -> dict[str, Any]:
        """Return the fields once the account is known and the password right.

        Raises:
            ValidationError: unknown account, wrong password, or too many failures.
        """
        account, address = str(self.cleaned_data.get("username", "")), address_of(self.request)
        known = User.objects.filter(username=account).first()
        if throttle.is_blocked(account, address):
            note_sign_in(self.request, known, SignIn.Outcome.BLOCKED)
            raise ValidationError(TOO_MANY, code="blocked")
        try:
            return super().clean()
        except ValidationError:
            throttle.note_failure(account, address)
            note_sign_in(self.request, known, SignIn.Outcome.WRONG)
            raise


class CodeForm(forms.Form):
    """The code of the second factor, or a recovery code."""

    code = forms.CharField(label=_("Code"), max_length=40)

    def __init__(self, request: Any, user: User, *arguments: Any, **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        self.request, self.user = request, user

    def clean_code(self) -> str:
        """Return the code once it is right; it serves no more.

        Raises:
            ValidationError: wrong code, or too many failures.
        """
        code, account, address = self.cleaned_data["code"], self.user.get_username(), address_of(self.request)
        if throttle.is_blocked(account, address):
            note_sign_in(self.request, self.user, SignIn.Outcome.BLOCKED)
            raise ValidationError(TOO_MANY, code="blocked")
        if not takes_code(self.user, code):
            throttle.note_failure(account, address)
            note_sign_in(self.request, self.user, SignIn.Outcome.WRONG_CODE)
            raise ValidationError(_("This is not the code of now."), code="wrong")
        return str(code)


class AccountForm(forms.ModelForm):
    """An account as the administrator makes it: whose it is, its role, its shops."""

    shops = forms.MultipleChoiceField(label=_("Shops"), required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "role", "region", "shops"]
        labels = {
            "username": _("Account name"),
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "email": _("E-mail"),
            "role": _("Role"),
            "region": _("Region"),
        }
        help_texts = {"username": "", "region": _("The shops of the region are added to those ticked.")}

    def __init__(self, *arguments: Any, shops: dict[str, str], is_own: bool = False, **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        known = {**{key: key for key in self.instance.shops}, **shops}
        self.fields["shops"].choices = sorted(known.items(), key=lambda shop: shop[1])
        self.is_own = is_own

    def clean_role(self) -> str:
        """Return the role; nobody takes administration away from himself.

        Raises:
            ValidationError: an administrator gives himself another role.
        """
        role = str(self.cleaned_data["role"])
        if self.is_own and role != Role.ADMINISTRATOR:
            raise ValidationError(_("Another administrator must change this role: nobody locks himself out."))
        return role


class RegionForm(forms.ModelForm):
    """A region: its name and its shops."""

    shops = forms.MultipleChoiceField(label=_("Shops"), required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Region
        fields = ["name", "shops"]
        labels = {"name": _("Name of the region")}

    def __init__(self, *arguments: Any, shops: dict[str, str], **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        known = {**{key: key for key in self.instance.shops}, **shops}
        self.fields["shops"].choices = sorted(known.items(), key=lambda shop: shop[1])
