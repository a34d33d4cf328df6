"""A service full of secrets: each private value holds MARK and a word that says where it was planted."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mapservice.models import OutgoingMail
from mapservice.questions.clusters import column, row
from places.enums import ApiScope, MemberRole, PhotoStatus, ProposalStatus, Status
from places.models import Commune, PageViews, Place
from places.services.audit import record
from tests import factories
from tests.factories.places import BAR_LE_DUC

MARK = "zqplant"
# What cannot hold letters: a direct line, and a number of views.
PHONE = "+33699887766"
VIEWS = 987_654_321
MERGED = "00000000-0000-4000-8000-000000000001"
ZOOMS = [0, 9, 16]
KEY = "mck_zqplant-cle-d-api"


def mark(word: str) -> str:
    return f"{MARK}-{word}"


def address(word: str) -> str:
    return f"{mark(word)}@exemple.fr"


@dataclass
class Planted:
    """What was planted, by parameters of routes, public and secret mixed; and those who come from outside."""

    values: dict[str, list[Any]]
    place: Place
    draft: Place
    proposal: Any
    clients: dict[str, Client] = field(default_factory=dict)


def private_fields() -> dict[str, str]:
    return {
        "contact_name": mark("contact"),
        "contact_email": address("contact"),
        "contact_phone": PHONE,
        "internal_notes": mark("notes"),
    }


def plant() -> Planted:
    commune = factories.CommuneFactory()
    place = factories.PlaceFactory(slug="public", name="Espace public", commune=commune, **private_fields())
    draft = factories.PlaceFactory(
        slug="brouillon",
        name=mark("lieu-brouillon"),
        summary=mark("resume"),
        commune=commune,
        status=Status.DRAFT,
        **private_fields(),
    )
    factories.ClosureFactory(place=draft, reason=mark("fermeture"))
    values: dict[str, list[Any]] = {"pk": [place.pk, draft.pk], "slug": ["public", "brouillon"]}
    _plant_wifi(values, place, draft, commune)
    _plant_units(values, place, draft)
    proposal = _plant_proposals(values, place)
    _plant_partners(values, place)
    _plant_merged(values, place)
    values |= {"fid": [*values["pk"], commune.insee], "insee": [commune.insee]}
    values["key"] = [*values["slug"], commune.insee]
    values |= {
        "secret": ["faux"],
        "token": ["faux"],
        "suffix": ["csv", "xlsx"],
        "uidb36": ["1"],
        "number": [1],
    }
    values |= {"z": ZOOMS, "x": [column(BAR_LE_DUC.x, z) for z in ZOOMS]}
    values |= {"y": [row(BAR_LE_DUC.y, z) for z in ZOOMS], "version": [1]}
    planted = Planted(values, place, draft, proposal)
    planted.clients = {"stranger": Client(), "state key": _state(), "another partner": _another_partner()}
    return planted


def _plant_wifi(values: dict[str, list[Any]], place: Place, draft: Place, commune: Commune) -> None:
    public = factories.WifiPointFactory(
        slug="borne", name="Borne publique", place=draft, commune=commune, internal_notes=mark("notes-wifi")
    )
    hidden = factories.WifiPointFactory(
        slug="borne-brouillon",
        name=mark("wifi-brouillon"),
        place=place,
        commune=commune,
        status=Status.DRAFT,
        internal_notes=mark("notes-wifi"),
        ssids=[mark("ssid")],
    )
    for wifi in (public, hidden):
        values["pk"].append(wifi.pk)
        values["slug"].append(wifi.slug)


def _plant_units(values: dict[str, list[Any]], place: Place, draft: Place) -> None:
    unit = factories.MobileUnitFactory(slug="bus", name="Bus public")
    hidden = factories.MobileUnitFactory(slug="bus-brouillon", name=mark("bus"), status=Status.DRAFT)
    stop = factories.StopFactory(
        slug="arret", name="Arrêt public", parking_advice=mark("stationnement"), place=place
    )
    draft_stop = factories.StopFactory(
        slug="arret-brouillon", name=mark("arret"), status=Status.DRAFT, place=draft
    )
    served = factories.ItineraryFactory(
        unit=unit, slug="tournee", name="Tournée publique", internal_notes=mark("notes-tournee")
    )
    drafts = [
        factories.ItineraryFactory(unit=one, slug=f"tournee-{n}", name=mark("tournee"), status=Status.DRAFT)
        for n, one in enumerate((unit, hidden))
    ]
    factories.CallFactory(itinerary=served, stop=stop)
    soon = timezone.now() + timedelta(days=3)
    passage = factories.PassageFactory(unit=unit, stop=stop, itinerary=served, start=soon)
    unseen = factories.PassageFactory(
        unit=hidden, stop=draft_stop, itinerary=drafts[1], start=soon + timedelta(days=1)
    )
    outage = factories.UnitOutageFactory(unit=hidden, reason=mark("panne"))
    exception = factories.ItineraryExceptionFactory(itinerary=drafts[0], reason=mark("exception"))
    made: list[Any] = [unit, hidden, stop, draft_stop, served, *drafts, passage, unseen]
    values["pk"] += [one.pk for one in made]
    values["slug"] += ["bus", "bus-brouillon", "arret", "arret-brouillon", "tournee", "tournee-0"]
    values |= {"outage": [outage.pk], "exception": [exception.pk]}


def _plant_proposals(values: dict[str, list[Any]], place: Place) -> Any:
    said = {"email": address("auteur"), "author_name": mark("auteur"), "comment": mark("commentaire")}
    fields = {"name": mark("nom-propose"), "contact_name": mark("contact-propose")}
    made = [
        factories.ProposalFactory(
            place=place, fields=fields, base={"name": "Espace public"}, secret=mark("lien"), **said
        ),
        factories.ProposalFactory(new_place=True, fields={**fields, "kinds": ["third_place"]}, **said),
        factories.ProposalFactory(unverified=True, place=place, fields=fields, base={}, **said),
        factories.ProposalFactory(
            place=place,
            fields=fields,
            base={},
            status=ProposalStatus.REFUSED,
            decided_at=timezone.now(),
            reason=mark("motif"),
            **said,
        ),
    ]
    factories.ProposalMessageFactory(proposal=made[0], text=mark("message"), is_from_author=True)
    factories.ProposalMessageFactory(proposal=made[0], text=mark("note-interne"), is_internal=True)
    photos = [
        factories.PhotoFactory(
            place=place,
            proposal=made[0],
            status=status,
            description=mark("photo"),
            credit=mark("credit"),
            full=f"RIFF-{mark('pixels')}-WEBP".encode(),
            thumbnail=f"RIFF-{mark('pixels')}-WEBP".encode(),
        )
        for status in (PhotoStatus.PENDING, PhotoStatus.REMOVED)
    ]
    shown: list[Any] = [*made, *photos]
    values["pk"] += [one.pk for one in shown]
    values["photo"] = [photo.pk for photo in photos]
    return made[0]


def _plant_partners(values: dict[str, list[Any]], place: Place) -> None:
    # Its name is public: pages say who recognises them.
    organisation = factories.OrganisationFactory(name="Mairie publique")
    user = factories.UserFactory(
        username=mark("compte"), email=address("membre"), first_name=mark("prenom"), last_name=mark("nom")
    )
    member = factories.MembershipFactory(organisation=organisation, user=user)
    factories.StewardshipFactory(organisation=organisation, place=place)
    key = factories.ApiKeyFactory(name=mark("cle"), organisation=organisation, secret=KEY)
    invitation = factories.InvitationFactory(
        organisation=organisation, email=address("invitee"), secret=mark("invitation")
    )
    campaign = factories.CampaignFactory(title=mark("campagne"), message=mark("message-campagne"))
    asked = factories.FreshnessRequestFactory(organisation=organisation, place=place, campaign=campaign)
    OutgoingMail.objects.create(
        to=address("mail"), subject=mark("objet"), body=mark("corps"), template="essai", language="fr"
    )
    record(mark("trace"), by=user, about=place, note=mark("detail"))
    PageViews.objects.create(place=place, day="2026-11-01", count=VIEWS)
    partners: list[Any] = [organisation, key, invitation, campaign, asked]
    values["pk"] += [one.pk for one in partners]
    values |= {"member": [member.pk], "invitation": [invitation.pk], "closure": [1]}


def _plant_merged(values: dict[str, list[Any]], place: Place) -> None:
    """A place that was merged into the public one: it stays, closed, and both its addresses lead there."""
    dropped = factories.PlaceFactory(
        id=MERGED,
        slug="fusionne",
        name="Ancien lieu",
        status=Status.CLOSED,
        closed_on="2026-10-01",
        **private_fields(),
    )
    redirect = factories.RedirectFactory(old_id=dropped.pk, old_slug=dropped.slug, place=place)
    values["pk"].append(redirect.old_id)
    values["slug"].append("fusionne")


def _state() -> Client:
    secret = "mck_cle-de-l-etat"
    factories.ApiKeyFactory(secret=secret, organisation=None, scopes=[ApiScope.READ_INVENTORY], name="État")
    return Client(headers={"Authorization": f"Bearer {secret}"})


def _another_partner() -> Client:
    user: User = factories.UserFactory(username="autre", email="autre@exemple.fr")
    own = factories.MembershipFactory(
        user=user, role=MemberRole.OWNER, organisation__name="Une autre mairie"
    ).organisation
    factories.StewardshipFactory(organisation=own, place=factories.PlaceFactory(name="Leur lieu"))
    client = Client()
    client.force_login(user)
    return client
