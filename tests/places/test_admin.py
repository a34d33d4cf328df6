"""The admin of the catalogue: lists, search, filters, actions, rules of the form."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from places.enums import Status
from places.models import Place, TemporaryClosure, WifiPoint
from tests.factories import ClosureFactory, CommuneFactory, PlaceFactory, StopFactory, WifiPointFactory
from tests.factories.places import BAR_LE_DUC
from tests.places.admin_forms import submitted

pytestmark = pytest.mark.django_db

PLACES = reverse("admin:places_place_changelist")


@pytest.fixture
def staff(client: Client) -> Client:
    user = User.objects.create_superuser(
        "camille", "camille@exemple.fr", "x", first_name="Camille", last_name="Roux"
    )
    client.force_login(user)
    return client


def listed(client: Client, **query: str) -> list[str]:
    answer = client.get(PLACES, query)
    assert answer.status_code == 200
    return [place.name for place in answer.context["cl"].result_list]


def change_url(record: Any) -> str:
    return reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_change", args=[record.pk])


# --- lists ---


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_row_and_three(
    staff: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        PlaceFactory(commune=CommuneFactory())
    with django_assert_num_queries(6):
        assert len(listed(staff)) == rows


@pytest.mark.parametrize("text", ["mediateque tilleuls", "Médiathèque des Tilleuls", "st mihiel"])
def test_search_is_by_resemblance(staff: Client, text: str) -> None:
    PlaceFactory(name="Médiathèque des Tilleuls", commune_name="Saint-Mihiel", address="2 rue Basse")
    PlaceFactory(name="Foyer rural", commune_name="Étain", address="3 rue Haute")
    assert listed(staff, q=text) == ["Médiathèque des Tilleuls"]


def test_search_puts_the_most_alike_first(staff: Client) -> None:
    PlaceFactory(name="A", commune_name="Verdunois")
    PlaceFactory(name="Z", commune_name="Verdun")
    assert listed(staff, q="verdun") == ["Z", "A"]


def test_filters_tell_what_is_missing_and_what_is_old(staff: Client) -> None:
    today = localdate()
    PlaceFactory(name="complet", edited_on=today, commune=CommuneFactory())
    PlaceFactory(name="sans heures", opening_hours="", edited_on=today - timedelta(days=250))
    PlaceFactory(name="sans point", location=None, edited_on=today - timedelta(days=400))
    PlaceFactory(name="jamais", edited_on=None, kinds=["third_place"], status=Status.DRAFT)
    PlaceFactory(name="vieux mais confirmé", edited_on=today - timedelta(days=700), confirmed_on=today)
    assert listed(staff, unknown_hours="yes") == ["sans heures"]
    assert listed(staff, no_point="yes") == ["sans point"]
    assert listed(staff, kinds="third_place") == ["jamais"]
    assert listed(staff, status="draft") == ["jamais"]
    assert listed(staff, commune="55029") == ["complet"]
    assert listed(staff, freshness="fresh") == ["complet", "vieux mais confirmé"]
    assert listed(staff, freshness="ageing") == ["sans heures"]
    assert listed(staff, freshness="old") == ["sans point"]
    assert listed(staff, freshness="never") == ["jamais"]
    assert len(listed(staff, no_point="no")) == 4


def test_commune_is_found_by_name_postal_code_or_insee(staff: Client) -> None:
    CommuneFactory()
    for term in ("bar le duk", "55000", "55029"):
        url = reverse("admin:autocomplete")
        query = {"app_label": "places", "model_name": "place", "field_name": "commune", "term": term}
        assert [row["id"] for row in staff.get(url, query).json()["results"]] == ["55029"]


# --- actions ---


def act(client: Client, action: str, records: list[Any]) -> str:
    url = reverse(f"admin:{records[0]._meta.label_lower.replace('.', '_')}_changelist")
    data = {"action": action, "_selected_action": [str(record.pk) for record in records]}
    answer = client.post(url, data, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def test_action_publishes_drafts_and_signs(staff: Client) -> None:
    draft, public = PlaceFactory(status=Status.DRAFT), PlaceFactory()
    said = act(staff, "publish_selected", [draft, public])
    assert said == "1 fiche publiée. 1 fiche laissée telle quelle : l'action ne s'y appliquait pas."
    event = draft.events.order_by("pgh_id").last()
    assert (event.status, event.pgh_context.metadata["action"]) == (Status.PUBLISHED, "publish")
    assert event.pgh_context.metadata["user"] == User.objects.get().pk
    assert public.events.count() == 1


def test_action_closes_today(staff: Client) -> None:
    place = PlaceFactory()
    assert act(staff, "close_selected", [place]) == "1 fiche fermée."
    place.refresh_from_db()
    assert (place.status, place.closed_on, place.edited_on) == (Status.CLOSED, localdate(), localdate())


def test_action_confirms_without_a_new_version(staff: Client) -> None:
    place = PlaceFactory()
    assert act(staff, "confirm_selected", [place]) == "1 fiche confirmée."
    assert act(staff, "confirm_selected", [place]).startswith("Rien n'a changé. 1 fiche laissée")
    place.refresh_from_db()
    assert (place.confirmed_on, place.version) == (localdate(), 1)


def test_action_leaves_a_stop_without_point_unpublished(staff: Client) -> None:
    stops = [StopFactory(status=Status.DRAFT), StopFactory(status=Status.DRAFT, location=None)]
    assert act(staff, "publish_selected", stops).startswith("1 fiche publiée. 1 fiche laissée")


def test_action_after_a_search_takes_the_selected_rows_only(staff: Client) -> None:
    chosen, other = PlaceFactory(status=Status.DRAFT), PlaceFactory(status=Status.DRAFT)
    data = {"action": "publish_selected", "_selected_action": [str(chosen.pk)]}
    staff.post(f"{PLACES}?q=espace", data)
    statuses = dict(Place.objects.values_list("pk", "status"))
    assert statuses == {chosen.pk: Status.PUBLISHED, other.pk: Status.DRAFT}


def test_bulk_deletion_is_not_offered(staff: Client) -> None:
    PlaceFactory()
    assert "delete_selected" not in staff.get(PLACES).content.decode()


def test_deletion_is_for_what_was_never_public(staff: Client) -> None:
    draft, public = PlaceFactory(status=Status.DRAFT), PlaceFactory()
    was_public = PlaceFactory()
    Place.objects.filter(pk=was_public.pk).update(status=Status.DRAFT)
    answers = [
        staff.post(reverse("admin:places_place_delete", args=[place.pk]), {"post": "yes"}).status_code
        for place in (draft, public, was_public)
    ]
    assert answers == [302, 403, 403]
    assert set(Place.objects.values_list("pk", flat=True)) == {public.pk, was_public.pk}


def test_reader_cannot_act(client: Client) -> None:
    reader = User.objects.create_user("lecteur", password="x", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_place"))
    client.force_login(reader)
    place = PlaceFactory(status=Status.DRAFT)
    act_answer = client.post(PLACES, {"action": "publish_selected", "_selected_action": [str(place.pk)]})
    assert act_answer.status_code in (200, 302)
    place.refresh_from_db()
    assert place.status == Status.DRAFT


# --- forms ---


@pytest.mark.parametrize(
    "url",
    [
        "admin:places_place_add",
        "admin:places_wifipoint_add",
        "admin:mobile_units_stop_add",
        "admin:mobile_units_mobileunit_add",
    ],
)
def test_every_form_shows(staff: Client, url: str) -> None:
    assert staff.get(reverse(url)).status_code == 200


def test_pages_hold_no_inline_script_nor_style(staff: Client) -> None:
    """Our content policy would refuse them."""
    place = PlaceFactory(commune=CommuneFactory())
    for url in (change_url(place), PLACES, reverse("admin:places_place_history", args=[place.pk])):
        answer = staff.get(url)
        page = answer.content.decode()
        assert "style=" not in page
        assert "onclick=" not in page
        assert "<script>" not in page
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_private_fields_stand_apart(staff: Client) -> None:
    form = staff.get(change_url(PlaceFactory())).context["adminform"]
    private = [fieldset for fieldset in form if "private" in fieldset.classes]
    assert [fieldset.name for fieldset in private] == ["Interne : jamais publié"]
    names = {field.field.name for line in private[0] for field in line}
    assert names == {"contact_name", "contact_email", "contact_phone", "internal_notes"}


def test_new_place_gets_a_slug_a_commune_and_a_provenance(staff: Client) -> None:
    commune = CommuneFactory()
    PlaceFactory(slug="mediatheque-de-l-orme-bar-le-duc")
    page = staff.get(reverse("admin:places_place_add"))
    data = submitted(
        page,
        name="Médiathèque de l'Orme",
        kinds=["connected_space"],
        commune=commune.pk,
        location_lat="48,7727",
        location_lon="5.1596",
        status="published",
    )
    assert staff.post(reverse("admin:places_place_add"), data).status_code == 302
    place: Any = Place.objects.get(name="Médiathèque de l'Orme")
    assert place.slug == "mediatheque-de-l-orme-bar-le-duc-2"
    assert (place.commune_name, place.insee_code, place.postal_code) == ("Bar-le-Duc", "55029", "55000")
    assert (place.location.coords, place.location_origin) == ((5.1596, 48.7727), "placed")
    assert (place.location_on, place.edited_on) == (localdate(), localdate())


@pytest.mark.parametrize(("typed", "kept"), [("55100", "55000"), ("55012", "55012"), ("", "55000")])
def test_postal_code_of_another_commune_is_replaced(staff: Client, typed: str, kept: str) -> None:
    """55012 is a CEDEX: no commune owns it."""
    CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"])
    place = PlaceFactory(commune=CommuneFactory(), postal_code="55001")
    save(staff, place, postal_code=typed)
    assert place.postal_code == kept


def save(client: Client, record: Any, **typed: Any) -> Any:
    """Open the form of a record, type, save."""
    page = client.get(change_url(record))
    answer = client.post(change_url(record), submitted(page, **typed))
    record.refresh_from_db()
    return answer


def test_saving_without_a_change_writes_nothing(staff: Client) -> None:
    place = PlaceFactory(
        location=BAR_LE_DUC,
        services=["leisure", "administrative_help"],
        emails=["a@exemple.fr", "b@exemple.fr"],
    )
    assert save(staff, place).status_code == 302
    assert (place.version, place.events.count(), place.location_origin) == (1, 1, "unknown")


def test_slug_survives_a_new_name(staff: Client) -> None:
    place = PlaceFactory(slug="ancien-nom")
    save(staff, place, name="Nouveau nom")
    assert (place.name, place.slug, place.edited_on) == ("Nouveau nom", "ancien-nom", localdate())


def test_private_change_does_not_make_the_page_newer(staff: Client) -> None:
    place = PlaceFactory(edited_on=date(2026, 9, 1))
    save(staff, place, internal_notes="rappeler lundi")
    assert (place.internal_notes, place.edited_on) == ("rappeler lundi", date(2026, 9, 1))


def test_moving_the_point_says_so(staff: Client) -> None:
    place: Any = PlaceFactory(location_origin="geocoded", location_precision="street", location_score=0.6)
    save(staff, place, location_lon="5.16")
    assert (place.location.coords, place.location_origin) == ((5.16, 48.7727), "placed")
    assert (place.location_score, place.location_on, place.location_precision) == (
        None,
        localdate(),
        "house_number",
    )
    save(staff, place, location_lat="", location_lon="")
    assert (place.location, place.location_origin, place.location_on) == (None, "unknown", None)


@pytest.mark.parametrize(
    ("lat", "lon", "sentence"),
    [
        ("48.77", "", "Donnez la latitude et la longitude, ou aucune des deux."),
        ("5.16", "48.77", "Longitude et latitude semblent inversées."),
        ("nan", "5.16", "Saisissez un nombre."),
        ("98", "5.16", "Assurez-vous que cette valeur est inférieure ou égale à 90."),
        ("40.7", "-74.0", "Ce point est hors de France métropolitaine."),
    ],
)
def test_wrong_point_is_explained(staff: Client, lat: str, lon: str, sentence: str) -> None:
    place = PlaceFactory()
    answer = save(staff, place, location_lat=lat, location_lon=lon)
    assert [sentence] == list(answer.context["adminform"].form.errors["location"])
    assert place.location == BAR_LE_DUC


def test_point_in_another_commune_is_told(staff: Client) -> None:
    CommuneFactory()
    place = PlaceFactory(commune=CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"]))
    # Same outline as Bar-le-Duc: the smallest code holds the point.
    answer = staff.post(
        change_url(place), submitted(staff.get(change_url(place)), location_lon="5.16"), follow=True
    )
    assert "Le point tombe dans la commune de Bar-le-Duc et non de Verdun" in answer.content.decode()


def test_closing_needs_no_date_and_reopening_removes_it(staff: Client) -> None:
    place = PlaceFactory()
    save(staff, place, status="closed")
    assert (place.status, place.closed_on) == (Status.CLOSED, localdate())
    save(staff, place, status="published")
    assert (place.status, place.closed_on) == (Status.PUBLISHED, None)


def test_unreadable_hours_are_refused_with_a_sentence(staff: Client) -> None:
    answer = save(staff, PlaceFactory(), opening_hours="lundi 9h-12h")
    assert "09:00" in str(answer.context["adminform"].form.errors["opening_hours"])


def test_lists_are_typed_as_lines(staff: Client) -> None:
    place = PlaceFactory()
    save(staff, place, emails="un@exemple.fr\r\n\r\n  deux@exemple.fr \r\n")
    assert place.emails == ["un@exemple.fr", "deux@exemple.fr"]


def closure_row(number: int, first: str, last: str) -> dict[str, str]:
    row = {"starts_on": first, "ends_on": last, "reason": "Congés"}
    return {f"closures-{number}-{name}": value for name, value in row.items()}


def test_closures_are_typed_in_the_form_and_never_overlap(staff: Client) -> None:
    place = PlaceFactory()
    overlapping = closure_row(0, "01/08/2027", "10/08/2027") | closure_row(1, "10/08/2027", "20/08/2027")
    answer = save(staff, place, **{"closures-TOTAL_FORMS": "2", **overlapping})
    assert "Deux fermetures temporaires se chevauchent." in answer.content.decode()
    apart = closure_row(0, "01/08/2027", "10/08/2027") | closure_row(1, "11/08/2027", "20/08/2027")
    assert save(staff, place, **{"closures-TOTAL_FORMS": "2", **apart}).status_code == 302
    assert TemporaryClosure.objects.count() == 2


def test_closure_that_overlaps_a_stored_one_is_refused_with_a_sentence(staff: Client) -> None:
    closure = ClosureFactory()
    row = closure_row(1, "25/12/2026", "26/12/2026")
    answer = save(staff, closure.place, **{"closures-TOTAL_FORMS": "2", **row})
    assert answer.status_code == 200
    assert TemporaryClosure.objects.count() == 1


def test_wifi_form_saves(staff: Client) -> None:
    wifi = WifiPointFactory()
    save(staff, wifi, state="down", ssids="Un\r\nDeux")
    assert WifiPoint.objects.values_list("state", "ssids").get() == ("down", ["Un", "Deux"])


# --- the map of the forms ---


def test_outlines_are_the_territory_and_the_commune(staff: Client) -> None:
    CommuneFactory()
    answer = staff.get(reverse("admin:places_commune_outlines"), {"commune": "55029"})
    kinds = [feature["properties"]["kind"] for feature in answer.json()["features"]]
    assert kinds == ["departement", "commune"]


def test_outlines_are_for_staff(client: Client) -> None:
    assert client.get(reverse("admin:places_commune_outlines")).status_code == 302
