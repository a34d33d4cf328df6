"""How `sort=soonest` weighs waiting against distance.

    effort = travel + WAIT_WEIGHT × waiting                    (minutes)
    travel = distance × ROAD_FACTOR ÷ SPEED                    from the position to the door
    waiting                                                    from the arrival until it is known to be open; 0 if it is

One leaves at `at`; what closes before one arrives counts from its next opening. Waiting is done at home: an hour of
it weighs as three minutes on the road, so a whole day is worth 72 minutes of driving, about 46 km as the crow flies.
A place that is not known to open within 366 days has an infinite effort. A bus is a place open while it stands there.
"""

from datetime import datetime, timedelta

from mapservice.questions.passages import Visits, availability_of_visits
from places.availability import Availability, Schedule, availability_at

# A country road is longer than the straight line by about a third; 50 km/h is the pace of departmental roads,
# villages and parking included.
ROAD_FACTOR = 1.3
SPEED_M_PER_MINUTE = 50_000 / 60
WAIT_WEIGHT = 0.05

NEVER = float("inf")


def least_effort_minutes(distance_m: float) -> float:
    """The effort of a place at this distance that is open on arrival: no farther place can have less."""
    return distance_m * ROAD_FACTOR / SPEED_M_PER_MINUTE


def availability_when(schedule: Schedule | Visits, at: datetime) -> Availability:
    """Of a place by its hours, of a stop by the passages of mobile units."""
    if isinstance(schedule, Visits):
        return availability_of_visits(schedule, at)
    return availability_at(schedule, at)


def effort_minutes(schedule: Schedule | Visits, distance_m: float, at: datetime) -> float:
    """The effort of using a place when leaving at `at`; infinite when no opening is known."""
    travel = least_effort_minutes(distance_m)
    arrival = at + timedelta(minutes=travel)
    availability = availability_when(schedule, arrival)
    if availability.state == "open":
        return travel
    if availability.next_open is None:
        return NEVER
    waiting = (availability.next_open - arrival) / timedelta(minutes=1)
    return travel + WAIT_WEIGHT * waiting
