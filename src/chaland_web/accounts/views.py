"""Sign in and out, with a code where there is a second factor; type the password again for what matters."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chaland_web.accounts import throttle
from chaland_web.accounts.forms import CodeForm, SignInForm
from chaland_web.accounts.models import User
from chaland_web.accounts.sessions import prove
from chaland_web.rights import for_everyone

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_PENDING_S = 300


def own_address(request: HttpRequest, asked: str) -> str:
    """Return the address asked for when it is one of this site, else that of the first page."""
    is_own = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_own else resolve_url(settings.LOGIN_REDIRECT_URL)


class SignInView(LoginView):
    """Name and password; an account that has a second factor is then asked for its code."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Open the session, or lead to the code."""
        user = form.get_user()
        if not user.second_key:
            throttle.forget(user.get_username())
            return super().form_valid(form)
        self.request.session["pending"] = {"user": user.pk, "at": int(time.time()), "next": self.get_success_url()}
        return redirect("accounts:sign-in-code")


sign_in = SignInView.as_view()
sign_out = for_everyone(LogoutView.as_view())


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor after the password, within five minutes."""
    pending = request.session.get("pending", {})
    user = User.objects.filter(pk=pending.get("user"), is_active=True).first()
    if user is None or time.time() - pending["at"] > _PENDING_S or not user.second_key:
        return redirect("accounts:sign-in")
    form = CodeForm(request, user, request.POST or None)
    if form.is_valid():
        throttle.forget(user.get_username())
        del request.session["pending"]
        login(request, user, _BACKEND)
        return redirect(own_address(request, pending["next"]))
    return render(request, "accounts/code.html", {"form": form})


@for_everyone
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def prove_again(request: HttpRequest) -> HttpResponse:
    """Ask for the password again, and go back to what takes it."""
    back = own_address(request, request.POST.get("next") or request.GET.get("next", ""))
    fields = {**request.POST.dict(), "username": request.user.get_username()} if request.method == "POST" else None
    form = SignInForm(request, data=fields)
    if fields and form.is_valid():
        throttle.forget(request.user.get_username())
        prove(request)
        return redirect(back)
    return render(request, "accounts/prove.html", {"form": form, "next": back})
