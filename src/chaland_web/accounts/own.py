"""One's own account: password, second factor, sessions, language."""

from __future__ import annotations

import time

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chaland_web.accounts import totp
from chaland_web.accounts.accounts import new_recovery_codes, note_change
from chaland_web.accounts.models import AccountChange, RecoveryCode, Seat, SignIn
from chaland_web.accounts.sessions import end, is_second_needed, recently_proved
from chaland_web.rights import FILES_AN_HOUR, SCOPES, Role, for_everyone
from chaland_web.snapshots import shop_names

LATELY = 6


@require_safe
@for_everyone
def own(request: HttpRequest) -> HttpResponse:
    """Show one's account: rights, sign-in, open sessions."""
    names = shop_names(request)
    role = Role(request.user.role)
    return render(
        request,
        "accounts/own.html",
        {
            "shops": sorted(names.get(key, key) for key in request.user.shop_keys),
            "scope": SCOPES[role].value,
            "files_an_hour": FILES_AN_HOUR[role],
            "seats": Seat.objects.filter(user=request.user).order_by("-seen_at"),
            "here": request.session.session_key,
            "changes": AccountChange.objects.filter(account=request.user.get_username()).order_by("-pk")[:LATELY],
            "sign_ins": SignIn.objects.filter(user=request.user).order_by("-pk")[:LATELY],
            "codes_left": RecoveryCode.objects.filter(user=request.user).count(),
            "is_second_needed": is_second_needed(request.user),
        },
    )


@for_everyone
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; every other session ends."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if form.is_valid():
        user = form.save(commit=False)
        user.must_change_password = False
        user.save()
        update_session_auth_hash(request, user)
        end(Seat.objects.filter(user=user).exclude(session_key=request.session.session_key))
        note_change(request, user, AccountChange.What.PASSWORD)
        messages.success(request, _("Your password is changed; your other sessions are closed."))
        return redirect("accounts:own")
    return render(request, "accounts/password.html", {"form": form})


@for_everyone
@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def second(request: HttpRequest) -> HttpResponse:
    """Set up the second factor: a key to photograph, and a first code that proves it was."""
    if request.user.second_key:
        return redirect("accounts:own")
    key = request.session.setdefault("second_key", totp.new_key())
    code = request.POST.get("code", "")
    step = totp.step_of(key, code, time.time()) if code else None
    if step is not None:
        request.user.second_key, request.user.second_step = request.session.pop("second_key"), step
        request.user.save(update_fields=["second_key", "second_step"])
        note_change(request, request.user, AccountChange.What.SECOND_ON)
        return render(request, "accounts/recovery.html", {"codes": new_recovery_codes(request.user), "is_new": True})
    label = totp.address(key, request.user.get_username(), "chaland")
    return render(
        request,
        "accounts/second.html",
        {
            "qr": mark_safe(totp.qr_code(label)),  # made of our own key, by segno
            "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4)),
            "is_wrong": bool(code),
            "is_second_needed": is_second_needed(request.user),
        },
    )


@require_POST
@for_everyone
@recently_proved
def second_off(request: HttpRequest) -> HttpResponse:
    """Take one's second factor away, where the role does not need one."""
    if request.user.second_key and not is_second_needed(request.user):
        request.user.second_key = ""
        request.user.save(update_fields=["second_key"])
        RecoveryCode.objects.filter(user=request.user).delete()
        note_change(request, request.user, AccountChange.What.SECOND_OFF)
        messages.success(request, _("The second factor is taken away."))
    return redirect("accounts:own")


@require_POST
@for_everyone
@recently_proved
def recovery(request: HttpRequest) -> HttpResponse:
    """Make recovery codes anew and show them once."""
    if not request.user.second_key:
        return redirect("accounts:own")
    note_change(request, request.user, AccountChange.What.CODES)
    return render(request, "accounts/recovery.html", {"codes": new_recovery_codes(request.user)})


@require_POST
@for_everyone
@recently_proved
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions, or all but this one."""
    seats = Seat.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    number = request.POST.get("seat", "")
    ended = end(seats.filter(pk=int(number)) if number.isdecimal() else seats)
    if ended:
        note_change(request, request.user, AccountChange.What.ENDED, str(ended))
        messages.success(request, _("Closed."))
    return redirect("accounts:own")
