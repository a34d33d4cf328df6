"""The spatial questions that every located model answers, asked through its indexes.

A located model stores `location`, a Point in EPSG:4326 (lon, lat), with two GiST indexes: one on the point, for
boxes; one on its geography cast, for metres. `annotate(distance)` followed by a filter, or `distance_lte`, would scan
the table: these methods do not.
"""

from typing import Self

from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from django.db import models
from django.db.models.functions import Cast

GEOGRAPHY = PointField(geography=True, srid=4326)


def geography(field: str = "location") -> Cast:
    """The geography cast of a point field, written as its index is, so that the planner recognises it."""
    return Cast(field, GEOGRAPHY)


class LocatedQuerySet(models.QuerySet):
    """Rows with a `location`. Rows without one never answer a spatial question."""

    def located(self) -> Self:
        """Rows that have a point."""
        return self.filter(location__isnull=False)

    def in_bbox(self, box: Polygon) -> Self:
        """Rows inside the box, its edges included: exact, since sides are straight in degrees."""
        return self.filter(location__coveredby=box) if box.valid else self.none()

    def within(self, point: Point, *, radius_m: float) -> Self:
        """Rows at most `radius_m` metres from the point, on the spheroid."""
        return self.alias(geog=geography()).filter(geog__dwithin=(point, D(m=radius_m)))

    def with_distance_m(self, point: Point) -> Self:
        """Adds `distance_m`: metres on the spheroid."""
        return self.annotate(distance_m=Distance(geography(), point))
