"""Spatial expressions for statements that no QuerySet can write. Columns and parameters are ours, never a stranger's."""


def geography_of(column: str) -> str:
    """The geography cast of a point column, written exactly as its index is, or the planner does not recognise it."""
    return f"{column}::geography(POINT,4326)"


def geography_point(lon: str, lat: str) -> str:
    """A geography from two expressions in degrees, to measure metres from."""
    return f"ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326)::geography"
