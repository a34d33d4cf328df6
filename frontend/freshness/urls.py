"""Addresses that keep records true, from the root of the site."""

from django.urls import path

from frontend.freshness.views import campaigns, health
from frontend.freshness.views.confirm import confirm_page

urlpatterns = [
    path("partenaire/confirmer/<str:token>/", confirm_page, name="freshness-confirm"),
    path("moderation/sante/", health.health, name="moderation-health"),
    path("moderation/sante/<slug:key>/", health.check, name="moderation-check"),
    path("moderation/sante/<slug:key>.csv", health.check_file, name="moderation-check-file"),
    path("moderation/campagnes/", campaigns.campaigns, name="moderation-campaigns"),
    path("moderation/campagnes/nouvelle/", campaigns.new, name="moderation-campaign-new"),
    path("moderation/campagnes/<uuid:pk>/", campaigns.campaign, name="moderation-campaign"),
    path("moderation/campagnes/<uuid:pk>/modifier/", campaigns.edit, name="moderation-campaign-edit"),
]
