"""What two places may take from each other when they are merged."""

from functools import cache

from places.models import Place

# What makes the record itself, or what the database keeps.
_OWN = frozenset(
    {
        "id",
        "slug",
        "status",
        "closed_on",
        "is_demo",
        "edited_on",
        "confirmed_on",
        "created_at",
        "updated_at",
        "version",
        "first_published_at",
        "review_months",
        "search_key",
    }
)
# Columns that mean nothing apart, by the name under which they are picked.
TOGETHER = {
    "location": (
        "location",
        "location_origin",
        "location_precision",
        "location_score",
        "location_on",
    ),
    "insee_code": ("insee_code", "commune_name", "commune"),
}
_FOLLOWERS = frozenset(name for names in TOGETHER.values() for name in names) - TOGETHER.keys()


@cache
def mergeable_fields() -> tuple[str, ...]:
    """Names that can be picked, in the order of the model."""
    names = [field.name for field in Place._meta.concrete_fields]
    return tuple(name for name in names if name not in _OWN | _FOLLOWERS)


def columns_of(name: str) -> tuple[str, ...]:
    """The columns that go together under this name."""
    return TOGETHER.get(name, (name,))


def name_of_column(column: str) -> str:
    """The name under which a column is picked."""
    return next((name for name, columns in TOGETHER.items() if column in columns), column)
