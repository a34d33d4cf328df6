"""Which commune a proposed address is in: codes first, then the name, then the point."""

import difflib
from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from places.enums import LocationOrigin, LocationPrecision
from places.models import Commune
from places.models.base import Addressed, Located
from places.proposals.checking import DECIMALS, FieldProblem
from places.services.addresses import complete_address, may_keep
from places.territories import CommuneIndex, find_commune, name_key, padded_code

ADDRESS_NAMES = ("insee_code", "commune_name", "postal_code")


def settle_commune(values: dict[str, Any], *, partial: bool) -> tuple[dict[str, Any], list[FieldProblem]]:
    """The same values with the commune's code, name and postal code in agreement, and what could not be understood.

    A commune outside the known territories stays as it was written. A whole new record without one takes that of its
    point. Three queries at most, none when no value tells a commune.
    """
    said = {name: values.get(name, "") for name in ADDRESS_NAMES}
    if not (said["insee_code"] or said["commune_name"]):
        commune = None if partial else find_commune(as_point(values.get("location")))
        return (_with_commune(values, commune) if commune else values), []
    if coded := _coded(said["insee_code"]):
        return _with_commune(values, coded), []
    index = CommuneIndex.load()
    match = index.resolve(
        insee=said["insee_code"], name=said["commune_name"], postal_code=said["postal_code"]
    )
    if match is not None:
        return _with_commune(values, Commune.objects.get(pk=match.insee)), []
    problem = _unknown(index, said)
    if problem is None:
        return values, []
    return {name: value for name, value in values.items() if name != problem.field}, [problem]


def _coded(insee_code: str) -> Commune | None:
    """The commune of today that has the code: asked first, since reading all names takes a tenth of a second."""
    code = padded_code(insee_code)
    return Commune.objects.filter(pk=code).first() if code else None


def _with_commune(values: Mapping[str, Any], commune: Commune) -> dict[str, Any]:
    """A postal code of another commune is replaced, as everywhere."""
    postal_code = values.get("postal_code", "")
    if commune.postal_codes and not may_keep(postal_code, commune):
        postal_code = commune.postal_codes[0]
    told = {"commune_name": commune.name, "insee_code": commune.pk}
    return {**values, **told, **({"postal_code": postal_code} if postal_code else {})}


def _unknown(index: CommuneIndex, said: Mapping[str, str]) -> FieldProblem | None:
    """None for a commune of another part of the country, which nobody here can check."""
    code = padded_code(said["insee_code"])
    if said["insee_code"] and not code:
        sentence = _("« %(value)s » n'est pas un code INSEE de commune.")
        return FieldProblem("insee_code", said["insee_code"], sentence % {"value": said["insee_code"]})
    if index.is_elsewhere(code, padded_code(said["postal_code"])):
        return None
    if code:
        sentence = _("Aucune commune d'ici n'a le code INSEE « %(value)s ».")
        return FieldProblem("insee_code", code, sentence % {"value": code})
    return _misspelt(index, said["commune_name"])


def _misspelt(index: CommuneIndex, name: str) -> FieldProblem:
    """The commune whose name looks most like it, if one does."""
    found = difflib.get_close_matches(name_key(name)[:60], list(index.by_name), n=1, cutoff=0.7)
    nearest = Commune.objects.get(pk=min(index.by_name[found[0]])).name if found else ""
    if nearest:
        sentence = _("La commune « %(value)s » n'est pas connue ici : vouliez-vous dire « %(nearest)s » ?")
    else:
        sentence = _("La commune « %(value)s » n'est pas connue ici : donnez aussi son code postal.")
    return FieldProblem("commune_name", name, sentence % {"value": name, "nearest": nearest}, nearest)


def write_commune(record: Any, written: Mapping[str, Any]) -> list[str]:
    """The commune of a record whose address or point was just written; returns the names of the fields set."""
    if not isinstance(record, Addressed) or not isinstance(record, Located):
        return []
    names: list[str] = []
    if "insee_code" in written or "commune_name" in written:
        record.commune = _commune_of(record, by_code="insee_code" in written)
        if record.commune is None and "insee_code" not in written:
            record.insee_code = ""
        names = ["commune", "insee_code"]
    if names or {"postal_code", "location"} & written.keys():
        names += complete_address(record)
    if "location" in written and "location_origin" not in written:
        names += _own_up(record)
    return list(dict.fromkeys(names))


def _own_up(record: Any) -> list[str]:
    """A point that is the commune's own, digit by digit, was put there for want of a better one: the page says so."""
    commune, point = record.commune, record.location
    if commune is None or point is None:
        return []
    usual = commune.reference_point
    if [round(point.x, DECIMALS), round(point.y, DECIMALS)] != [
        round(usual.x, DECIMALS),
        round(usual.y, DECIMALS),
    ]:
        return []
    record.location_origin, record.location_precision = (
        LocationOrigin.TOWN_HALL,
        LocationPrecision.MUNICIPALITY,
    )
    return ["location_origin", "location_precision"]


def _commune_of(record: Any, *, by_code: bool) -> Commune | None:
    insee_code = record.insee_code if by_code else ""
    if coded := _coded(insee_code):
        return coded
    match = CommuneIndex.load().resolve(
        insee=insee_code, name=record.commune_name, postal_code=record.postal_code
    )
    return Commune.objects.get(pk=match.insee) if match else None


def as_point(value: Any) -> Point | None:
    """The point of a JSON value [lon, lat], EPSG:4326."""
    return Point(value[0], value[1], srid=4326) if value else None
