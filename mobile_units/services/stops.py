"""Stops: saved, published, closed."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mobile_units.models import Call, Itinerary, ItineraryException, Stop
from mobile_units.plan import PARIS
from mobile_units.services.conflicts import expand_or_explain
from mobile_units.services.records import note_itinerary
from mobile_units.services.writing import Refused, current, writing
from mobile_units.words import enumeration
from places.enums import LocationOrigin, LocationPrecision, Status
from places.models import Commune

WRITTEN = (
    "name",
    "place_id",
    "address",
    "address_complement",
    "postal_code",
    "commune_name",
    "insee_code",
    "location",
    "parking_advice",
)


def save_stop(
    *,
    user: Any,
    values: Mapping[str, Any],
    now: datetime,
    stop_id: uuid.UUID | None = None,
    version: int | None = None,
    is_demo: bool = False,
) -> Stop:
    """Creates a draft stop, or changes the given fields (of WRITTEN) of one.

    A commune that the reference knows is found by its INSEE code, or by the outline that holds the point.

    Raises:
        Missing, StaleVersion.
        Refused: a field that is not valid, with its sentence.
    """
    with writing(user=user):
        stop = current(Stop, stop_id, version) if stop_id else Stop(is_demo=is_demo)
        for name in WRITTEN:
            if name in values:
                setattr(stop, name, values[name])
        if "location" in values:
            _say_origin(stop, now=now)
        _find_commune(stop)
        stop.slug = stop.slug or _slug(stop)
        stop.edited_on = now.astimezone(PARIS).date()
        _validate(stop)
        stop.save()
        stop.refresh_from_db()
        return stop


def _say_origin(stop: Stop, *, now: datetime) -> None:
    """A planner put the point on the map, or took it away."""
    is_given = stop.location is not None
    stop.location_origin = LocationOrigin.PLACED if is_given else LocationOrigin.UNKNOWN
    stop.location_precision = LocationPrecision.HOUSE_NUMBER if is_given else LocationPrecision.UNKNOWN
    stop.location_score = None
    stop.location_on = now.astimezone(PARIS).date() if is_given else None


def _find_commune(stop: Stop) -> None:
    commune = Commune.objects.filter(pk=stop.insee_code).first() if stop.insee_code else None
    if commune is None and stop.location is not None:
        commune = Commune.objects.filter(outline__covers=stop.location).first()
    stop.commune = commune
    if commune:
        stop.insee_code, stop.commune_name = commune.insee, commune.name


def _slug(stop: Stop) -> str:
    """« commune-libelle », with a number when it is taken: people read it on a poster."""
    base = slugify(f"{stop.commune_name} {stop.name}")[:100].strip("-") or "arret"
    taken = set(Stop.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )


def _validate(stop: Stop) -> None:
    try:
        stop.clean_fields(exclude=["search_key"])
        stop.validate_constraints()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def publish_stop(*, user: Any, stop_id: uuid.UUID, version: int) -> Stop:
    """Makes a draft stop public. Raises Missing, StaleVersion, Refused (no point, or closed)."""
    with writing(user=user):
        stop = current(Stop, stop_id, version)
        if stop.location is None:
            raise Refused(
                _("L'arrêt « %(stop)s » n'a pas de point sur la carte : personne ne pourrait le trouver.")
                % {"stop": stop}
            )
        stop.status, stop.closed_on = Status.PUBLISHED, None
        stop.save(update_fields=["status", "closed_on"])
        stop.refresh_from_db()
        return stop


def close_stop(
    *,
    user: Any,
    stop_id: uuid.UUID,
    version: int,
    now: datetime,
    reason: str = "",
    take_out: bool = False,
) -> Stop:
    """Closes a stop for good. While itineraries use it: refused, or with `take_out` its calls are ended and the
    exceptions to come that lead there are forgotten.

    `reason` is told for the announced passages that go.

    Raises:
        Missing, StaleVersion, Refused.
    """
    today = now.astimezone(PARIS).date()
    units = _using(stop_id, today).values_list("unit_id", flat=True)
    with writing(user=user, unit_ids=list(units)):
        stop = current(Stop, stop_id, version)
        using = list(_using(stop_id, today).order_by("name", "pk"))
        if using and not take_out:
            raise Refused(_used_sentence(stop, using))
        _take_out(stop, using, today)
        stop.status, stop.closed_on = Status.CLOSED, today
        stop.save(update_fields=["status", "closed_on"])
        stop.refresh_from_db()
        for unit_id in sorted({itinerary.unit_id for itinerary in using}):
            expand_or_explain(
                unit_id=unit_id, now=now, drop_reason=reason.strip() or _("Cet arrêt est fermé.")
            )
        return stop


def _using(stop_id: uuid.UUID, today: date) -> QuerySet[Itinerary]:
    """Itineraries, drafts included, with a call at the stop or an exception to come that leads there."""
    calling = Q(pk__in=Call.objects.filter(stop=stop_id, is_active=True).values("itinerary"))
    leading = Q(pk__in=_leading(stop_id, today).values("itinerary"))
    return Itinerary.objects.filter(calling | leading).exclude(status=Status.CLOSED)


def _leading(stop_id: uuid.UUID, today: date) -> QuerySet[ItineraryException]:
    """Exceptions to come that move a call to the stop, or add one there."""
    return ItineraryException.objects.filter(Q(on_date__gte=today) | Q(new_date__gte=today), stop=stop_id)


def _used_sentence(stop: Stop, using: list[Itinerary]) -> str:
    sentence = ngettext(
        "L'arrêt « %(stop)s » sert à la tournée %(names)s : retirez-le de la tournée, ou demandez de l'en retirer.",
        "L'arrêt « %(stop)s » sert aux tournées %(names)s : retirez-le des tournées, ou demandez de l'en retirer.",
        len(using),
    )
    return sentence % {"stop": stop, "names": enumeration([f"« {one.name} »" for one in using[:5]])}


def _take_out(stop: Stop, using: list[Itinerary], today: date) -> None:
    _leading(stop.pk, today).delete()
    for itinerary in using:
        Call.objects.filter(itinerary=itinerary, stop=stop).update(is_active=False)
        note_itinerary(itinerary)
