"""When records changed last, told cheaply and never wrongly.

The history that triggers write has one row per change, numbered by a sequence: its highest number tells whether
anything changed, be it a correction, a closing or a confirmation. A number alone would lie in one case: a slow
transaction may commit a low number after a high one was seen. So no stamp is given while somebody is writing.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import Model

from mapservice.api.validators import Validators

# Read before the numbers, since locks are live while rows come from a snapshot: whoever wrote before this moment and
# is not yet visible still holds a lock; whoever begins later takes numbers above those of the sequences.
_BEFORE = """
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'relation' AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND relation = ANY (%s::regclass[])
      AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
), ARRAY(
    SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(name, 'pgh_id')), 0)
    FROM unnest(%s::text[]) WITH ORDINALITY AS history (name, place) ORDER BY place
)
"""

_HIGHEST = "(SELECT coalesce(max(pgh_id), 0) FROM {})"
_LATEST = "(SELECT pgh_created_at FROM {} ORDER BY pgh_id DESC LIMIT 1)"
# A record that never was public moves nothing that is: its changes, and their hour, are nobody's business.
_PUBLIC = "{} WHERE first_published_at IS NOT NULL"
# xmin is the transaction that wrote the row: any rewriting alters the sum.
_SUM = "(SELECT concat(count(*), '.', sum(xmin::text::bigint), ' ') FROM {})"


def validators_of(models: Iterable[type[Model]]) -> Validators | None:
    """The stamp of all rows of these models; None while one of them is being written. Two queries.

    Models without history are summed up row by row: for small tables of reference only.
    """
    by_model = {model: _history(model) for model in models}
    tracked = [_quoted(model) for model, history in by_model.items() if history]
    histories = [_quoted(history) for history in by_model.values() if history]
    told = [_told(history) for history in by_model.values() if history]
    plain = [_quoted(model) for model, history in by_model.items() if not history]
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [histories + tracked, histories])
        is_writing, ceilings = cursor.fetchone()
        cursor.execute(_state_sql(told, plain))
        *numbers, sums, changed_at = cursor.fetchone()
    if is_writing or any(number > ceiling for number, ceiling in zip(numbers, ceilings, strict=True)):
        return None
    return Validators(repr((numbers, sums)), changed_at)


def _history(model: type[Model]) -> type[Model] | None:
    """The model of pghistory's events, when the model is tracked."""
    try:
        return model._meta.get_field("events").related_model
    except FieldDoesNotExist:
        return None


def _told(history: Any) -> str:
    """The events that may be spoken of, as what follows FROM."""
    names = {field.name for field in history._meta.fields}
    return _PUBLIC.format(_quoted(history)) if "first_published_at" in names else _quoted(history)


def _quoted(model: Any) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _state_sql(histories: list[str], tables: list[str]) -> str:
    """The highest number of each history (as what follows FROM), the state of the plain tables, the date of the last change."""
    numbers = [_HIGHEST.format(name) for name in histories]
    sums = [_SUM.format(name) for name in tables] or ["''"]
    dates = [_LATEST.format(name) for name in histories] or ["NULL::timestamptz"]
    return f"SELECT {', '.join([*numbers, f'concat({chr(44).join(sums)})'])}, greatest({', '.join(dates)})"
