"""What every request goes through: headers, sign-in, the snapshot it reads, and refusals told in plain words."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from chaland.errors import ChalandError, NotFoundError
from chaland.language import speaking
from chaland.publish import Reader, Snapshot
from chaland_web.ways import ways_back

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def security_headers(get_response: Answer) -> Answer:
    """Forbid anything inline or foreign, and any copy of a page in a shared cache."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def speak_to_reader(get_response: Answer) -> Answer:
    """Let chaland say its own sentences (a fault, a refusal) in the language of the reader, not the server's."""

    def answer(request: HttpRequest) -> HttpResponse:
        with speaking("en" if (get_language() or "fr").startswith("en") else "fr"):
            return get_response(request)

    return answer


class SignInRequired(LoginRequiredMiddleware):
    """Send strangers to the sign-in page; a part of a page asked by a script sends the whole page there."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        if request.htmx:
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("accounts:sign-in")})
        return super().handle_no_permission(request, view_func)


@dataclass
class _Pins:
    stack: ExitStack
    snapshot: Snapshot | None = field(default=None)
    reader: Reader | None = field(default=None)


def pin_snapshot(get_response: Answer) -> Answer:
    """Let the request pin one snapshot (see `snapshots`), and let go of it at its end."""

    def answer(request: HttpRequest) -> HttpResponse:
        with ExitStack() as stack:
            request.pins = _Pins(stack)
            return get_response(request)

    return answer


def tell_refusals(get_response: Answer) -> Answer:
    """Turn an error of chaland into a page that says what happened and what to do, never a traceback; and give a page
    of ours, with its ways on, to whoever knocks at an address in a manner it does not take (405)."""

    class TellRefusals:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            response = get_response(request)
            match = request.resolver_match
            if isinstance(response, HttpResponseNotAllowed) and not (match and match.app_name == "api"):
                page = render(request, "not_allowed.html", {"ways": ways_back(request)})
                response.content, response.headers["Content-Type"] = page.content, page.headers["Content-Type"]
            return response

        def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
            if not isinstance(error, ChalandError):
                return None
            is_missing = isinstance(error, NotFoundError)
            return render(
                request,
                "refused.html",
                {"is_missing": is_missing, "error": error, "ways": ways_back(request)},
                status=503,
            )

    return TellRefusals()
