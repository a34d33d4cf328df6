"""The questions asked of units and stops."""

from places.querysets import PublishedQuerySet


class StopQuerySet(PublishedQuerySet):
    """Points where a unit can stand."""
