"""Write the reference territories into the database, and only what differs from it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import ForeignObjectRel, Model

from places.models import Commune, Departement, Epci
from places.services.reference_files import InvalidReferenceError, Layers, read_layers

BATCH_SIZE = 500


@dataclass(frozen=True)
class LayerChanges:
    """What a load did to one layer; `kept` are keys that left the files and that a record still points to."""

    label: str
    created: int
    changed: int
    unchanged: int
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing was written."""
        return not (self.created or self.changed or self.removed)


def load_reference(folder: Path) -> list[LayerChanges]:
    """Make the three layers equal to the files, in one transaction. A second load of the same files writes nothing.

    A territory that left the files is removed, unless a record points to it: then it stays, and the changes name it.
    Raises InvalidReferenceError, and leaves the database as it was, when the files cannot be used.
    """
    layers = read_layers(folder)
    try:
        with transaction.atomic():
            return write_layers(layers)
    except (DataError, IntegrityError) as error:
        # The lines below the first one repeat the row, outline included.
        raise InvalidReferenceError(f"{folder}: {str(error).splitlines()[0]}") from error


def write_layers(layers: Layers) -> list[LayerChanges]:
    """Referred layers first; removals from the communes upwards, since an EPCI is free once its last one has gone."""
    lock_tables()
    written = [write_layer(model, records) for model, records in layers.items()]
    removals = {model: remove_missing(model, records) for model, records in reversed(list(layers.items()))}
    return [
        LayerChanges(str(model._meta.verbose_name), *counts, *removals[model])
        for model, counts in zip(layers, written, strict=True)
    ]


def lock_tables() -> None:
    """Two loads at once would each believe the other's rows missing. Readers are not disturbed."""
    with connection.cursor() as cursor:
        for model in (Departement, Epci, Commune):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def write_layer(model: type[Model], records: Mapping[str, Model]) -> tuple[int, int, int]:
    """Create and change what differs; returns how many were created, changed, unchanged."""
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
    columns = [field.attname for field in fields]
    stored = model._base_manager.in_bulk(list(records))
    new = [record for key, record in records.items() if key not in stored]
    different = [
        record for key, record in records.items() if key in stored and differs(stored[key], record, columns)
    ]
    model._base_manager.bulk_create(new, batch_size=BATCH_SIZE)
    if different:
        model._base_manager.bulk_update(different, [field.name for field in fields], batch_size=BATCH_SIZE)
    return len(new), len(different), len(records) - len(new) - len(different)


def differs(stored: Model, record: Model, columns: Iterable[str]) -> bool:
    """A field of the file is not what the database holds, to the last vertex."""
    return any(getattr(stored, name) != getattr(record, name) for name in columns)


def remove_missing(model: type[Model], keys: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Delete what the files no longer hold; returns the keys removed and those kept because something points to them."""
    missing = set(model._base_manager.exclude(pk__in=keys).values_list("pk", flat=True))
    kept = {key for relation in incoming_relations(model) for key in pointed_to(relation, missing)}
    model._base_manager.filter(pk__in=missing - kept).delete()
    return tuple(sorted(missing - kept)), tuple(sorted(kept))


def incoming_relations(model: type[Model]) -> list[ForeignObjectRel]:
    """Every foreign key that points to the model, those without a reverse name and those of the history included."""
    fields = model._meta.get_fields(include_hidden=True)
    return [field for field in fields if isinstance(field, ForeignObjectRel)]


def pointed_to(relation: ForeignObjectRel, keys: Collection[str]) -> set[Any]:
    """Those of the keys that a row of the related model names."""
    name = relation.field.name
    return set(
        relation.related_model._base_manager.filter(**{f"{name}__in": keys}).values_list(name, flat=True)
    )
