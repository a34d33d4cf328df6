"""A small server on loopback that speaks addok's protocol, well or badly."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


def address(label: str, lon: Any = 5.16, lat: Any = 48.77, **properties: Any) -> dict[str, Any]:
    """A feature as addok writes it."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {
            "label": label,
            "id": "55029_0450",
            "type": "housenumber",
            "context": "55, Meuse, Grand Est",
            **properties,
        },
    }


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


class FakeGeocoder(ThreadingHTTPServer):
    """Answers `body` with `status` after `delay_s`, in chunks `pause_s` apart; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.status, self.body = 200, collection()
        self.headers: dict[str, str] = {}
        self.delay_s = self.pause_s = 0.0
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeGeocoder

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        self.server.asked.append((path.path, parse_qs(path.query)))
        self.server.stopping.wait(self.server.delay_s)
        try:
            self.send_response(self.server.status)
            for name, value in self.server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self._send()
        except OSError:
            return  # The client had enough.

    def _send(self) -> None:
        if not self.server.pause_s:
            self.wfile.write(self.server.body)
            return
        for byte in self.server.body:
            if self.server.stopping.wait(self.server.pause_s):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Says nothing."""


@contextmanager
def running() -> Iterator[FakeGeocoder]:
    server = FakeGeocoder()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
