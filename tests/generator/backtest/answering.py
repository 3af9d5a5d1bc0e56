"""A server that answers as it is told, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from generator.backtest.address import Address
from generator.backtest.server import Server

Form = dict[str, str]
Answer = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question.

    Attributes:
        headers: their names in lower case.
    """

    method: str
    path: str
    form: Form
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def answering(answer: Callable[[Form], Answer], **headers: str) -> Iterator[tuple[str, list[Asked]]]:
    """Its address, and what it was asked; with these headers, in which `_` is a `-`, in every answer."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def _answer(self, words: str) -> None:
            form = {key: values[0] for key, values in parse_qs(words).items()}
            known = {name.lower(): value for name, value in self.headers.items()}
            asked.append(Asked(self.command, urlsplit(self.path).path, form, known))
            status, data = answer(form | {"method": self.command})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(data if isinstance(data, bytes) else json.dumps(data).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the name is the base class's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def nothing(_form: Form) -> Answer:
    """An answer without a series."""
    return 200, {"data": {"result": []}}


def server_at(url: str) -> Server:
    """Asked without any credentials."""
    return Server(Address.read(url))
