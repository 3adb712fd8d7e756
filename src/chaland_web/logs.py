"""What may be logged: the route, the kind of error, the number of the account; never a path, a question or a value."""

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
            if status == 404:
                return False  # a page not found is no news
            account = getattr(getattr(request, "user", None), "pk", None)
            who = f"account {account}" if account else ""
            record.msg, record.args = " ".join(filter(None, (request.method, route, str(status), kind, who))), ()
            record.exc_info = record.exc_text = None
        return True
