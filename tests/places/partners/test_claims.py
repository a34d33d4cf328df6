"""Who looks after a record once its claim was accepted, and who may act in the name of the organisation."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection

from mapservice.models import OutgoingMail
from places.enums import MemberRole, ProposalKind
from places.models import AuditEntry, Membership, Organisation, Proposal, Stewardship
from places.partners.claims import ClaimRefused, end, grant
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    PlaceFactory,
    ProposalFactory,
    UserFactory,
    WifiPointFactory,
)

pytestmark = pytest.mark.django_db

SIRET = "21550029900023"


def claim(**values: object) -> Proposal:
    fields = {"organisation_name": "Mairie de Bar-le-Duc", "siret": SIRET}
    return ProposalFactory(
        kind=ProposalKind.CLAIM, **{"fields": fields, "base": {}, "comment": "Preuve", **values}
    )


@pytest.fixture
def moderator() -> User:
    return UserFactory(is_staff=True)


def test_author_owns_the_organisation_that_is_made(moderator: User) -> None:
    proposal = claim(email="Maire@Exemple.fr", author_name="Lou Val")
    stewardship = grant(proposal, by=moderator)
    assert (stewardship.place, stewardship.wifi_point) == (proposal.place, None)
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.siret, organisation.is_trusted) == (
        "Mairie de Bar-le-Duc",
        SIRET,
        False,
    )
    membership = organisation.memberships.get()
    assert (membership.role, membership.user.email) == ("owner", "maire@exemple.fr")
    assert membership.user.get_full_name() == "Lou Val"
    assert not membership.user.is_staff
    assert list(AuditEntry.objects.values_list("action", "user")) == [("grant", moderator.pk)]
    assert not OutgoingMail.objects.exists()


def test_granting_twice_changes_nothing(moderator: User) -> None:
    proposal = claim()
    assert grant(proposal, by=moderator) == grant(proposal, by=moderator)
    assert (Stewardship.objects.count(), Membership.objects.count(), AuditEntry.objects.count()) == (1, 1, 1)


def test_author_of_a_claim_for_anothers_organisation_waits_for_its_owner(moderator: User) -> None:
    organisation = OrganisationFactory(name="Ville de Bar-le-Duc", siret=SIRET)
    owner = MembershipFactory(organisation=organisation)
    MembershipFactory(organisation=organisation, role=MemberRole.EDITOR)
    MembershipFactory(organisation=organisation, user__is_active=False)
    proposal = claim(email="inconnu@exemple.fr")
    assert grant(proposal, by=moderator).organisation == organisation
    assert not Membership.objects.filter(user__email="inconnu@exemple.fr").exists()
    mail = OutgoingMail.objects.get()
    assert mail.to == owner.user.email
    assert "inconnu@exemple.fr" in mail.body
    assert f"/partenaire/organisations/{organisation.pk}/" in mail.body


def test_organisation_without_an_owner_gets_one(moderator: User) -> None:
    organisation = OrganisationFactory(siret=SIRET)
    MembershipFactory(organisation=organisation, role=MemberRole.EDITOR)
    grant(claim(email="maire@exemple.fr"), by=moderator)
    assert organisation.memberships.get(role=MemberRole.OWNER).user.email == "maire@exemple.fr"


def test_partner_claims_for_the_organisation_that_proposed(moderator: User) -> None:
    editor = MembershipFactory(role=MemberRole.EDITOR)
    proposal = claim(user=editor.user, organisation=editor.organisation, email="", fields={})
    assert grant(proposal, by=moderator).organisation == editor.organisation
    assert list(Membership.objects.values_list("user", "role")) == [(editor.user.pk, "editor")]


def test_several_organisations_share_a_record_and_one_has_several(moderator: User) -> None:
    place = PlaceFactory()
    grant(claim(place=place), by=moderator)
    other = claim(place=place, fields={"organisation_name": "Les Amis du livre", "siret": ""})
    grant(other, by=moderator)
    wifi = claim(place=None, wifi_point=WifiPointFactory())
    grant(wifi, by=moderator)
    assert place.stewardships.count() == 2
    assert Organisation.objects.get(siret=SIRET).stewardships.count() == 2


def test_second_claim_of_one_author_without_siret_joins_the_first(moderator: User) -> None:
    fields = {"organisation_name": "Les Amis du livre", "siret": ""}
    grant(claim(email="amis@exemple.fr", fields=fields), by=moderator)
    grant(
        claim(email="Amis@exemple.fr", fields={**fields, "organisation_name": "les amis du livre"}),
        by=moderator,
    )
    assert Organisation.objects.get().stewardships.count() == 2


def test_organisation_of_another_is_not_found_by_its_name(moderator: User) -> None:
    MembershipFactory(organisation__name="Les Amis du livre")
    grant(claim(fields={"organisation_name": "Les Amis du livre"}), by=moderator)
    assert Organisation.objects.filter(name="Les Amis du livre").count() == 2


@pytest.mark.parametrize(
    ("is_active", "fields", "words"),
    [
        (False, {"organisation_name": "Mairie", "siret": SIRET}, "désactivée"),
        (True, {"organisation_name": " "}, "au nom de quelle organisation"),
    ],
    ids=["deactivated", "nameless"],
)
def test_claim_that_cannot_be_granted(
    moderator: User, is_active: bool, fields: dict[str, str], words: str
) -> None:
    OrganisationFactory(siret=SIRET, is_active=is_active)
    with pytest.raises(ClaimRefused, match=words):
        grant(claim(fields=fields), by=moderator)
    assert (Stewardship.objects.count(), Membership.objects.count(), User.objects.count()) == (0, 0, 1)


def test_ending_leaves_a_trace(moderator: User) -> None:
    stewardship = grant(claim(), by=moderator)
    end(stewardship, by=moderator)
    assert not Stewardship.objects.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "grant",
        "end_stewardship",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_claims_granted_at_once_make_one_organisation_with_one_owner(moderator: User) -> None:
    claims = [claim(email=f"agent-{number}@exemple.fr") for number in range(4)]

    def accept(proposal: Proposal) -> None:
        try:
            grant(proposal, by=moderator)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(accept, claims))
    organisation = Organisation.objects.get()
    assert organisation.stewardships.count() == 4
    assert organisation.memberships.count() == 1
    assert OutgoingMail.objects.count() == 3
