"""The administrator's pages: accounts, their roles and shops, regions, passwords shown once, sessions to end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chaland_web.accounts.accounts import fresh_password, note_change
from chaland_web.accounts.forms import AccountForm, RegionForm
from chaland_web.accounts.models import AccountChange, RecoveryCode, Region, Seat, User
from chaland_web.accounts.sessions import end, recently_proved
from chaland_web.rights import RIGHTS, ROLE_NAMES, SCOPES, Right, Role, needs
from chaland_web.snapshots import shop_names

What = AccountChange.What


@require_safe
@needs(Right.MANAGE_ACCOUNTS)
def people(request: HttpRequest) -> HttpResponse:
    """Show every account with its role, its shops and its last sign-in."""
    names = shop_names(request)
    accounts = User.objects.select_related("region").order_by("-is_active", "username")
    return render(
        request,
        "accounts/people.html",
        {
            "accounts": [(user, [names.get(key, key) for key in sorted(user.shop_keys)]) for user in accounts],
            "roles": [(ROLE_NAMES[role], SCOPES[role].value, sorted(RIGHTS[role])) for role in Role],
            "rights": sorted(Right),
        },
    )


def _detail(user: User) -> str:
    shops = ", ".join(sorted(user.shop_keys)) or "-"
    return f"{user.role} · {shops}"


@needs(Right.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def new(request: HttpRequest) -> HttpResponse:
    """Make an account; its password is shown once, and must be changed at the first sign-in."""
    form = AccountForm(request.POST or None, shops=shop_names(request))
    if form.is_valid():
        user = form.save(commit=False)
        password = fresh_password()
        user.set_password(password)
        user.must_change_password = True
        user.save()
        note_change(request, user, What.CREATED, _detail(user))
        return render(request, "accounts/password_shown.html", {"account": user, "password": password})
    return render(request, "accounts/account.html", {"form": form})


@needs(Right.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def account(request: HttpRequest, number: int) -> HttpResponse:
    """Show an account and change its name, role, region and shops."""
    user = get_object_or_404(User, pk=number)
    is_own = user.pk == request.user.pk
    form = AccountForm(request.POST or None, instance=user, shops=shop_names(request), is_own=is_own)
    if form.is_valid():
        form.save()
        note_change(request, user, What.CHANGED, _detail(user))
        messages.success(request, _("The account is changed."))
        return redirect("accounts:account", number=number)
    if form.errors:
        user.refresh_from_db()
    seats = Seat.objects.filter(user=user).order_by("-seen_at")
    return render(request, "accounts/account.html", {"form": form, "account": user, "seats": seats, "is_own": is_own})


@require_POST
@needs(Right.MANAGE_ACCOUNTS)
@recently_proved
def act(request: HttpRequest, number: int) -> HttpResponse:
    """Close an account or open it again, give it a password anew, take its second factor away, end its sessions."""
    user, asked = get_object_or_404(User, pk=number), request.POST.get("act", "")
    is_own = user.pk == request.user.pk
    if asked == What.RESET and not is_own:
        password = fresh_password()
        user.set_password(password)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        end(Seat.objects.filter(user=user))
        note_change(request, user, What.RESET)
        return render(request, "accounts/password_shown.html", {"account": user, "password": password})
    if asked in (What.CLOSED, What.OPENED) and not is_own:
        user.is_active = asked == What.OPENED
        user.save(update_fields=["is_active"])
        end(Seat.objects.filter(user=user))
    elif asked == What.SECOND_OFF and not is_own:
        user.second_key = ""
        user.save(update_fields=["second_key"])
        RecoveryCode.objects.filter(user=user).delete()
        end(Seat.objects.filter(user=user))
    elif asked == What.ENDED:
        end(Seat.objects.filter(user=user).exclude(session_key=request.session.session_key))
    else:
        messages.error(request, _("This cannot be done to this account."))
        return redirect("accounts:account", number=number)
    note_change(request, user, asked)
    messages.success(request, _("Done."))
    return redirect("accounts:account", number=number)


@needs(Right.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
def regions(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Show the regions; make one, or change the one whose number is given."""
    region = get_object_or_404(Region, pk=number) if number else Region()
    form = RegionForm(request.POST or None, instance=region, shops=shop_names(request))
    if form.is_valid():
        form.save()
        for user in User.objects.filter(region=region):
            note_change(request, user, What.CHANGED, _detail(user))
        messages.success(request, _("The region is kept."))
        return redirect("accounts:regions")
    found = Region.objects.order_by("name")
    return render(request, "accounts/regions.html", {"form": form, "region": region, "regions": found})
