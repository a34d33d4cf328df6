"""Addresses that keep records true, from the root of the site."""

from django.urls import path

from frontend.freshness.views.confirm import confirm_page

urlpatterns = [
    path("partenaire/confirmer/<str:token>/", confirm_page, name="freshness-confirm"),
]
