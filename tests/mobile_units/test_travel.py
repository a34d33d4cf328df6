"""Drives: the estimate against distances measured by PostGIS, and a routing service played by a server on loopback."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from mobile_units.travel import Drive, drives, estimate, straight_m

BAR, COMMERCY, VERDUN = (5.1596, 48.7727), (5.5912, 48.7614), (5.3828, 49.1599)
LEG = (BAR, COMMERCY)


class Router(ThreadingHTTPServer):
    """Answers with `reply(path)`: a status and a body. Remembers the paths."""

    reply: Callable[[str], tuple[int, bytes]]
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Any = self.server
        server.asked.append(self.path)
        status, body = server.reply(self.path)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def router() -> Iterator[Router]:
    server = Router(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    routing = {
        "url": f"http://127.0.0.1:{server.server_port}",
        # Time is not asserted: only the test of a slow service takes less.
        "timeout_s": 60.0,
        "road_factor": 1.3,
        "speed_kmh": 50.0,
    }
    with override_settings(ROUTING=routing):
        yield server
    server.shutdown()
    server.server_close()
    thread.join()


def table(seconds: Any, metres: Any) -> bytes:
    return json.dumps({"code": "Ok", "durations": seconds, "distances": metres}).encode()


@pytest.mark.django_db
def test_straight_line_as_postgis_measures_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance('POINT(5.1596 48.7727)'::geography, 'POINT(5.5912 48.7614)'::geography)"
        )
        (metres,) = cursor.fetchone()
    assert straight_m(LEG) == pytest.approx(metres, abs=0.01)


def test_estimate_is_straight_line_by_road_factor_and_speed() -> None:
    # 31.75 km as the crow flies × 1.3 = 41.3 km, at 50 km/h: 49.5 minutes.
    drive = estimate(LEG)
    assert (drive.minutes, drive.is_estimate) == (50, True)
    assert drive.distance_m == round(straight_m(LEG) * 1.3)
    assert estimate((BAR, BAR)) == Drive(0, 0)


def test_routing_service_answers_for_every_leg_at_once(router: Router) -> None:
    router.reply = lambda _path: (
        200,
        table([[0, 1800, 1], [2, 0, 3001], [4, 5, 0]], [[0, 41000, 1], [2, 0, 61234.5], [4, 5, 0]]),
    )
    found = drives([LEG, (COMMERCY, VERDUN), LEG])
    assert found == {
        LEG: Drive(30, 41000, is_estimate=False),
        (COMMERCY, VERDUN): Drive(51, 61234, is_estimate=False),
    }
    assert router.asked == [
        "/table/v1/driving/5.159600,48.772700;5.591200,48.761400;5.382800,49.159900?annotations=duration%2Cdistance"
    ]


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (200, b"not json"),
        (200, b"[]"),
        (200, b'{"code": "NoTable"}'),
        (200, table([[0, None], [None, 0]], [[0, None], [None, 0]])),
        (200, table([[0, -5], [1, 0]], None)),
        (200, table([["x", "y"]], [])),
        (200, b'{"code": "Ok", "durations": [[0, 1e400]]}'),
        (302, b""),
    ],
    ids=range(9),
)
def test_useless_answer_leaves_the_estimate(router: Router, answer: tuple[int, bytes]) -> None:
    router.reply = lambda _path: answer
    assert drives([LEG]) == {LEG: estimate(LEG)}
    assert len(router.asked) == 1


def test_slow_service_leaves_the_estimate(router: Router) -> None:
    done = threading.Event()

    def slow(path: str) -> tuple[int, bytes]:
        done.wait(60)
        return 200, table([[0, 60], [60, 0]], [[0, 1], [1, 0]])

    router.reply = slow
    with override_settings(ROUTING={**settings.ROUTING, "timeout_s": 0.5}):
        found = drives([LEG])
    done.set()
    # Who waits for the answer finds one minute.
    assert found == {LEG: estimate(LEG)}


def test_absent_service_leaves_the_estimate(router: Router) -> None:
    router.shutdown()
    router.server_close()
    assert drives([LEG]) == {LEG: estimate(LEG)}


def test_nothing_asked_for_a_leg_that_stays(router: Router) -> None:
    assert drives([(BAR, BAR)]) == {(BAR, BAR): Drive(0, 0)}
    assert router.asked == []
