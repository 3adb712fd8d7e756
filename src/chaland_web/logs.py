"""What may be logged: the route and the kind of error; never a path, a question or a value."""

from __future__ import annotations

import logging


class WithoutCustomers(logging.Filter):
    """Replaces what a record says by its route and status: a path holds a customer's id, a question his name."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            route = match.route if match else "?"
            kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
            status = getattr(record, "status_code", "")
            record.msg, record.args = f"{request.method} {route} {status} {kind}".strip(), ()
            record.exc_info = record.exc_text = None
        return True
