"""Where each line is: its point, its commune. Knows all lines, since a point shared by many says less than one alone."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pyproj import Geod

from imports.cleaners.addresses import is_overseas, tidy_commune
from imports.cleaners.points import PointState, read_point
from imports.cleaners.texts import clean_text
from imports.pipeline.drafts import Draft
from imports.pipeline.records import Finding
from imports.pipeline.territory import Position, Territory
from places.territories import padded_code

# The widest communes of metropolitan France reach some 25 km from their centre.
FAR_KM = 30
# So many lines on one point are rarely in one building.
CROWD = 6
PLACED = (PointState.GOOD, PointState.SWAPPED, PointState.OUTSIDE)
_EARTH = Geod(ellps="WGS84")


def read_address(draft: Draft, cells: Mapping[str, Any], bounds: Sequence[float]) -> None:
    """Commune, codes and point of one line, alone."""
    name, findings = clean_text(cells.get("commune"), limit=150)
    draft.say(findings, about="commune_name")
    postal, insee = read_code(draft, cells, "code_postal"), read_code(draft, cells, "code_insee")
    draft.point = read_point(cells.get("latitude"), cells.get("longitude"), bounds)
    draft.values |= {"commune_name": name or "", "postal_code": postal or "", "insee_code": insee or ""}
    draft.unreadable |= {
        field for field, code in (("postal_code", postal), ("insee_code", insee)) if code is None
    }


def read_code(draft: Draft, cells: Mapping[str, Any], column: str) -> str | None:
    """A postal or INSEE code; None when something stands there that is not one."""
    text, findings = clean_text(cells.get(column), limit=40)
    draft.say(findings, about=column)
    code = padded_code(text or "")
    is_code = code.isdigit() if column == "code_postal" else bool(code)
    if text and not is_code:
        draft.say(
            [Finding("postal_code_invalid" if column == "code_postal" else "insee_invalid", text)],
            about=column,
        )
    return code if is_code else (None if text is None or text else "")


def locate_all(drafts: Sequence[Draft], territory: Territory, columns: Collection[str]) -> None:
    """Points judged, communes found, overseas lines refused."""
    for draft, insee in zip(
        drafts, territory.locate([draft.point.position for draft in drafts]), strict=True
    ):
        draft.located_in = insee
    say_shared_points(drafts)
    for draft in drafts:
        judge_point(draft, columns)
        if is_overseas(draft.values["postal_code"], draft.values["insee_code"]):
            draft.refuse("overseas", draft.values["postal_code"] or draft.values["insee_code"])
        else:
            settle_commune(draft, territory, columns)


def say_shared_points(drafts: Sequence[Draft]) -> None:
    """Every line after the first on a point says so; the first one of a crowd says how many there are."""
    groups: dict[Position, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.point.state in PLACED:
            groups[(draft.point.lon, draft.point.lat)].append(draft)
    for first, *others in groups.values():
        for draft in others:
            draft.say([Finding("point_shared", detail=str(first.line))], about="location")
        if len(others) + 1 >= CROWD:
            first.say([Finding("point_crowded", detail=str(len(others)))], about="location")


def judge_point(draft: Draft, columns: Collection[str]) -> None:
    """The point is taken, left, or put in order when its commune proves that it was swapped."""
    state = draft.point.state
    if state is PointState.SWAPPED and not proves_swap(draft):
        draft.located_in = None
        draft.say([Finding("point_swapped_doubtful", draft.point.shown)], about="location")
    elif state is not PointState.GOOD:
        draft.say([Finding(state.value, draft.point.shown)], about="location")
    if state is PointState.GOOD or (state is PointState.SWAPPED and draft.located_in):
        draft.values["location"] = [draft.point.lon, draft.point.lat]
    elif state is PointState.MISSING and {"latitude", "longitude"} & set(columns):
        draft.values["location"] = None


def proves_swap(draft: Draft) -> bool:
    """Put in order, the point falls in the département of the postal code, else of the INSEE code."""
    code = draft.values["postal_code"] or draft.values["insee_code"]
    return bool(code) and draft.located_in is not None and draft.located_in[:2] == code[:2]


def settle_commune(draft: Draft, territory: Territory, columns: Collection[str]) -> None:
    """The commune of today when the territories know it, else the text of the file."""
    values = draft.values
    name, postal, insee = values["commune_name"], values["postal_code"], values["insee_code"]
    is_named = any(character.isalpha() for character in name)
    if not (is_named or postal or insee or draft.point.position):
        draft.refuse("nowhere")
        return
    match = territory.index.resolve(
        insee=insee,
        name=name if is_named else "",
        postal_code=postal,
        located_in=draft.located_in,
        has_point="location" in values and values["location"] is not None,
    )
    say_commune(draft, territory, found=match.insee if match else "", is_named=is_named)
    values["commune_id"] = match.insee if match else None
    values["commune_name"] = territory.names[match.insee] if match else tidy_commune(name if is_named else "")
    values["insee_code"] = insee or (match.insee if match else "")
    if match:
        draft.unreadable.discard("insee_code")
    if not {"commune", "code_postal", "code_insee"} & set(columns):
        draft.unreadable |= {"commune_name", "postal_code", "insee_code", "commune_id"}


def say_commune(draft: Draft, territory: Territory, *, found: str, is_named: bool) -> None:
    """Doubts about the commune: absent, unknown where it should be known, contradicted by a code or by the point."""
    name, postal, insee = (draft.values[key] for key in ("commune_name", "postal_code", "insee_code"))
    if not is_named:
        draft.say([Finding("commune_missing", name)], about="commune_name")
    elif not found and postal[:2] in territory.index.postal_prefixes:
        draft.say([Finding("commune_unknown", name, postal[:2])], about="commune_name")
    if postal and insee and disagree(postal, insee, territory):
        draft.say([Finding("codes_disagree", f"{postal}, {insee}")], about="insee_code")
    if found and draft.values.get("location"):
        say_far(draft, territory, found)


def disagree(postal: str, insee: str, territory: Territory) -> bool:
    """Neither the same département nor, for a commune that is known, one of its own postal codes."""
    if postal in territory.index.postal_codes.get(insee, ()):
        return False
    return postal[:2] != ("20" if insee[:2] in ("2A", "2B") else insee[:2])


def say_far(draft: Draft, territory: Territory, insee: str) -> None:
    """The point and the centre of the commune are too far apart, in kilometres on the ellipsoid."""
    (lon, lat), (centre_lon, centre_lat) = draft.values["location"], territory.centres[insee]
    distance_km = _EARTH.inv(lon, lat, centre_lon, centre_lat)[2] / 1000
    if distance_km > FAR_KM:
        detail = str(round(distance_km))
        draft.say([Finding("point_far", territory.names[insee], detail)], about="location")
