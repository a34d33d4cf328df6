"""From what people say of a place to a commune and a point."""

from unicodedata import combining, normalize

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from mapservice.questions.geocoder import find_addresses
from mapservice.questions.search import search
from places.models import Commune

SUGGESTED = 8
# How many communes a sentence proposes.
OFFERED = 3


class UnknownCommuneError(Exception):
    """No commune, or several, answer to that; `sentence` says what to write."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def called(commune: Commune, postal_code: str = "") -> str:
    """« Bar-le-Duc (55000) », as the form shows it and reads it again."""
    code = postal_code or next(iter(commune.postal_codes), "")
    return f"{commune.name} ({code})" if code else commune.name


def find_commune(text: str) -> Commune:
    """The one commune that is called so. Raises UnknownCommuneError with the names that come close."""
    found = [each for each in search(text, SUGGESTED) if each.kind == "commune"]
    communes = Commune.objects.in_bulk([each.id for each in found])
    ranked = [communes[each.id] for each in found]
    same = [commune for commune in ranked if _answers(commune, text)]
    if len(same) == 1 or (same and _answers(same[0], text, with_code=True)):
        return same[0]
    if same:
        raise UnknownCommuneError(_several(same))
    if len(ranked) == 1:
        return ranked[0]
    raise UnknownCommuneError(_unknown(ranked))


def postal_code_of(commune: Commune, text: str, known: str | None = None) -> str:
    """The code that was typed, else the one that the record has (`known`, None for another commune), else the first."""
    codes = list(commune.postal_codes)
    typed = next((code for code in codes if code in text), "")
    if typed or known is None:
        return typed or next(iter(codes), "")
    return known


def locate(
    choice: str, *, commune: Commune, address: str, lat: float | None, lon: float | None
) -> Point | None:
    """The point (EPSG:4326) of a form: the pin, or the address when a geocoder knows it; None without either."""
    if choice == "pin" and lat is not None and lon is not None:
        return Point(lon, lat, srid=4326)
    found = find_addresses(f"{address} {called(commune)}", 1) if choice == "address" and address else []
    return Point(found[0].lon, found[0].lat, srid=4326) if found else None


def _answers(commune: Commune, text: str, *, with_code: bool = False) -> bool:
    said = _plain(text)
    names = {_plain(name) for name in [commune.name, *commune.former_names]}
    codes = {*commune.postal_codes, commune.insee}
    with_codes = {f"{name} {code}" for name in names for code in codes}
    with_codes |= {f"{code} {name}" for name in names for code in codes}
    return said in with_codes or (not with_code and said in names)


def _plain(text: str) -> str:
    letters = normalize("NFKD", text.casefold())
    kept = "".join(each if each.isalnum() else " " for each in letters if not combining(each))
    return " ".join(kept.split())


def _quoted(communes: list[Commune]) -> str:
    return ", ".join(f"« {called(commune)} »" for commune in communes[:OFFERED])


def _several(communes: list[Commune]) -> str:
    sentence = _("Plusieurs communes portent ce nom : ajoutez le code postal, comme dans %(names)s.")
    return sentence % {"names": _quoted(communes)}


def _unknown(communes: list[Commune]) -> str:
    if not communes:
        return _("Aucune commune ne porte ce nom : vérifiez son orthographe.")
    sentence = _("Aucune commune ne porte exactement ce nom. Peut-être : %(names)s.")
    return sentence % {"names": _quoted(communes)}
