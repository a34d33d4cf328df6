"""Lines → tours: grouped, ordered by arrival, without two calls at once, without a point that cannot be right."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from pyproj import Geod

from imports.cleaners.points import PointState, read_point
from imports.pipeline.records import Issue
from imports.tours.codes import say
from imports.tours.records import CallLine, StopLine, Tour, TourLine

# A vehicle sleeps at its depot: no stop of a day's round lies this far from every other stop of the unit.
LONELY_KM = 100
_EARTH = Geod(ellps="WGS84")


def read_stop_point(
    lat: object, lon: object, bounds: Sequence[float], *, line: int
) -> tuple[tuple[float, float] | None, list[Issue]]:
    """(lon, lat) in EPSG:4326 when it lies within `bounds` (west, south, east, north), else None with the issue why."""
    candidate = read_point(lat, lon, bounds)
    if candidate.state is PointState.GOOD:
        return (candidate.lon, candidate.lat), []
    return None, [say(candidate.state.value, line, "lon", candidate.shown)]


def assemble(
    lines: Iterable[TourLine], *, broken: Iterable[tuple[str, str]] = ()
) -> tuple[list[Tour], list[Issue]]:
    """Tours in the order of the file. `broken`: (unit, tour) of lines that could not be read at all."""
    groups: dict[tuple[str, str, str], list[TourLine]] = defaultdict(list)
    for line in lines:
        groups[(line.unit, line.tour, str(line.tour_id or ""))].append(line)
    hurt = set(broken)
    tours: list[Tour] = []
    issues: list[Issue] = []
    for group in groups.values():
        kept, found = _without_conflicts(group)
        issues += found
        first = group[0]
        is_whole = len(kept) == len(group) and (first.unit, first.tour) not in hurt
        calls = tuple(line.call for line in kept)
        tours.append(Tour(first.unit, first.tour, first.rule, calls, first.tour_id, is_whole))
    return tours, issues


def _without_conflicts(group: list[TourLine]) -> tuple[list[TourLine], list[Issue]]:
    """The lines that agree with the first one and do not overlap an earlier one, by arrival."""
    first = group[0]
    issues: list[Issue] = []
    agreeing = []
    for line in group:
        if difference := _disagreement(first, line):
            issues.append(say("tour_disagrees", line.call.line, "", difference, first.call.line))
        else:
            agreeing.append(line)
    kept: list[TourLine] = []
    for line in sorted(agreeing, key=lambda one: (one.call.arrival, one.call.departure, one.call.line)):
        if kept and line.call.arrival < kept[-1].call.departure:
            hour = f"{line.call.arrival:%H:%M}"
            issues.append(say("calls_overlap", line.call.line, "arrivee", hour, kept[-1].call.line))
        else:
            kept.append(line)
    return kept, issues


def _disagreement(first: TourLine, line: TourLine) -> str:
    """What the line says otherwise than the first one of its tour, in words; "" when nothing."""
    one, other = first.rule, line.rule
    names = {
        "recurrence": _("le rythme"),
        "valid_from": _("le début"),
        "valid_until": _("la fin"),
        "public_holidays": _("les jours fériés"),
        "school_holidays": _("les vacances"),
    }
    return ", ".join(word for name, word in names.items() if getattr(one, name) != getattr(other, name))


def without_lonely_points(tours: Sequence[Tour]) -> tuple[list[Tour], list[Issue]]:
    """Points more than LONELY_KM from every other stop of their unit are left out, each with an issue."""
    points: dict[str, set[tuple[float, float]]] = defaultdict(set)
    for tour in tours:
        points[tour.unit] |= {call.stop.point for call in tour.calls if call.stop.point}
    lonely = {
        (unit, point): distance
        for unit, known in points.items()
        for point in known
        if (distance := nearest_km(point, known - {point})) > LONELY_KM
    }
    issues = {
        call.line: say(
            "point_far", call.line, "lon", _shown(call.stop), round(lonely[tour.unit, call.stop.point])
        )
        for tour in tours
        for call in tour.calls
        if call.stop.point and (tour.unit, call.stop.point) in lonely
    }
    return [_unlocated(tour, lonely.keys()) for tour in tours] if lonely else list(tours), list(
        issues.values()
    )


def nearest_km(point: tuple[float, float], others: Iterable[tuple[float, float]]) -> float:
    """Kilometres on the ellipsoid to the nearest of the others; 0 when there is none to compare with."""
    return min((_EARTH.inv(*point, *other)[2] / 1000 for other in others), default=0.0)


def _shown(stop: StopLine) -> str:
    return f"{stop.point[1]}, {stop.point[0]}" if stop.point else ""


def _unlocated(tour: Tour, lonely: Iterable[tuple[str, tuple[float, float]]]) -> Tour:
    wrong = {point for unit, point in lonely if unit == tour.unit}

    def mended(call: CallLine) -> CallLine:
        return replace(call, stop=replace(call.stop, point=None)) if call.stop.point in wrong else call

    return replace(tour, calls=tuple(mended(call) for call in tour.calls))
