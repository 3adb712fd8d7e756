"""A real mail server for a test: it keeps what it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from queue import Queue
from typing import Any

from aiosmtpd.controller import Controller
from tests.web.serving import free_port


class Box:
    """A mail server's handler that keeps what it is given."""

    def __init__(self) -> None:
        self.received: Queue[Message] = Queue()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.put(message_from_bytes(envelope.content))
        return "250 kept"

    def next(self) -> Message:
        return self.received.get(timeout=20)


@contextmanager
def mail_server() -> Iterator[tuple[Box, int]]:
    """Run a mail server on this machine; give what it receives, and its port."""
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


def link_in(message: Message) -> str:
    """Return the path of the one link that a message holds."""
    text = message.get_payload(decode=True)
    assert isinstance(text, bytes)
    found = re.findall(r"http://[^/\s]+(/moi/lien/[\w-]+/)", text.decode())
    assert len(found) == 1
    return str(found[0])
