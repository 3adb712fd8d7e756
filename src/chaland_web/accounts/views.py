"""Sign in and out."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView

from chaland_web.accounts.forms import SignInForm
from chaland_web.rights import for_everyone

sign_in = LoginView.as_view(
    template_name="accounts/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
sign_out = for_everyone(LogoutView.as_view())
