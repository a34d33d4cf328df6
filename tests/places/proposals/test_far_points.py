"""A point far from its commune: refused from strangers and partners, told to moderators from everybody else.

Distances are compared with those that shapely and pyproj measure on the ellipsoid.
"""

from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import translation
from pyproj import Geod

from mapservice.accounts.permissions import Role
from places.models import Commune, Place, Proposal
from places.proposals.far_points import NEAR_CENTRE_M, NEAR_OUTLINE_M, find_far_point
from places.proposals.follow import complete
from places.proposals.submit import Author, ProposalRefused, Submitted, submit
from tests.factories import CommuneFactory, PlaceFactory, ProposalFactory, WifiPointFactory
from tests.frontend.moderation import address, signed_in
from tests.frontend.proposing import new_place, sentences, words

pytestmark = pytest.mark.django_db
GEOD = Geod(ellps="WGS84")
STRANGER = Author(email="camille@exemple.fr", network="192.0.2.1")
CORNER = (5.1796, 48.7927)
# Bar-le-Duc and Verdun of the factories are squares of 0.04 degrees.
VERDUN = [5.3844, 49.1599]


@pytest.fixture
def bar() -> Commune:
    commune: Commune = CommuneFactory()
    return commune


@pytest.fixture
def verdun() -> Commune:
    centre = Point(VERDUN, srid=4326)
    commune: Commune = CommuneFactory(
        insee="55545", name="Verdun", postal_codes=["55100"], centre=centre, town_hall=centre
    )
    return commune


def metres_to(outline: Any, lon: float, lat: float) -> float:
    """From the outline on the ellipsoid, by trying a point of it every metre or two."""
    shape = shapely.from_wkt(outline.wkt)
    if shape.covers(shapely.Point(lon, lat)):
        return 0.0
    along = shapely.get_coordinates(shapely.segmentize(shape, 0.00002))
    xs, ys = along[:, 0], along[:, 1]
    return float(min(GEOD.inv(xs, ys, [lon] * len(xs), [lat] * len(xs))[2]))


def new(point: list[float] | None, *, insee: str = "55029", **more: Any) -> Submitted:
    fields = {"name": "Neuf", "kinds": ["third_place"], "insee_code": insee, "location": point}
    return submit(**{"kind": "new_place", "origin": "form", "author": STRANGER, "fields": fields, **more})


def refusal(**words_: Any) -> str:
    """The one sentence, which stands beside the point; spaces as they are typed."""
    with pytest.raises(ProposalRefused) as error:
        submit(**{"origin": "form", "author": STRANGER, **words_})
    (problem,) = error.value.problems
    assert problem.field == "location"
    assert not Proposal.objects.exists()
    return problem.message.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (5.1596, 48.7727), CORNER, (5.1795, 48.7927), (5.19, 48.80), (5.2005, 48.8065), (5.2068, 48.7727),
        (5.2069, 48.7727), (5.1596, 48.8106), (5.1596, 48.8107), (5.13, 48.74), (5.3844, 49.1599), (2.35, 48.85),
    ],
)  # fmt: skip
def test_two_kilometres_from_the_outline_are_the_limit(bar: Commune, lon: float, lat: float) -> None:
    expected = metres_to(bar.outline, lon, lat)
    far = find_far_point({"location": [lon, lat], "insee_code": bar.pk}, None)
    assert (far is not None) == (expected > NEAR_OUTLINE_M)
    if far:
        assert far.distance_m == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("lon", [5.1596, 5.5, 5.567, 5.568, 5.6])
def test_thirty_kilometres_from_the_centre_are_the_limit_without_an_outline(lon: float) -> None:
    commune = CommuneFactory(outline=None, town_hall=None)
    expected = GEOD.inv(commune.centre.x, commune.centre.y, lon, 48.7727)[2]
    far = find_far_point({"location": [lon, 48.7727], "insee_code": commune.pk}, None)
    assert (far is not None) == (expected > NEAR_CENTRE_M)
    if far:
        assert far.distance_m == pytest.approx(expected, abs=0.01)


def test_a_new_place_far_away_is_refused_with_the_way_out(bar: Commune, verdun: Commune) -> None:
    fields = {"name": "Neuf", "kinds": ["third_place"], "insee_code": "55029", "location": VERDUN}
    km = round(metres_to(bar.outline, *VERDUN) / 1000)
    assert refusal(kind="new_place", fields=fields) == (
        f"Ce point est à {km} km de la commune « Bar-le-Duc » : déplacez-le, ou choisissez la commune où il se trouve, "
        "« Verdun »."
    )


def test_a_point_outside_every_commune_is_told_so(bar: Commune) -> None:
    fields = {"name": "Neuf", "kinds": ["third_place"], "insee_code": "55029", "location": [5.3, 48.9]}
    km = round(metres_to(bar.outline, 5.3, 48.9) / 1000)
    told = refusal(kind="new_place", fields=fields)
    assert told.startswith(f"Ce point est à {km} km de la commune « Bar-le-Duc », loin de toutes")


def test_short_distances_have_a_decimal(bar: Commune) -> None:
    far = find_far_point({"location": [5.22, 48.7727], "insee_code": bar.pk}, None)
    assert far
    metres = metres_to(bar.outline, 5.22, 48.7727)
    with translation.override("fr"):
        assert far.kilometres == f"{metres / 1000:.1f}".replace(".", ",")


def test_every_other_fault_is_told_beside_it(bar: Commune) -> None:
    fields = {
        "name": "Neuf",
        "kinds": ["third_place"],
        "insee_code": "55029",
        "location": VERDUN,
        "siret": "1",
    }
    with pytest.raises(ProposalRefused) as error:
        submit(kind="new_place", origin="form", author=STRANGER, fields=fields)
    assert [problem.field for problem in error.value.problems] == ["siret", "location"]


def test_a_point_without_a_commune_is_in_the_one_around_it(bar: Commune, verdun: Commune) -> None:
    assert new(VERDUN, insee="").proposal.fields["insee_code"] == "55545"


def test_a_commune_that_we_do_not_know_is_not_judged(bar: Commune) -> None:
    assert new(VERDUN, insee="75056").proposal.fields["location"] == VERDUN


def test_a_town_hall_outside_its_own_outline_is_near() -> None:
    """Eleven of the Meuse stand up to 5.7 km outside in their source."""
    commune = CommuneFactory(town_hall=Point(5.23, 48.7727, srid=4326))
    assert new([5.23, 48.7727]).proposal.fields["insee_code"] == commune.pk
    assert find_far_point({"location": [5.231, 48.7727], "insee_code": commune.pk}, None)


# --- corrections ----------------------------------------------------------------------------------------------------


def change(record: Any, fields: dict[str, Any], **more: Any) -> Submitted:
    return submit(**{
        "kind": "change", "origin": "form", "author": STRANGER, "target": record, "fields": fields, **more
    })  # fmt: skip


def old_fault(bar: Commune) -> Place:
    place: Place = PlaceFactory(
        commune=bar, insee_code="55029", commune_name="Bar-le-Duc", location=Point(VERDUN, srid=4326)
    )
    return place


def test_an_old_far_point_stops_no_other_correction(bar: Commune, verdun: Commune) -> None:
    place = old_fault(bar)
    again = {"phone": "03 29 45 00 01", "location": VERDUN, "insee_code": "55029"}
    assert set(change(place, again).proposal.fields) == {"phone"}


def test_an_old_far_point_is_mended_from_either_side(bar: Commune, verdun: Commune) -> None:
    assert change(old_fault(bar), {"location": [5.16, 48.77]}).proposal.fields == {"location": [5.16, 48.77]}
    fields = change(old_fault(bar), {"insee_code": "55545"}).proposal.fields
    assert fields["commune_name"] == "Verdun"


@pytest.mark.parametrize("fields", [{"location": VERDUN}, {"insee_code": "55545"}])
@pytest.mark.parametrize("origin", ["form", "api", "partner"])
def test_a_correction_that_takes_them_apart_is_refused(
    bar: Commune, verdun: Commune, fields: dict[str, Any], origin: str
) -> None:
    place = PlaceFactory(commune=bar, insee_code="55029", commune_name="Bar-le-Duc")
    assert refusal(kind="change", target=place, fields=fields, origin=origin)


def test_a_wifi_point_moves_together_with_its_commune(bar: Commune, verdun: Commune) -> None:
    point = WifiPointFactory(commune=bar, insee_code="55029")
    assert refusal(kind="change", target=point, fields={"location": VERDUN})
    assert change(point, {"location": VERDUN, "insee_code": "55545"}).proposal.fields["location"] == VERDUN


def test_what_was_proposed_before_counts_when_it_is_completed(bar: Commune, verdun: Commune) -> None:
    place = PlaceFactory(commune=bar, insee_code="55029", commune_name="Bar-le-Duc")
    moving = ProposalFactory(
        place=place, fields={"insee_code": "55545", "commune_name": "Verdun", "location": VERDUN}
    )
    with pytest.raises(ProposalRefused):
        complete(moving, {"location": [5.16, 48.77]})
    complete(moving, {"location": [5.385, 49.16]})
    assert moving.fields["location"] == [5.385, 49.16]


# --- the doors ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["staff", "import"])
def test_other_doors_let_it_through_and_moderators_are_warned(
    bar: Commune, verdun: Commune, origin: str
) -> None:
    proposal = new(VERDUN, origin=origin, author=Author()).proposal
    near = new([5.16, 48.77], origin=origin, author=Author()).proposal
    moderator = signed_in(Role.MODERATOR)
    km = round(metres_to(bar.outline, *VERDUN) / 1000)
    told = f"Le point est à {km} km de la commune « Bar-le-Duc ». Il se trouve à « Verdun »"
    assert told in words(moderator.get(address(proposal)))
    assert "Le point est à" not in words(moderator.get(address(near)))


def test_the_form_shows_the_sentence_beside_the_point(client: Client, bar: Commune, verdun: Commune) -> None:
    page = client.post("/proposer/lieu/", new_place(lat="49,1599", lon="5,3844"))
    (sentence,) = sentences(page)
    assert page.status_code == 422
    assert sentence.startswith("Où placer le point sur la carte ? – Ce point est à ")
    assert sentence.endswith("choisissez la commune où il se trouve, « Verdun ».")


def test_the_form_takes_a_town_hall_wherever_it_is(client: Client) -> None:
    CommuneFactory(town_hall=Point(5.23, 48.7727, srid=4326))
    sent = client.post("/proposer/lieu/", new_place(point="town_hall", lat="", lon=""))
    assert sent.status_code == 302


@pytest.mark.parametrize("address_", ["/api/v1/proposals", "/api/v1/proposals/check"])
def test_the_api_refuses_it_with_the_same_sentence(
    client: Client, bar: Commune, verdun: Commune, address_: str
) -> None:
    fields = {"name": "Neuf", "kinds": ["third_place"], "insee_code": "55029", "location": VERDUN}
    body = {"kind": "new_place", "email": "camille@exemple.fr", "fields": fields}
    answer = client.post(address_, body, content_type="application/json")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (400, "location")
    assert "choisissez la commune où il se trouve" in error["sentence"]
