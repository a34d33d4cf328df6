"""Addresses of the keys at both desks."""

from django.urls import path

from frontend.keys import moderation, partner

urlpatterns = [
    path("moderation/cles/", moderation.keys, name="moderation-keys"),
    path("moderation/cles/<uuid:key>/revoquer/", moderation.revoke, name="moderation-key-revoke"),
    path("moderation/cles/<uuid:key>/cadence/", moderation.rate, name="moderation-key-rate"),
    path(
        "partenaire/organisations/<uuid:pk>/cles/",
        partner.organisation_keys,
        name="partner-organisation-keys",
    ),
    path(
        "partenaire/organisations/<uuid:pk>/cles/<uuid:key>/revoquer/",
        partner.revoke,
        name="partner-key-revoke",
    ),
]
