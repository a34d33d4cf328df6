"""Every table that may tell of a person is known, with what becomes of it: a new one has to be thought about first."""

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import EmailField, Field, GenericIPAddressField, Model

ERASED = "erased with the account or the address, and forgotten or ended by itself"
NUMBER = "leads to the account by its number, which has no name once it is erased"
TREATED = {
    "auth.User": ERASED,
    "account.EmailAddress": ERASED,
    "mfa.Authenticator": ERASED,
    "usersessions.UserSession": ERASED,
    "mapservice.OutgoingMail": ERASED,
    "places.Invitation": ERASED,
    "places.Membership": ERASED,
    # Authors, addresses, networks; the numbers of those who decided stay.
    "places.Proposal": ERASED,
    # Private contacts, in the records and in all their versions.
    "places.Place": ERASED,
    "places.PlaceEvent": ERASED,
    "admin.LogEntry": NUMBER,
    "auth.User_groups": NUMBER,
    "auth.User_user_permissions": NUMBER,
    "mobile_units.IdempotencyKey": NUMBER,
    "mobile_units.ItineraryException": NUMBER,
    "mobile_units.ItineraryExceptionEvent": NUMBER,
    "mobile_units.UnitOutage": NUMBER,
    "mobile_units.UnitOutageEvent": NUMBER,
    "places.ApiKey": NUMBER,
    "places.AuditEntry": NUMBER,
    "places.Campaign": NUMBER,
    "places.Decision": NUMBER,
    "places.DistinctPair": NUMBER,
    "places.MembershipEvent": NUMBER,
    "places.ProposalMessage": NUMBER,
    # Who was signed in when a record changed.
    "pghistory.Context": NUMBER,
    "pghistory.MiddlewareEvents": NUMBER,
}


def tells_of_a_person(field: Field) -> bool:
    is_named = field.name.startswith("contact_") or field.name in ("to", "metadata")
    return is_named or isinstance(field, EmailField | GenericIPAddressField) or field.related_model is User


def personal(model: type[Model]) -> bool:
    return any(tells_of_a_person(field) for field in model._meta.concrete_fields)


def test_every_table_about_persons_is_treated() -> None:
    found = {model._meta.label for model in apps.get_models(include_auto_created=True) if personal(model)}
    assert found == set(TREATED)
