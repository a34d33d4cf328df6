"""Addresses of the moderators' desk, under /moderation/."""

from django.urls import path

from frontend.moderation.views import (
    mails,
    merge,
    organisation_parts,
    organisations,
    photos,
    proposal,
    queue,
    reasons,
    undo,
)

urlpatterns = [
    path("", queue.queue, name="moderation"),
    path("<uuid:pk>/", proposal.proposal, name="moderation-proposal"),
    path("decisions/<int:pk>/annuler/", undo.undo, name="moderation-undo"),
    path("fusionner/", merge.merge, name="moderation-merge"),
    path("motifs/", reasons.reasons, name="moderation-reasons"),
    path("motifs/<int:pk>/", reasons.reason, name="moderation-reason"),
    path("courriels/", mails.mails, name="moderation-mails"),
    path("photos/", photos.gallery, name="moderation-photos"),
    path("photos/<uuid:pk>.webp", photos.photo, name="moderation-photo"),
    path("organisations/", organisations.organisations, name="moderation-organisations"),
    path("organisations/<uuid:pk>/", organisations.organisation, name="moderation-organisation"),
    path("organisations/<uuid:pk>/nom/", organisations.edit, name="moderation-organisation-edit"),
    path("organisations/<uuid:pk>/confiance/", organisations.trust, name="moderation-organisation-trust"),
    path(
        "organisations/<uuid:pk>/activite/", organisations.activity, name="moderation-organisation-activity"
    ),
    path("organisations/<uuid:pk>/inviter/", organisation_parts.invite, name="moderation-invite"),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/renvoyer/",
        organisation_parts.resend,
        name="moderation-invitation-resend",
    ),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/annuler/",
        organisation_parts.revoke,
        name="moderation-invitation-revoke",
    ),
    path(
        "organisations/<uuid:pk>/membres/<int:member>/role/",
        organisation_parts.role,
        name="moderation-member-role",
    ),
    path(
        "organisations/<uuid:pk>/membres/<int:member>/retirer/",
        organisation_parts.remove,
        name="moderation-member-remove",
    ),
    path("organisations/<uuid:pk>/fiches/", organisation_parts.attach, name="moderation-attach"),
    path(
        "organisations/<uuid:pk>/fiches/<int:stewardship>/retirer/",
        organisation_parts.detach,
        name="moderation-detach",
    ),
]
