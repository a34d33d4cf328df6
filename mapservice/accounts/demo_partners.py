"""Two partners for trying the service: one whose changes wait for a moderator, one who is trusted."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from places.enums import MemberRole
from places.models import Membership, Organisation, Place, Stewardship, WifiPoint
from places.services.demo_files import demo_id


@dataclass(frozen=True)
class DemoPartner:
    """`places` and `wifi_points` are keys of the demonstration set: those that were loaded are looked after."""

    account: str
    organisation: str
    is_trusted: bool
    places: tuple[str, ...]
    wifi_points: tuple[str, ...] = ()


PARTNERS = (
    DemoPartner(
        "partenaire",
        "Médiathèques du Barrois (démonstration)",
        is_trusted=False,
        places=(
            "mediatheque-des-deux-ponts-bar-le-duc",
            "mediatheque-du-parc-ligny-en-barrois",
            "bibliotheque-du-val-fains-veel",
        ),
    ),
    DemoPartner(
        "partenaire-de-confiance",
        "Ville de Bar-le-Duc (démonstration)",
        is_trusted=True,
        places=("point-numerique-de-la-mairie-bar-le-duc", "le-tremplin-espace-jeunes-bar-le-duc"),
        wifi_points=("wi-fi-du-hall-de-l-hotel-du-departement-bar-le-duc",),
    ),
)


def admit(partner: DemoPartner, user: User) -> None:
    """The account owns its organisation, which looks after its records. Doing it again changes nothing."""
    organisation, _ = Organisation.objects.get_or_create(
        pk=demo_id(f"organisation {partner.account}"),
        defaults={"name": partner.organisation, "is_trusted": partner.is_trusted, "is_demo": True},
    )
    Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": MemberRole.OWNER}
    )
    for place in Place.objects.filter(pk__in=map(demo_id, partner.places)):
        Stewardship.objects.get_or_create(organisation=organisation, place=place)
    for wifi in WifiPoint.objects.filter(pk__in=map(demo_id, partner.wifi_points)):
        Stewardship.objects.get_or_create(organisation=organisation, wifi_point=wifi)
