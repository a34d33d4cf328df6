"""Addresses of the moderators' desk, under /moderation/."""

from django.urls import path

from frontend.moderation.views import mails, merge, photos, proposal, queue, reasons, undo

urlpatterns = [
    path("", queue.queue, name="moderation"),
    path("<uuid:pk>/", proposal.proposal, name="moderation-proposal"),
    path("decisions/<int:pk>/annuler/", undo.undo, name="moderation-undo"),
    path("fusionner/", merge.merge, name="moderation-merge"),
    path("motifs/", reasons.reasons, name="moderation-reasons"),
    path("motifs/<int:pk>/", reasons.reason, name="moderation-reason"),
    path("courriels/", mails.mails, name="moderation-mails"),
    path("photos/<uuid:pk>.webp", photos.photo, name="moderation-photo"),
]
