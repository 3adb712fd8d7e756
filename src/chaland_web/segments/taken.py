"""A segment taken away as a file: by those who may, traced before it leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST

from chaland.errors import NotFoundError
from chaland.language import speaking
from chaland.segments.export import CONTACTS, export_csv
from chaland_web.access import note_export
from chaland_web.rights import Right, needs
from chaland_web.segments.bases import base_of, language, saved_segments


@require_POST
@needs(Right.EXPORT)
@needs(Right.SEGMENT)
def export(request: HttpRequest, key: str) -> HttpResponse:
    """Stream the members of a saved segment as CSV, those reachable by a channel when one is asked for."""
    spoken = language()
    with speaking(spoken):
        try:
            saved = saved_segments().get(key)
        except NotFoundError as error:
            raise Http404 from error
        base, _profiles = base_of(request)
        asked = request.POST.get("channel", "")
        channel = asked if asked in CONTACTS else ""
        customers, pieces = export_csv(
            base,
            base.definition_of(saved),
            key=key,
            by=request.user.get_username(),
            now=datetime.now(UTC),
            channel=channel,
            french=spoken == "fr",
        )
    note_export(request, "segment", customers, f"{key} {channel}".strip())
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}{"-" + channel if channel else ""}.csv"'
    return cast(HttpResponse, response)  # a streamed answer is none for Django's types, and one for its middleware
