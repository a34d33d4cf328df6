"""What every public answer gets, problems included: any site may read it, and it travels compressed.

Compressing an answer that mixes a secret with what an attacker chooses would betray the secret by its length
(BREACH). What lies under these paths holds none: no session is read, no form token written.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import brotli
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponseBase]

OPEN_PATHS = ("/api/v1/", "/exports/")
# Doors for writers below one of them: staff's reads a session, that of proposals answers with secrets.
CLOSED_PATHS = ("/api/v1/planning/", "/api/v1/proposals/")
# Shorter answers fit in one packet anyway.
MIN_LENGTH = 400
# Measured on a page of 10,000 places: 4 halves the time of 5 for 2 % more bytes; the higher levels cost seconds.
BROTLI_QUALITY = 4
GZIP_LEVEL = 5
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


def is_open(request: HttpRequest) -> bool:
    """The root of the API is open with and without its slash."""
    path = f"{request.path}/"
    return path.startswith(OPEN_PATHS) and not path.startswith(CLOSED_PATHS)


class CrossOriginMiddleware:
    """CORS for reading: any site may show our data, without cookies and without writing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_open(request):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After, X-Request-ID"
            # Data made to be shown elsewhere, unlike our pages.
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
            if request.method == "OPTIONS":
                response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
                response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
                response["Access-Control-Max-Age"] = "86400"
        return response


class CompressionMiddleware:
    """Brotli or gzip for what is open. ETags there are weak, as they must be for answers compressed on the way."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not is_open(request) or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        encoding = choose_encoding(request.headers.get("Accept-Encoding", ""))
        if encoding and self._compress(response, encoding):
            response["Content-Encoding"] = encoding
        return response

    @staticmethod
    def _compress(response: HttpResponseBase, encoding: str) -> bool:
        if isinstance(response, StreamingHttpResponse):
            chunks: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]  # WSGI: never awaited
            response.streaming_content = compressed(chunks, encoding)
            del response["Content-Length"]
            return True
        if not isinstance(response, HttpResponse) or len(response.content) < MIN_LENGTH:
            return False
        response.content = b"".join(compressed([response.content], encoding))
        response["Content-Length"] = str(len(response.content))
        return True


class Compressor(Protocol):
    def add(self, data: bytes) -> bytes: ...
    def end(self) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=BROTLI_QUALITY, mode=brotli.MODE_TEXT)

    def add(self, data: bytes) -> bytes:
        return self._inner.process(data)

    def end(self) -> bytes:
        return self._inner.finish()


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)

    def add(self, data: bytes) -> bytes:
        return self._inner.compress(data)

    def end(self) -> bytes:
        return self._inner.flush()


_COMPRESSORS: dict[str, Callable[[], Compressor]] = {"br": _Brotli, "gzip": _Gzip}


def compressed(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    compressor = _COMPRESSORS[encoding]()
    for chunk in chunks:
        if data := compressor.add(chunk):
            yield data
    yield compressor.end()


def choose_encoding(accepted: str) -> str:
    """`br`, `gzip`, or "" when the client takes neither (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(",")[:20]:
        name, _, weight = part.partition(";")
        weights[name.strip()] = _weight(weight)
    others = weights.get("*", 0.0)
    best = max(_COMPRESSORS, key=lambda name: weights.get(name, others))
    return best if weights.get(best, others) > 0 else ""


def _weight(text: str) -> float:
    """`q=0.5` as 0.5; 1 when nothing is said; what cannot be read is refused with 0."""
    text = text.strip()
    if not text:
        return 1.0
    try:
        return min(1.0, max(0.0, float(text.removeprefix("q="))))
    except ValueError:
        return 0.0
