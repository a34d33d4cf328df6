"""The partners' desk: what it shows, what it does, and to whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from places.enums import MemberRole, PhotoStatus, ProposalKind, ProposalStatus, Status, Verdict
from places.models import (
    AuditEntry,
    Decision,
    Membership,
    Organisation,
    PageViews,
    Photo,
    Place,
    Proposal,
    WifiPoint,
)
from tests.factories import (
    ClosureFactory,
    CommuneFactory,
    FreshnessRequestFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    PhotoFactory,
    PlaceFactory,
    ProposalFactory,
    ProposalMessageFactory,
    StewardshipFactory,
    UserFactory,
    WifiPointFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(name="Mairie de Bar-le-Duc")


@pytest.fixture
def editor(organisation: Organisation) -> Membership:
    MembershipFactory(organisation=organisation, user__first_name="Rose", user__last_name="Lys")
    return MembershipFactory(organisation=organisation, role=MemberRole.EDITOR)


@pytest.fixture
def client(editor: Membership) -> Client:
    """Signed in as an editor."""
    client = Client()
    client.force_login(editor.user)
    return client


@pytest.fixture
def owner(editor: Membership, organisation: Organisation) -> Client:
    client = Client()
    client.force_login(organisation.memberships.get(role=MemberRole.OWNER).user)
    return client


@pytest.fixture
def place(organisation: Organisation) -> Place:
    CommuneFactory()
    place = PlaceFactory(name="Médiathèque", phone="+33329450000")
    StewardshipFactory(organisation=organisation, place=place)
    return place


@pytest.fixture
def wifi(organisation: Organisation) -> WifiPoint:
    wifi = WifiPointFactory(name="Wi-Fi de la gare", postal_code="55000")
    StewardshipFactory(organisation=organisation, place=None, wifi_point=wifi)
    return wifi


def trust(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(is_trusted=True)


def text_of(response: Any) -> str:
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


def form_of(client: Client, record: Place | WifiPoint) -> dict[str, Any]:
    """What a browser would send of the edit form, untouched."""
    name = "partner-edit" if isinstance(record, Place) else "partner-wifi-edit"
    response = client.get(reverse(name, args=[record.pk]))
    assert response.status_code == 200
    context = response.context
    data: dict[str, Any] = {"version": context["version"], context["sealed_name"]: context["sealed"]}
    for field in context["form"]:
        value = field.value()
        if value is not None and value != "":
            data[field.html_name] = _typed(field.field.prepare_value(value))
    return data | hours_of(context["hours"])


def _typed(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


def hours_of(hours: Any) -> dict[str, Any]:
    data = {f"{hours.prefix}-holidays": hours.holidays, f"{hours.prefix}-note": hours.note}
    for day in hours.days:
        if day.is_closed:
            data[f"{day.name}-closed"] = "1"
        for line in day.filled:
            data |= {f"{line.name}-start": line.start, f"{line.name}-end": line.end}
    return data


def send(client: Client, record: Place | WifiPoint, do: str = "send", **changes: Any) -> Any:
    data = form_of(client, record) | changes
    name = "partner-edit" if isinstance(record, Place) else "partner-wifi-edit"
    return client.post(reverse(name, args=[record.pk]), data | {"do": do})


class TestHome:
    def test_shows_own_records_and_no_others(self, client: Client, place: Place, wifi: WifiPoint) -> None:
        foreign = StewardshipFactory(place__name="Lieu étranger")
        text = text_of(client.get("/partenaire/"))
        assert "Médiathèque" in text
        assert "Wi-Fi de la gare" in text
        assert foreign.place.name not in text

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow(
        self, client: Client, organisation: Organisation, count: int, django_assert_num_queries: Any
    ) -> None:
        for _ in range(count):
            stewardship = StewardshipFactory(organisation=organisation)
            ClosureFactory(place=stewardship.place, starts_on=localdate(), ends_on=localdate())
            StewardshipFactory(organisation=organisation, place=None, wifi_point=WifiPointFactory())
        client.get("/partenaire/")
        # Session, account, memberships, stewardships, places, closures, Wi-Fi points, proposals.
        with django_assert_num_queries(8):
            client.get("/partenaire/")

    def test_account_without_organisation_is_told_what_to_do(self) -> None:
        client = Client()
        client.force_login(UserFactory())
        response = client.get("/partenaire/")
        assert response.status_code == 403
        assert "rattaché à aucune organisation" in text_of(response)

    def test_organisation_that_was_deactivated_closes_the_desk(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        Organisation.objects.update(is_active=False)
        assert client.get("/partenaire/").status_code == 403
        assert client.get(reverse("partner-record", args=[place.pk])).status_code == 403

    def test_stranger_signs_in_first(self) -> None:
        response = Client().get("/partenaire/")
        assert (response.status_code, response["Location"]) == (302, "/comptes/login/?next=/partenaire/")

    def test_is_kept_by_no_cache(self, client: Client) -> None:
        assert "no-store" in client.get("/partenaire/")["Cache-Control"]

    def test_partner_signs_in_to_the_desk(self, editor: Membership) -> None:
        editor.user.set_password("une phrase assez longue")
        editor.user.save()
        form = {"login": editor.user.email, "password": "une phrase assez longue"}
        assert Client().post("/comptes/login/", form)["Location"] == "/partenaire/"

    def test_what_others_propose_is_not_told(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        ProposalFactory(place=place)
        assert "en attente" not in text_of(client.get("/partenaire/"))
        ProposalFactory(place=place, organisation=organisation)
        assert "1 proposition en attente" in text_of(client.get("/partenaire/"))

    def test_lacks_are_named_with_a_link(self, client: Client, place: Place) -> None:
        text = text_of(client.get("/partenaire/"))
        assert "réponses utiles sur 14" in text
        assert f"/partenaire/lieux/{place.pk}/modifier/#id_workstations" in text_of(
            client.get(reverse("partner-record", args=[place.pk]))
        )


class TestConfirm:
    def test_one(self, client: Client, place: Place) -> None:
        request = FreshnessRequestFactory(place=place)
        client.post(reverse("partner-confirm", args=[place.pk]))
        place.refresh_from_db()
        request.refresh_from_db()
        assert place.confirmed_on == localdate()
        assert (request.answer, request.answered_at is not None) == ("confirmed", True)

    def test_all_but_those_of_others_and_drafts(self, client: Client, place: Place, wifi: WifiPoint) -> None:
        foreign = PlaceFactory()
        draft = StewardshipFactory(
            organisation=Organisation.objects.get(name="Mairie de Bar-le-Duc"), place__status=Status.DRAFT
        ).place
        response = client.post("/partenaire/exact/", follow=True)
        assert "2 fiches sont confirmées" in text_of(response)
        confirmed = Place.objects.filter(confirmed_on=localdate()).values_list("pk", flat=True)
        assert list(confirmed) == [place.pk]
        assert WifiPoint.objects.get().confirmed_on == localdate()
        assert {foreign.pk, draft.pk}.isdisjoint(confirmed)

    @pytest.mark.parametrize("name", ["partner-confirm-all", "partner-confirm"])
    def test_reading_confirms_nothing(self, client: Client, place: Place, name: str) -> None:
        assert (
            client.get(reverse(name, args=[place.pk] if name == "partner-confirm" else [])).status_code == 405
        )
        assert not Place.objects.filter(confirmed_on__isnull=False).exists()


class TestEdit:
    def test_nothing_changed_sends_nothing(self, client: Client, place: Place) -> None:
        response = send(client, place)
        assert response.status_code == 422
        assert "Rien n'a changé" in text_of(response)
        assert not Proposal.objects.exists()

    def test_first_press_shows_what_changes(self, client: Client, place: Place) -> None:
        response = send(client, place, "check", phone="03 29 45 99 99")
        assert response.status_code == 200
        assert "Après décision de la modération" in text_of(response)
        assert "En ligne aussitôt" not in text_of(response)
        assert not Proposal.objects.exists()

    def test_editor_proposes(self, client: Client, editor: Membership, place: Place) -> None:
        response = send(client, place, phone="03 29 45 99 99")
        assert response["Location"] == reverse("partner-record", args=[place.pk])
        proposal = Proposal.objects.get()
        assert (proposal.kind, proposal.status, proposal.origin) == ("change", "pending", "partner")
        assert proposal.fields == {"phone": "+33329459999"}
        assert (proposal.user, proposal.organisation) == (editor.user, editor.organisation)
        place.refresh_from_db()
        assert place.phone == "+33329450000"

    def test_trusted_partner_changes_at_once_what_trust_covers(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        shown = text_of(send(client, place, "check", phone="03 29 45 99 99", name="Médiathèque Jean-Jeukens"))
        assert shown.index("En ligne aussitôt") < shown.index("Après décision de la modération")
        response = send(client, place, phone="03 29 45 99 99", name="Médiathèque Jean-Jeukens")
        assert response.status_code == 302
        place.refresh_from_db()
        assert (place.phone, place.name) == ("+33329459999", "Médiathèque")
        applied = Decision.objects.get()
        assert (applied.verdict, applied.after["phone"]) == (Verdict.APPLY, "+33329459999")
        assert Proposal.objects.get(status=ProposalStatus.PENDING).fields == {
            "name": "Médiathèque Jean-Jeukens"
        }

    def test_two_people_at_once_lose_nothing(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        data = form_of(client, place) | {"phone": "03 29 45 11 11", "do": "send"}
        Place.objects.filter(pk=place.pk).update(phone="+33329452222")
        address = reverse("partner-edit", args=[place.pk])
        response = client.post(address, data)
        assert response.status_code == 409
        text = text_of(response)
        assert "Quelqu'un d'autre vient de changer cette fiche" in text
        assert 'value="03 29 45 11 11"' in text
        assert "03 29 45 22 22" in text.replace("\u00a0", " ")
        place.refresh_from_db()
        assert place.phone == "+33329452222"
        again = data | {
            "version": response.context["version"],
            response.context["sealed_name"]: response.context["sealed"],
        }
        assert client.post(address, again).status_code == 302
        place.refresh_from_db()
        assert place.phone == "+33329451111"

    def test_change_of_another_field_meanwhile_is_no_conflict(self, client: Client, place: Place) -> None:
        data = form_of(client, place) | {"phone": "03 29 45 11 11", "do": "send"}
        Place.objects.filter(pk=place.pk).update(summary="Autre chose")
        assert client.post(reverse("partner-edit", args=[place.pk]), data).status_code == 302
        assert Proposal.objects.get().fields == {"phone": "+33329451111"}

    @pytest.mark.parametrize("version", ["", "-1", "x", "²", "9" * 400])
    def test_hostile_version(self, client: Client, place: Place, version: str) -> None:
        assert send(client, place, phone="03 29 45 11 11", version=version).status_code == 302

    def test_forged_seal_is_not_believed(self, client: Client, place: Place) -> None:
        assert send(client, place, phone="03 29 45 11 11", fiche="x.y.z").status_code == 302
        assert Proposal.objects.get().fields == {"phone": "+33329451111"}

    def test_fields_that_the_form_does_not_have_are_not_read(self, client: Client, place: Place) -> None:
        send(client, place, phone="03 29 45 11 11", status="closed", internal_notes="x", is_demo="on")
        assert Proposal.objects.get().fields == {"phone": "+33329451111"}

    def test_wifi_point(self, client: Client, wifi: WifiPoint) -> None:
        CommuneFactory()
        assert send(client, wifi, name="Wi-Fi de la place").status_code == 302
        assert Proposal.objects.get().fields == {"name": "Wi-Fi de la place"}

    def test_private_contact_is_not_shown_back(self, client: Client, place: Place) -> None:
        Place.objects.update(contact_name="Madame Secrète", contact_email="secrete@exemple.fr")
        assert "ecr" not in text_of(client.get(reverse("partner-edit", args=[place.pk]))).partition("Secr")[1]

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.CLOSED])
    def test_record_that_is_not_published(self, client: Client, place: Place, status: str) -> None:
        Place.objects.update(status=status, closed_on=localdate() if status == Status.CLOSED else None)
        response = client.get(reverse("partner-edit", args=[place.pk]), follow=True)
        assert "n'est pas publiée" in text_of(response)

    def test_markup_is_shown_as_text(self, client: Client, place: Place) -> None:
        text = send(client, place, "check", summary="<script>alert(1)</script>").content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


class TestClosure:
    def form(self, **values: str) -> dict[str, str]:
        first = localdate() + timedelta(days=3)
        dates = {"starts_on": first.isoformat(), "ends_on": (first + timedelta(days=6)).isoformat()}
        return dates | {"ready": "congés", "other": ""} | values

    def test_editor_proposes(self, client: Client, place: Place) -> None:
        client.post(reverse("partner-closure", args=[place.pk]), self.form())
        proposal = Proposal.objects.get()
        assert (proposal.kind, proposal.status) == (ProposalKind.TEMPORARY_CLOSURE, "pending")
        assert proposal.fields["reason"] == "Congés"
        assert not place.closures.exists()

    def test_trusted_partner_closes_at_once(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        response = client.post(reverse("partner-closure", args=[place.pk]), self.form(), follow=True)
        closure = place.closures.get()
        assert (closure.reason, (closure.ends_on - closure.starts_on).days) == ("Congés", 6)
        assert "est annoncée aux habitants" in text_of(response)

    @pytest.mark.parametrize(
        "values",
        [
            {"ready": "", "other": ""},
            {"starts_on": ""},
            {"ends_on": "2020-01-01"},
            {"starts_on": "31/02/2027"},
            {"ready": "<b>"},
            {"other": "x" * 201, "ready": ""},
        ],
        ids=["no-reason", "no-date", "past", "no-such-day", "forged", "too-long"],
    )
    def test_what_cannot_be_is_shown_back(self, client: Client, place: Place, values: dict[str, str]) -> None:
        response = client.post(reverse("partner-closure", args=[place.pk]), self.form(**values))
        assert response.status_code == 422
        assert not Proposal.objects.exists()

    def test_overlap_is_said(self, client: Client, organisation: Organisation, place: Place) -> None:
        trust(organisation)
        client.post(reverse("partner-closure", args=[place.pk]), self.form())
        response = client.post(reverse("partner-closure", args=[place.pk]), self.form())
        assert response.status_code == 422
        assert place.closures.count() == 1

    def test_trusted_partner_opens_sooner(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        today = localdate()
        closure = ClosureFactory(
            place=place, starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=2)
        )
        client.post(reverse("partner-reopen", args=[place.pk, closure.pk]))
        closure.refresh_from_db()
        assert closure.ends_on == today - timedelta(days=1)
        assert AuditEntry.objects.get().action == "reopen"

    def test_closure_to_come_leaves_no_day_behind(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        day = localdate() + timedelta(days=1)
        closure = ClosureFactory(place=place, starts_on=day, ends_on=day)
        client.post(reverse("partner-reopen", args=[place.pk, closure.pk]))
        assert not place.closures.exists()

    def test_editor_asks_to_open_sooner(self, client: Client, place: Place) -> None:
        closure = ClosureFactory(place=place, starts_on=localdate(), ends_on=localdate())
        for _ in range(2):
            client.post(reverse("partner-reopen", args=[place.pk, closure.pk]))
        assert place.closures.count() == 1
        assert Proposal.objects.get().kind == ProposalKind.REPORT

    def test_closure_of_another_place(self, client: Client, place: Place) -> None:
        other = ClosureFactory()
        assert client.post(reverse("partner-reopen", args=[place.pk, other.pk])).status_code == 404


class TestWifi:
    def test_state_by_hand(self, client: Client, wifi: WifiPoint) -> None:
        client.post(reverse("partner-wifi-state", args=[wifi.pk]), {"state": "down"})
        wifi.refresh_from_db()
        assert (wifi.state, wifi.state_on, wifi.state_origin) == ("down", localdate(), "person")

    @pytest.mark.parametrize("state", ["", "disabled", "unknown", "x"])
    def test_other_states_are_not_a_partners(self, client: Client, wifi: WifiPoint, state: str) -> None:
        client.post(reverse("partner-wifi-state", args=[wifi.pk]), {"state": state})
        wifi.refresh_from_db()
        assert (wifi.state, wifi.state_on) == ("unknown", None)


class TestProposals:
    def test_own_are_listed_others_are_not(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        ProposalFactory(organisation=organisation, place=place)
        foreign = ProposalFactory(place__name="Lieu étranger")
        text = text_of(client.get("/partenaire/propositions/"))
        assert "Médiathèque" in text
        assert foreign.place.name not in text
        assert client.get(reverse("partner-proposal", args=[foreign.pk])).status_code == 404

    def test_notes_of_moderators_are_not_read(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        proposal = ProposalFactory(organisation=organisation, place=place)
        ProposalMessageFactory(proposal=proposal, text="Note interne secrète", is_internal=True)
        ProposalMessageFactory(proposal=proposal, text="Quel étage ?")
        text = text_of(client.get(reverse("partner-proposal", args=[proposal.pk])))
        assert "Quel étage ?" in text
        assert "secrète" not in text

    def test_answer_and_withdraw(self, client: Client, organisation: Organisation, place: Place) -> None:
        proposal = ProposalFactory(organisation=organisation, place=place, status=ProposalStatus.QUESTION)
        client.post(reverse("partner-proposal-reply", args=[proposal.pk]), {"text": "Au premier"})
        proposal.refresh_from_db()
        assert (proposal.status, proposal.messages.get().text) == ("pending", "Au premier")
        client.post(reverse("partner-proposal-withdraw", args=[proposal.pk]))
        proposal.refresh_from_db()
        assert proposal.status == "withdrawn"

    def test_decided_one_is_not_withdrawn(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        proposal = ProposalFactory(
            organisation=organisation, place=place, status=ProposalStatus.REFUSED, decided_at=timezone.now()
        )
        client.post(reverse("partner-proposal-withdraw", args=[proposal.pk]))
        proposal.refresh_from_db()
        assert proposal.status == "refused"


class TestOrganisation:
    def test_owner_invites_and_revokes(self, owner: Client, organisation: Organisation) -> None:
        form = {"email": "neuf@exemple.fr", "role": "editor"}
        owner.post(reverse("partner-invite", args=[organisation.pk]), form)
        invitation = organisation.invitations.get()
        assert (invitation.email, invitation.role) == ("neuf@exemple.fr", "editor")
        assert "neuf@exemple.fr" in text_of(
            owner.get(reverse("partner-organisation", args=[organisation.pk]))
        )
        owner.post(reverse("partner-revoke", args=[organisation.pk, invitation.pk]))
        invitation.refresh_from_db()
        assert invitation.revoked_at is not None

    def test_known_and_unknown_addresses_are_invited_alike(
        self, owner: Client, organisation: Organisation
    ) -> None:
        UserFactory(email="connu@exemple.fr")
        address = reverse("partner-invite", args=[organisation.pk])
        answers = [
            text_of(owner.post(address, {"email": email, "role": "editor"}, follow=True)).replace(email, "")
            for email in ("connu@exemple.fr", "inconnu@exemple.fr")
        ]
        pattern = 'role="status"'
        told = [answer.partition(pattern)[2].partition("</div>")[0] for answer in answers]
        assert told[0] == told[1] != ""

    def test_editor_does_none_of_it(self, client: Client, owner: Client, organisation: Organisation) -> None:
        invitation = InvitationFactory(organisation=organisation)
        member = organisation.memberships.get(role=MemberRole.OWNER)
        tries = [
            ("partner-invite", [], {"email": "x@exemple.fr", "role": "owner"}),
            ("partner-revoke", [invitation.pk], {}),
            ("partner-role", [member.pk], {"role": "editor"}),
            ("partner-remove", [member.pk], {}),
            ("partner-organisation-edit", [], {"name": "Pris"}),
        ]
        for name, arguments, data in tries:
            assert client.post(reverse(name, args=[organisation.pk, *arguments]), data).status_code == 403, (
                name
            )
        assert invitation.email not in text_of(
            client.get(reverse("partner-organisation", args=[organisation.pk]))
        )

    def test_last_owner_is_told(self, owner: Client, organisation: Organisation) -> None:
        response = owner.post(reverse("partner-leave", args=[organisation.pk]), follow=True)
        assert "Il faut au moins un responsable" in text_of(response)
        assert organisation.memberships.count() == 2

    def test_editor_leaves(self, client: Client, organisation: Organisation) -> None:
        assert client.post(reverse("partner-leave", args=[organisation.pk])).status_code == 302
        assert client.get("/partenaire/").status_code == 403

    def test_member_of_another_organisation_is_not_found(
        self, owner: Client, organisation: Organisation
    ) -> None:
        other = MembershipFactory(role=MemberRole.EDITOR)
        assert owner.post(reverse("partner-remove", args=[organisation.pk, other.pk])).status_code == 404
        assert (
            owner.post(reverse("partner-remove", args=[other.organisation.pk, other.pk])).status_code == 404
        )
        assert Membership.objects.filter(pk=other.pk).exists()

    def test_name_and_siret(self, owner: Client, organisation: Organisation) -> None:
        address = reverse("partner-organisation-edit", args=[organisation.pk])
        owner.post(address, {"name": "Ville de Bar-le-Duc", "siret": "215 500 299 00023"})
        organisation.refresh_from_db()
        assert (organisation.name, organisation.siret) == ("Ville de Bar-le-Duc", "21550029900023")
        assert owner.post(address, {"name": "x", "siret": "12345678901234"}).status_code == 422

    def test_siret_of_another(self, owner: Client, organisation: Organisation) -> None:
        OrganisationFactory(name="Cachée", siret="21550029900023")
        response = owner.post(
            reverse("partner-organisation-edit", args=[organisation.pk]),
            {"name": "x", "siret": "21550029900023"},
        )
        assert response.status_code == 422
        assert "Cachée" not in text_of(response)
        organisation.refresh_from_db()
        assert organisation.name == "Mairie de Bar-le-Duc"


class TestClaims:
    def test_partner_asks_for_one_more(self, client: Client, organisation: Organisation) -> None:
        place = PlaceFactory(name="Salle des fêtes")
        assert "Salle des fêtes" in text_of(client.get("/partenaire/gerer/", {"q": "salle des fetes"}))
        for _ in range(2):
            client.post(reverse("partner-claim", args=[place.pk]), {"comment": "Salle communale"})
        proposal = Proposal.objects.get()
        assert (proposal.kind, proposal.organisation, proposal.comment) == (
            "claim",
            organisation,
            "Salle communale",
        )

    def test_draft_is_neither_found_nor_claimed(self, client: Client) -> None:
        draft = PlaceFactory(name="Salle secrète", status=Status.DRAFT)
        assert str(draft.pk) not in text_of(client.get("/partenaire/gerer/", {"q": "salle secrete"}))
        assert client.get(reverse("partner-claim", args=[draft.pk])).status_code == 404

    def test_own_is_not_claimed_again(self, client: Client, place: Place) -> None:
        response = client.post(reverse("partner-claim", args=[place.pk]), {"comment": "À nous"})
        assert response.status_code == 422
        assert not Proposal.objects.exists()


class TestPhotos:
    def test_own_photo_is_taken_down(self, client: Client, place: Place) -> None:
        photo = PhotoFactory(place=place)
        assert photo.description in text_of(client.get(reverse("partner-photos", args=[place.pk])))
        client.post(reverse("partner-photo-remove", args=[place.pk, photo.pk]))
        photo.refresh_from_db()
        assert photo.status == PhotoStatus.REMOVED

    def test_photo_of_another_place_stays(self, client: Client, place: Place) -> None:
        photo = PhotoFactory()
        for target in (place.pk, photo.place.pk):
            address = reverse("partner-photo-remove", args=[target, photo.pk])
            assert client.post(address).status_code == 404
        assert Photo.objects.get().status == PhotoStatus.PUBLISHED


class TestStatistics:
    def test_nothing_read_is_said_in_words(self, client: Client, place: Place) -> None:
        assert "Aucune lecture en douze mois" in text_of(client.get("/partenaire/consultations/"))

    def test_twelve_months(self, client: Client, place: Place) -> None:
        today = localdate()
        PageViews.objects.create(place=place, day=today, count=5)
        PageViews.objects.create(place=place, day=today - timedelta(days=400), count=100)
        PageViews.objects.create(place=PlaceFactory(), day=today, count=1000)
        response = client.get("/partenaire/consultations/")
        months = response.context["months"]
        assert [month.count for month in months] == [0] * 11 + [5]
        assert months[-1].share == 100
        assert response.context["total"] == 5
        assert "5 lectures en douze mois" in text_of(
            client.get(reverse("partner-statistics", args=[place.pk]))
        )


PAGES: list[tuple[str, str, str]] = [
    ("get", "partner-record", "place"),
    ("get", "partner-edit", "place"),
    ("post", "partner-edit", "place"),
    ("post", "partner-confirm", "place"),
    ("get", "partner-closure", "place"),
    ("post", "partner-closure", "place"),
    ("get", "partner-photos", "place"),
    ("post", "partner-photos", "place"),
    ("get", "partner-statistics", "place"),
    ("get", "partner-wifi", "wifi"),
    ("get", "partner-wifi-edit", "wifi"),
    ("post", "partner-wifi-confirm", "wifi"),
    ("post", "partner-wifi-state", "wifi"),
    ("get", "partner-wifi-statistics", "wifi"),
    ("get", "partner-organisation", "organisation"),
    ("post", "partner-organisation-edit", "organisation"),
    ("get", "partner-csv", "organisation"),
    ("get", "partner-xlsx", "organisation"),
    ("post", "partner-invite", "organisation"),
    ("post", "partner-leave", "organisation"),
    ("get", "partner-proposal", "proposal"),
    ("post", "partner-proposal-reply", "proposal"),
    ("post", "partner-proposal-withdraw", "proposal"),
]


@pytest.mark.parametrize(("method", "name", "what"), PAGES)
def test_what_is_anothers_does_not_exist(client: Client, method: str, name: str, what: str) -> None:
    foreign = StewardshipFactory()
    wifi = StewardshipFactory(place=None, wifi_point=WifiPointFactory()).wifi_point
    objects = {
        "place": foreign.place,
        "wifi": wifi,
        "organisation": foreign.organisation,
        "proposal": ProposalFactory(organisation=foreign.organisation),
    }
    assert getattr(client, method)(reverse(name, args=[objects[what].pk])).status_code == 404
    assert (
        getattr(client, method)(reverse(name, args=["00000000-0000-0000-0000-000000000000"])).status_code
        == 404
    )


@pytest.mark.parametrize(("name", "what"), [(name, what) for method, name, what in PAGES if method == "post"])
def test_every_form_carries_a_token(name: str, what: str) -> None:
    member = MembershipFactory()
    own: dict[str, Any] = {
        "place": lambda: StewardshipFactory(organisation=member.organisation).place,
        "wifi": lambda: (
            StewardshipFactory(
                organisation=member.organisation, place=None, wifi_point=WifiPointFactory()
            ).wifi_point
        ),
        "organisation": lambda: member.organisation,
        "proposal": lambda: ProposalFactory(organisation=member.organisation),
    }
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member.user)
    assert strict.post(reverse(name, args=[own[what]().pk])).status_code == 403


def test_every_page_opens(
    client: Client, owner: Client, place: Place, wifi: WifiPoint, organisation: Organisation
) -> None:
    proposal = ProposalFactory(organisation=organisation, place=place)
    objects: dict[str, Any] = {
        "place": place,
        "wifi": wifi,
        "organisation": organisation,
        "proposal": proposal,
    }
    addresses = [reverse(name, args=[objects[what].pk]) for method, name, what in PAGES if method == "get"]
    others = ["partner", "partner-proposals", "partner-files", "partner-views", "partner-claim-search"]
    for user in (client, owner):
        statuses = {address: user.get(address).status_code for address in [*addresses, *map(reverse, others)]}
        assert set(statuses.values()) == {200}, statuses
