"""Proposals, those who make them, and the partners who look after records."""

from datetime import timedelta
from hashlib import sha256

import factory
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.timezone import localdate
from factory.django import DjangoModelFactory

from places.enums import (
    ApiScope,
    CampaignState,
    MemberRole,
    PhotoStatus,
    ProposalKind,
    ProposalOrigin,
    ProposalStatus,
    ReportTopic,
    Verdict,
)
from places.models import (
    ApiKey,
    Campaign,
    Decision,
    FreshnessRequest,
    Invitation,
    Membership,
    Organisation,
    Photo,
    Proposal,
    ProposalMessage,
    Redirect,
    Stewardship,
)
from tests.factories.places import PlaceFactory


def digest(secret: str) -> str:
    """How the database keeps a secret link."""
    return sha256(secret.encode()).hexdigest()


class UserFactory(DjangoModelFactory[User]):
    """An account that signs in by a code sent to its address."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"compte-{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@exemple.fr")


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Mairie {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    """An owner."""

    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = MemberRole.OWNER


class InvitationFactory(DjangoModelFactory[Invitation]):
    """Waiting, for a week; its secret link ends with `secret`."""

    class Meta:
        model = Invitation

    class Params:
        secret = factory.Sequence(lambda n: f"invitation-secrete-{n}")

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invite-{n}@exemple.fr")
    role = MemberRole.EDITOR
    secret_hash = factory.LazyAttribute(lambda invitation: digest(invitation.secret))
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class StewardshipFactory(DjangoModelFactory[Stewardship]):
    """Of a place; for a Wi-Fi point, say `place=None, wifi_point=…`."""

    class Meta:
        model = Stewardship

    organisation = factory.SubFactory(OrganisationFactory)
    place = factory.SubFactory(PlaceFactory)


class ApiKeyFactory(DjangoModelFactory[ApiKey]):
    """A partner's key; the raw key is `secret`."""

    class Meta:
        model = ApiKey

    class Params:
        secret = factory.Sequence(lambda n: f"cle-secrete-{n}")

    name = "Site de la mairie"
    prefix = factory.LazyAttribute(lambda key: key.secret[:8])
    secret_hash = factory.LazyAttribute(lambda key: digest(key.secret))
    scopes = factory.LazyFunction(lambda: [ApiScope.WRITE_PROPOSALS])
    organisation = factory.SubFactory(OrganisationFactory)


class ProposalFactory(DjangoModelFactory[Proposal]):
    """A correction of the phone of a published place, verified, waiting for a decision.

    Its author follows it by a link that ends with `secret`.
    """

    class Meta:
        model = Proposal

    class Params:
        secret = factory.Sequence(lambda n: f"suivi-secret-{n}")
        unverified = factory.Trait(status=ProposalStatus.UNVERIFIED, verified_at=None)
        report = factory.Trait(
            kind=ProposalKind.REPORT,
            topic=ReportTopic.CLOSED,
            fields=factory.LazyFunction(dict),
            base=factory.LazyFunction(dict),
        )
        new_place = factory.Trait(
            kind=ProposalKind.NEW_PLACE,
            place=None,
            base=factory.LazyFunction(dict),
            base_version=None,
            fields=factory.LazyFunction(
                lambda: {
                    "name": "Médiathèque de Stenay",
                    "kinds": ["connected_space"],
                    "services": ["internet_access"],
                    "address": "5 place de la République",
                    "insee_code": "55029",
                    "location": [5.1596, 48.7727],
                }
            ),
        )

    kind = ProposalKind.CHANGE
    status = ProposalStatus.PENDING
    origin = ProposalOrigin.FORM
    place = factory.SubFactory(PlaceFactory, phone="+33329450000")
    fields = factory.LazyFunction(lambda: {"phone": "+33329450001"})
    base = factory.LazyFunction(lambda: {"phone": "+33329450000"})
    base_version = 1
    email = factory.Sequence(lambda n: f"auteur-{n}@exemple.fr")
    author_name = "Camille Auteur"
    secret_hash = factory.LazyAttribute(lambda proposal: digest(proposal.secret))
    verified_at = factory.LazyFunction(timezone.now)


class ProposalMessageFactory(DjangoModelFactory[ProposalMessage]):
    class Meta:
        model = ProposalMessage

    proposal = factory.SubFactory(ProposalFactory)
    text = "Pouvez-vous préciser les horaires du samedi ?"


class DecisionFactory(DjangoModelFactory[Decision]):
    """The record of an acceptance; it changes nothing itself."""

    class Meta:
        model = Decision

    proposal = factory.SubFactory(
        ProposalFactory, status=ProposalStatus.ACCEPTED, decided_at=factory.LazyFunction(timezone.now)
    )
    verdict = Verdict.ACCEPT
    by = factory.SubFactory(UserFactory, is_staff=True)
    before = factory.LazyAttribute(lambda decision: dict(decision.proposal.base))
    after = factory.LazyAttribute(lambda decision: dict(decision.proposal.fields))
    previous_status = ProposalStatus.PENDING


class PhotoFactory(DjangoModelFactory[Photo]):
    """A published photo of a place; its bytes are no picture."""

    class Meta:
        model = Photo

    place = factory.SubFactory(PlaceFactory)
    status = PhotoStatus.PUBLISHED
    description = "La façade, avec la rampe d'accès à droite"
    full = b"RIFF-full-WEBP"
    thumbnail = b"RIFF-thumbnail-WEBP"
    width = 1600
    height = 1200
    sha256 = factory.LazyAttribute(lambda photo: sha256(photo.full).hexdigest())


class CampaignFactory(DjangoModelFactory[Campaign]):
    """Running."""

    class Meta:
        model = Campaign

    title = "Vos horaires de l'été"
    message = "Changez-vous d'horaires cet été ?"
    ends_on = factory.LazyFunction(lambda: localdate() + timedelta(days=30))
    state = CampaignState.RUNNING
    started_at = factory.LazyFunction(timezone.now)


class FreshnessRequestFactory(DjangoModelFactory[FreshnessRequest]):
    """Waiting for an answer about a place."""

    class Meta:
        model = FreshnessRequest

    organisation = factory.SubFactory(OrganisationFactory)
    place = factory.SubFactory(PlaceFactory)


class RedirectFactory(DjangoModelFactory[Redirect]):
    class Meta:
        model = Redirect

    old_id = factory.Faker("uuid4")
    old_slug = factory.Sequence(lambda n: f"ancien-lieu-{n}")
    place = factory.SubFactory(PlaceFactory)
