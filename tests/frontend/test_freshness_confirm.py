"""The link that partners receive: reading writes nothing, one button confirms, and nothing is done twice."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from places.enums import FreshnessAnswer
from places.freshness.links import confirm_link
from places.models import FreshnessRequest, Membership, Organisation, Place, Proposal
from tests.factories import CampaignFactory, FreshnessRequestFactory, PlaceFactory
from tests.places.freshness.seeds import partner, place_due

pytestmark = pytest.mark.django_db


def link_of(organisation: Organisation, **more: Any) -> str:
    user = (
        Membership.objects.filter(organisation=organisation).order_by("pk").values_list("user", flat=True)[0]
    )
    return urlsplit(confirm_link(organisation_id=organisation.pk, user_id=user, **more)).path


def asked(organisation: Organisation, *places: Place, **more: Any) -> list[FreshnessRequest]:
    return [FreshnessRequestFactory(organisation=organisation, place=place, **more) for place in places]


def shown(*requests: FreshnessRequest) -> list[str]:
    rows = FreshnessRequest.objects.filter(pk__in=[one.pk for one in requests]).select_related("place")
    return [f"{one.pk}:{one.place.version}" for one in rows if one.place]


def answers() -> dict[Any, str]:
    return dict(FreshnessRequest.objects.values_list("place", "answer"))


@pytest.fixture
def two(db: None) -> tuple[Organisation, Place, Place]:
    first, second = place_due(name="Mairie"), place_due(name="Médiathèque")
    organisation = partner("Ville", first, second)
    asked(organisation, first, second)
    return organisation, first, second


def test_reading_and_heads_write_nothing(client: Client, two: Any) -> None:
    organisation, first, second = two
    before = list(Place.objects.values_list("pk", "confirmed_on").order_by("pk"))
    for method in (client.get, client.head, client.get):
        assert method(link_of(organisation)).status_code == 200
    assert list(Place.objects.values_list("pk", "confirmed_on").order_by("pk")) == before
    assert answers() == {first.pk: "waiting", second.pk: "waiting"}


def test_one_button_confirms_all_without_signing_in(client: Client, two: Any) -> None:
    organisation, first, second = two
    page = client.get(link_of(organisation)).content.decode()
    assert page.index("Mairie") < page.index("Médiathèque")
    assert "Du lundi au vendredi" in page
    requests = FreshnessRequest.objects.all()
    response = client.post(link_of(organisation), {"do": "all", "shown": shown(*requests)})
    assert response.status_code == 302
    assert answers() == {first.pk: "confirmed", second.pk: "confirmed"}
    assert set(Place.objects.values_list("confirmed_on", flat=True)) == {timezone.localdate()}
    event = first.events.order_by("-pgh_id").select_related("pgh_context").first()
    assert (event.pgh_context.metadata["action"], event.pgh_context.metadata["user"]) == (
        "confirm",
        Membership.objects.get(organisation=organisation).user_id,
    )
    after = client.get(link_of(organisation, at=timezone.now() - timedelta(minutes=1))).content.decode()
    assert "Merci, vous avez répondu à tout" in after
    assert (
        after.count("confirmée, rien d'autre à faire.") + after.count("confirmée, rien d&#x27;autre à faire.")
        == 2
    )


def test_replay_does_nothing_twice(client: Client, two: Any) -> None:
    organisation, first, _second = two
    body = {"do": "all", "shown": shown(*FreshnessRequest.objects.all())}
    client.post(link_of(organisation), body)
    events, answered = (
        first.events.count(),
        list(FreshnessRequest.objects.values_list("answered_at", flat=True)),
    )
    assert client.post(link_of(organisation), body).status_code == 302
    assert first.events.count() == events
    assert list(FreshnessRequest.objects.values_list("answered_at", flat=True)) == answered


def test_one_record_is_confirmed_alone(client: Client, two: Any) -> None:
    organisation, first, second = two
    one = FreshnessRequest.objects.get(place=first)
    client.post(
        link_of(organisation), {"do": f"exact:{one.pk}", "shown": shown(*FreshnessRequest.objects.all())}
    )
    assert answers() == {first.pk: "confirmed", second.pk: "waiting"}


def test_answer_leads_to_the_record_below(client: Client, two: Any) -> None:
    organisation, first, second = two
    one, other = (FreshnessRequest.objects.get(place=place) for place in (first, second))
    address = link_of(organisation)
    body = {"do": f"exact:{one.pk}", "shown": shown(one, other)}
    assert client.post(address, body)["Location"].endswith(f"#fiche-{other.pk}")
    assert f'id="fiche-{other.pk}"' in client.get(address).content.decode()
    assert "#" not in client.post(address, {"do": f"exact:{other.pk}", "shown": shown(other)})["Location"]


def test_all_confirms_only_what_was_shown(client: Client, two: Any) -> None:
    organisation, first, second = two
    one = FreshnessRequest.objects.get(place=first)
    client.post(link_of(organisation), {"do": "all", "shown": shown(one)})
    assert answers() == {first.pk: "confirmed", second.pk: "waiting"}


def test_record_that_changed_meanwhile_is_shown_again(client: Client, two: Any) -> None:
    organisation, first, second = two
    seen = shown(*FreshnessRequest.objects.all())
    Place.objects.filter(pk=first.pk).update(phone="+33329450000")
    response = client.post(link_of(organisation), {"do": "all", "shown": seen})
    assert response.status_code == 409
    assert "relisez-la" in response.content.decode()
    assert answers() == {first.pk: "waiting", second.pk: "confirmed"}


def test_closed_is_a_proposal_and_nothing_disappears(client: Client, two: Any) -> None:
    organisation, first, second = two
    one = FreshnessRequest.objects.get(place=first)
    for _time in range(2):
        assert client.post(link_of(organisation), {"do": f"closed:{one.pk}"}).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.origin, proposal.status, proposal.organisation, proposal.place) == (
        "permanent_closure",
        "partner",
        "pending",
        organisation,
        first,
    )
    assert answers() == {first.pk: FreshnessAnswer.CHANGED, second.pk: "waiting"}
    first.refresh_from_db()
    assert first.status == "published"


def test_requests_of_others_cannot_be_answered(client: Client, two: Any) -> None:
    organisation, *_own = two
    foreign_place = PlaceFactory(name="Ailleurs", confirmed_on=None)
    other = partner("Autre", foreign_place, emails=("autre@exemple.fr",))
    (foreign,) = asked(other, foreign_place)
    for act in ("all", f"exact:{foreign.pk}", f"closed:{foreign.pk}"):
        client.post(link_of(organisation), {"do": act, "shown": shown(foreign)})
    foreign.refresh_from_db()
    assert (foreign.answer, Proposal.objects.count()) == ("waiting", 0)
    assert "Ailleurs" not in client.get(link_of(organisation)).content.decode()


def test_link_of_a_campaign_shows_its_own_question(client: Client, two: Any) -> None:
    organisation, first, second = two
    campaign = CampaignFactory(title="Vos horaires de l'été", message="Fermez-vous en août ?")
    (of_campaign,) = asked(organisation, second, campaign=campaign)
    page = client.get(link_of(organisation, campaign_id=campaign.pk)).content.decode()
    assert "Fermez-vous en août" in page
    assert (str(of_campaign.pk) in page, "Mairie" in page) == (True, False)
    client.post(link_of(organisation, campaign_id=campaign.pk), {"do": "all", "shown": shown(of_campaign)})
    # The record is confirmed: what the reminders asked about it is answered too.
    assert set(FreshnessRequest.objects.filter(place=second).values_list("answer", flat=True)) == {
        "confirmed"
    }
    assert FreshnessRequest.objects.get(place=first).answer == "waiting"


def test_hostile_message_is_text(client: Client, two: Any) -> None:
    organisation, first, _second = two
    campaign = CampaignFactory(message="<script>alert(1)</script>", title="<b>T</b>")
    asked(organisation, first, campaign=campaign)
    page = client.get(link_of(organisation, campaign_id=campaign.pk)).content.decode()
    assert ("<script>alert" in page, "<b>T</b>" in page) == (False, False)


@pytest.mark.parametrize("token", ["abc", "a:b:c", "eyJ9", "%00", "W10:x"])
def test_invented_links_do_not_exist(client: Client, token: str) -> None:
    assert client.get(f"/partenaire/confirmer/{token}/").status_code == 404


def test_tampered_link_does_not_exist(client: Client, two: Any) -> None:
    address = link_of(two[0])
    assert client.get(f"{address[:-3]}AA/").status_code == 404


def test_old_link_and_lost_membership_say_so(client: Client, two: Any) -> None:
    organisation, *_places = two
    old = link_of(organisation, at=timezone.now() - timedelta(days=30, minutes=1))
    fresh = link_of(organisation, at=timezone.now() - timedelta(days=29))
    assert (client.get(old).status_code, client.get(fresh).status_code) == (410, 200)
    assert client.post(old, {"do": "all", "shown": shown(*FreshnessRequest.objects.all())}).status_code == 410
    Membership.objects.all().delete()
    assert client.get(fresh).status_code == 410
    assert set(answers().values()) == {"waiting"}


@pytest.mark.parametrize(
    "body", [{"do": "exact:x"}, {"do": "closed:"}, {"do": "all", "shown": "x:y"}, {"do": "all", "shown": "1"}]
)
def test_answers_that_the_page_never_writes_are_refused(
    client: Client, two: Any, body: dict[str, str]
) -> None:
    assert client.post(link_of(two[0]), body).status_code == 404
    assert set(answers().values()) == {"waiting"}


def test_page_is_kept_by_nobody(client: Client, two: Any) -> None:
    response = client.get(link_of(two[0]))
    assert "no-store" in response["Cache-Control"]
    assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert response.cookies == {}


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, count: int) -> None:
    places = [place_due() for _number in range(count)]
    organisation = partner("Ville", *places)
    asked(organisation, *places)
    address = link_of(organisation)
    client.get(address)
    with django_assert_num_queries(2):
        client.get(address)
